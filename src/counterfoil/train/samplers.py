"""Which foils and ordinary pairs make a batch: a plain torch batch sampler over groups.

It knows nothing of pictures. Indices 0..F-1 are foils, as many as there are keys; indices from F on
are ordinary pairs: what `ConcatDataset([foils, pairs])` counts them by.

    sampler = GroupSampler(keys, foils_per_group=2, ordinary=len(pairs), ordinary_per_group=8,
                           groups_per_batch=20)
    DataLoader(ConcatDataset([foils, pairs]), batch_sampler=sampler)
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Sampler

from counterfoil.errors import DataError, RecipeError

Indices = NDArray[np.int64]
Keys = Sequence[Hashable] | NDArray[np.int64]
Scores = Sequence[float] | NDArray[np.float64]

SMALLEST_WEIGHT = 0.5
"""The weight of the foil with a group's smallest score; the others have the difference more (GNM)."""

_FOILS, _PAIRS = 0, 1


class GroupSampler(Sampler[list[int]]):
    """Batches of whole groups, with ordinary pairs beside them.

    Every group comes once in an epoch, in an order that is a function of seed and epoch alone. It
    brings up to `foils_per_group` of its foils, drawn without replacement: uniformly, or where there
    are scores with a chance proportional to score - smallest score of the group + 0.5, one after the
    other. Ordinary pairs come from a permutation that is renewed when it is used up, be it in the
    middle of an epoch. A batch belongs to all ranks together and does not depend on their number: each
    takes its own groups out of it.

    Args:
        keys: the group of each foil; equal keys, same group.
        foils_per_group: how many foils a group brings at most; 0 for ordinary pairs alone, of which an
            epoch then is one round.
        ordinary: how many ordinary pairs there are.
        ordinary_per_group: how many of them come with each group.
        groups_per_batch: of all ranks together.
        scores: of each foil; None to draw uniformly.
        seed: of the order.
        rank: which process this is, 0..world_size - 1.
        world_size: how many processes share each batch.
        drop_last: leave out the groups that do not fill a batch; else the last one is smaller.

    Raises:
        RecipeError: numbers that no batch can have.
        DataError: a batch is larger than the data, ranks would get unequal data, or a score is no number.

    Source: Sahin et al. (WACV 2024, arXiv 2311.03964) for groups, weights and permutation.
    """

    def __init__(
        self,
        keys: Keys,
        *,
        foils_per_group: int = 1,
        ordinary: int = 0,
        ordinary_per_group: int = 0,
        groups_per_batch: int = 1,
        scores: Scores | None = None,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
        drop_last: bool = True,
    ) -> None:
        _check_numbers(foils_per_group, ordinary_per_group, groups_per_batch, rank, world_size)
        self.seed, self.rank, self.world_size, self.drop_last = seed, rank, world_size, drop_last
        self.foils, self.ordinary = len(keys), ordinary
        self._most, self._with_each, self._size = foils_per_group, ordinary_per_group, groups_per_batch
        if not foils_per_group:  # then each ordinary pair is a group of its own
            self._with_each, self._size = 1, groups_per_batch * ordinary_per_group
        group_F = _numbered(keys)
        self._member_F = np.argsort(group_F, kind="stable")
        self._sizes = np.bincount(group_F) if len(keys) else np.zeros(0, np.int64)
        self._log_weight_F = None if scores is None else _log_weights(np.asarray(scores, float), group_F)
        self.groups = len(self._sizes) if foils_per_group else ordinary
        self.epoch = self.batch = 0
        self._check_fit()

    def __len__(self) -> int:
        """How many batches an epoch has, the same on every rank."""
        return self.groups // self._size if self.drop_last else -(-self.groups // self._size)

    def __iter__(self) -> Iterator[list[int]]:
        """The rest of this epoch; after it, the next one is due."""
        for indices in self.order(self.epoch)[self.batch :]:
            self.advance()
            yield indices

    def advance(self) -> None:
        """Count one batch as done."""
        epochs, self.batch = divmod(self.batch + 1, len(self))
        self.epoch += epochs

    def order(self, epoch: int) -> list[list[int]]:
        """All batches of an epoch for this rank: a function of seed and epoch alone."""
        rng = np.random.default_rng([self.seed, _FOILS, epoch])
        used = min(self.groups, len(self) * self._size)
        group_G = rng.permutation(self.groups)[:used]
        pair_Q = self._pairs(epoch, used * self._with_each).reshape(used, self._with_each)
        drawn = self._drawn(rng) if self._most else []
        batches = []
        for start in range(0, used, self._size):
            mine = self._mine(start, min(start + self._size, used))
            own = [drawn[group] for group in group_G[mine]] if self._most else []
            batches.append(np.concatenate([*own, pair_Q[mine].ravel()]).astype(np.int64).tolist())
        return batches

    def state_dict(self) -> dict[str, Any]:
        """Where it stands: the epoch, the batches of it that are done, and what it counts."""
        return {"epoch": self.epoch, "batch": self.batch, "counts": self._counts()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there. The number of ranks may be another one.

        Raises:
            DataError: that was a sampler of other data.
        """
        if state["counts"] != self._counts():
            raise DataError(
                f"these data or batches are not those of the checkpoint: {self._counts()} now, "
                f"{state['counts']} then. Go on with the same data and settings, or start anew"
            )
        self.epoch, self.batch = state["epoch"], state["batch"]

    def _counts(self) -> dict[str, int]:
        named = {"foils": self.foils, "groups": self.groups, "ordinary": self.ordinary}
        return named | {"batches": len(self), "seed": self.seed}

    def _mine(self, start: int, end: int) -> slice:
        """This rank's part of the groups from `start` to `end`."""
        share = (end - start) // self.world_size
        return slice(start + self.rank * share, start + (self.rank + 1) * share)

    def _drawn(self, rng: np.random.Generator) -> list[Indices]:
        """The foils that each group brings, in the order drawn.

        To add Gumbel noise to the logarithms of weights and to take the largest sums is to draw by
        weight, one after the other (Yellott 1977): all groups at once.
        """
        luck_F = rng.gumbel(size=self.foils)
        if self._log_weight_F is not None:
            luck_F += self._log_weight_F
        group_F = np.repeat(np.arange(len(self._sizes)), self._sizes)
        order = self._member_F[np.lexsort((-luck_F[self._member_F], group_F))]
        return [group[: self._most] for group in np.split(order, np.cumsum(self._sizes)[:-1])]

    def _pairs(self, epoch: int, number: int) -> Indices:
        """An epoch's ordinary pairs: its share of all permutations put in a row."""
        if not number:
            return np.zeros(0, np.int64)
        start, end = epoch * number, (epoch + 1) * number
        rounds = range(start // self.ordinary, -(-end // self.ordinary))
        generators = (np.random.default_rng([self.seed, _PAIRS, n]) for n in rounds)
        row = np.concatenate([rng.permutation(self.ordinary) for rng in generators])
        skipped = start - rounds.start * self.ordinary
        return np.asarray(self.foils + row[skipped : skipped + number], np.int64)

    def _check_fit(self) -> None:
        what = "groups" if self._most else "ordinary pairs"
        if self.groups < self._size:
            raise DataError(
                f"a batch of {self._size} {what} is larger than the data, which have {self.groups}: "
                "make the batch smaller"
            )
        if self._size * self._with_each > self.ordinary:
            raise DataError(
                f"a batch of {self._size * self._with_each} ordinary pairs is larger than the data, which "
                f"have {self.ordinary}: make the batch smaller, or give more photos with captions"
            )
        last = 0 if self.drop_last else self.groups % self._size
        if self._size % self.world_size or last % self.world_size:
            raise DataError(
                f"{self.world_size} ranks would get unequal data: batches have {self._size} {what}"
                + (f", and the last one {last}: set drop_last" if last else "")
            )


def _check_numbers(foils: int, ordinary: int, groups: int, rank: int, world_size: int) -> None:
    if min(foils, ordinary) < 0 or foils + ordinary < 1 or groups < 1:
        raise RecipeError(
            f"no batch has {groups} groups with {foils} foils and {ordinary} ordinary pairs each: "
            "there must be something in it"
        )
    if not 0 <= rank < world_size:
        raise RecipeError(f"there is no rank {rank} of {world_size}")


def _numbered(keys: Keys) -> Indices:
    """Groups as numbers, in the order in which their keys first come."""
    numbers: dict[Hashable, int] = {}
    return np.fromiter((numbers.setdefault(key, len(numbers)) for key in keys), np.int64, len(keys))


def _log_weights(score_F: NDArray[np.float64], group_F: Indices) -> NDArray[np.float64]:
    if len(score_F) != len(group_F):
        raise DataError(f"{len(score_F)} scores for {len(group_F)} foils: give one for each")
    if not np.isfinite(score_F).all():
        foil = int(np.flatnonzero(~np.isfinite(score_F))[0])
        raise DataError(
            f"the score of foil {foil} is {score_F[foil]}, no number: draw uniformly, or score it"
        )
    smallest_G = np.full(group_F.max(initial=-1) + 1, np.inf)
    np.minimum.at(smallest_G, group_F, score_F)
    return np.asarray(np.log(score_F - smallest_G[group_F] + SMALLEST_WEIGHT))
