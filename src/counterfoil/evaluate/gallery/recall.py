"""Recall in a gallery that no memory holds: groups of shards against groups, each written when it is counted.

    WORK/own-HASH.npz    of a shard, the scores of its truths
    WORK/tile-HASH.npz   of the pictures of some shards and the texts of others, the counts of both

Names are hashes of the embeddings, so that what was counted is found again, and never for other embeddings.
Counts are whole numbers that add up: neither their order nor who counted changes the result.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate.benchmark import Answer, Item, Result
from counterfoil.evaluate.gallery.counting import Counts, Own, count, own_scores
from counterfoil.evaluate.gallery.embedded import Shard
from counterfoil.evaluate.rates import Tally
from counterfoil.evaluate.scorers.progress import Progress, silent
from counterfoil.evaluate.verdicts import Margins, chance_by_number
from counterfoil.shards import atomic

GROUP = 8
"""Shards of a side of a tile: what is lost at most when a run is killed."""

_KINDS = ("text", "image")
"""What is asked for: texts by the pictures, pictures by the texts."""


class Share(NamedTuple):
    """Which of several processes this is; `meet` waits until all are there."""

    rank: int = 0
    world: int = 1
    meet: Callable[[], object] = lambda: None


ALONE = Share()
"""The only process."""


class _Task(NamedTuple):
    path: Path
    make: Callable[[], Mapping[str, NDArray[Any]]]


@dataclass(frozen=True)
class StreamedRecall:
    """`verdicts.Recall` over embeddings on disk: the same rates, ties and intervals, in memory for a shard.

    Args:
        shards: of the gallery.
        work: the folder for what is counted; the same for all ranks.
        ks: as in `Recall`.
        share: which tiles are this process' own.
        progress: is told of every tile that is still to do.
    """

    shards: Sequence[Shard]
    work: Path
    ks: Sequence[int] = (1, 5, 10)
    share: Share = ALONE
    progress: Progress = silent

    def count(self) -> None:
        """Count this process' share, and wait for the others.

        Raises:
            ScoreError: an embedding is no number.
            DataError: a file of the gallery is damaged, or the folder cannot be written.
        """
        own = [_Task(self._own_path(shard), partial(_own_of, shard)) for shard in self.shards]
        self._do("shards", own)
        sides = product(range(len(self._groups)), repeat=2)
        self._do("tiles", [_Task(self.tile_path(*side), partial(self._tile, *side)) for side in sides])

    def rates(self, keep: Callable[[Answer], None] = lambda answer: None) -> Result:
        """What all have counted.

        Args:
            keep: is handed an answer for each shard, of which no scores are kept, and as margins only 1
                for what is right, 0 for a tie, and -1.

        Raises:
            ScoreError: no picture has a text.
        """
        tallies: defaultdict[str, Tally] = defaultdict(Tally)
        for answer in self._answers():
            for metric, margins in answer.margins.items():
                tallies[metric].add(margins)
            keep(answer)
        if not all(tally.n for tally in tallies.values()):
            raise ScoreError("the gallery has no picture with a text: a rate over none would be a lie")
        return Result(1, {metric: tally.rate() for metric, tally in tallies.items()}, {})

    def chance(self) -> dict[str, float]:
        """What random scores get of each metric."""
        sizes: Counter[int] = Counter()
        texts = 0
        for shard in self.shards:
            owner_T = shard.owners()
            texts += len(owner_T)
            sizes.update(np.bincount(owner_T[owner_T >= 0]).tolist())
        del sizes[0]
        return chance_by_number(sizes, texts, self.ks)

    @property
    def fingerprint(self) -> str:
        """The hash of all embeddings and of what belongs together."""
        return sha256("".join(shard.digest for shard in self.shards).encode()).hexdigest()

    def tile_path(self, row: int, column: int) -> Path:
        """Where the counts lie of the pictures of one group of shards and the texts of another."""
        sides = (" ".join(shard.digest for shard in self._groups[side]) for side in (row, column))
        return self.work / f"tile-{sha256('|'.join(sides).encode()).hexdigest()[:32]}.npz"

    @cached_property
    def _groups(self) -> list[Sequence[Shard]]:
        return [self.shards[first : first + GROUP] for first in range(0, len(self.shards), GROUP)]

    def _do(self, what: str, tasks: Sequence[_Task]) -> None:
        own = [task for task in tasks[self.share.rank :: self.share.world] if not task.path.exists()]
        for done, task in enumerate(own, 1):
            made = task.make()
            with atomic(task.path) as unfinished, unfinished.open("wb") as file:
                np.savez(file, **made)  # type: ignore[arg-type]
            self.progress(what, done, len(own))
        self.share.meet()

    def _tile(self, row: int, column: int) -> dict[str, Counts]:
        """The pictures of one group against the texts of another."""
        pictures = [np.zeros((2, one.shape("pictures")[0]), np.uint32) for one in self._groups[row]]
        texts = [np.zeros((2, other.shape("texts")[0]), np.uint32) for other in self._groups[column]]
        for to_T, other in zip(texts, self._groups[column], strict=True):
            for to_I, one in zip(pictures, self._groups[row], strict=True):
                picture_2I, text_2T = count(one, self._own(one), other, self._own(other))
                np.add(to_I, picture_2I, out=to_I)
                np.add(to_T, text_2T, out=to_T)
        return {"text": np.hstack(pictures), "image": np.hstack(texts)}

    def _answers(self) -> Iterator[Answer]:
        numbers = range(len(self._groups))
        for number, group in enumerate(self._groups):
            sums = {
                "text": sum(_read(self.tile_path(number, other), "text") for other in numbers),
                "image": sum(_read(self.tile_path(other, number), "image") for other in numbers),
            }
            for shard in group:
                own = dict(zip(_KINDS, self._own(shard), strict=True))
                margins: dict[str, Margins] = {}
                for kind in _KINDS:
                    counted, sums[kind] = np.split(sums[kind], [len(own[kind])], axis=1)
                    margins |= self._margins(kind, counted[:, np.isfinite(own[kind])])
                asked = Item(key=shard.name, pictures=(), texts=(shard.asked(),), owners=())
                yield Answer(asked, np.empty((0, 1), np.float32), margins)

    def _margins(self, kind: str, counted: Counts) -> dict[str, Margins]:
        above, atleast = counted
        return {f"{kind}@{k}": np.where(atleast < k, 1.0, np.where(above < k, 0.0, -1.0)) for k in self.ks}

    def _own(self, shard: Shard) -> Own:
        path = self._own_path(shard)
        return Own(*(_read(path, name) for name in Own._fields))

    def _own_path(self, shard: Shard) -> Path:
        return self.work / f"own-{shard.digest[:32]}.npz"


def _own_of(shard: Shard) -> Mapping[str, NDArray[Any]]:
    return own_scores(shard)._asdict()


def _read(path: Path, name: str) -> NDArray[Any]:
    try:
        with np.load(path) as arrays:
            found: NDArray[Any] = arrays[name]
    except Exception as error:  # a damaged header raises what Python's own parser does
        raise DataError(
            f"{path} cannot be read ({error}): remove it and run the same command again"
        ) from error
    return found
