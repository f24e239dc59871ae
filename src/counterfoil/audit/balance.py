"""Repair: the subset of a dataset that blind readers cannot tell, by adversarial refinement.

In each round the audit's readers are dealt the groups anew, and the foils that they tell most surely are
withdrawn, a few at a time and fewer near the end, until 0.5 lies within the interval of the AUC, and where
that is asked for of "which of the two is it?", from both sides, in each modality and in its parts, for a few
deals in a row. After SugarCrepe (Hsieh et al., NeurIPS 2023, appendix on adversarial refinement), which evens
out the scores of two language models, and AFLite (Le Bras et al., ICML 2020), which withdraws what linear
readers of random parts predict; here for pictures, too, and by groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.audit import PARTS, Readings, as_told
from counterfoil.audit.foils import Shown
from counterfoil.audit.intervals import Interval, Numbers
from counterfoil.audit.material import NEEDED, Material, Progress
from counterfoil.audit.network import Network
from counterfoil.audit.reader import Reader, Said
from counterfoil.audit.roles import one_sided
from counterfoil.errors import MiningError

Refused = dict[str, tuple[str, str]]
"""By the key of a foil, why it is withdrawn: reason and detail."""

Mask = NDArray[np.bool_]

_DEALS = 3
"""Rounds in a row, the groups dealt anew in each, in which nothing may be told: one could be luck."""

_NEAR = 0.04
"""How far 0.5 lies outside of an interval from where on fewer foils are withdrawn at a time."""


class _Uneven(NamedTuple):
    """A part that can be told.

    Args:
        modality: by which it can.
        chosen: its foils, among those that have this modality.
        side: 1 where they are told, -1 where less than by chance.
        far: how far 0.5 lies outside of the interval.
    """

    modality: str
    chosen: Mask
    side: int
    far: float


class Balanced(NamedTuple):
    """What a repair came to.

    Args:
        refused: the foils that are withdrawn.
        seen: those that are left.
        rounds: each time that readers were asked, the foils and what the readers told.
        even: whether they tell nothing any more.
    """

    refused: Refused
    seen: Material
    rounds: list[dict[str, Any]]
    even: bool


@dataclass(frozen=True, kw_only=True)
class Balance:
    """How a dataset is repaired.

    Args:
        step: share of the foils, or of a part that is not even, that a round withdraws at most; a quarter of
            it where the part is nearly even.
        rounds: in which readers are asked, at most.
        pairs: go on until "which of the two is it?" is even, too; keeps fewer.
        roles: first withdraw foils whose words stand in one role too often, see `roles.one_sided`.
    """

    step: float = 0.025
    rounds: int = 100
    pairs: bool = False
    roles: bool = False

    def choose(self, seen: Material, progress: Progress) -> Balanced:
        """Withdraw foils until nothing is told, or too few groups are left to tell.

        Raises:
            MiningError: even roles leave too few groups to tell.
        """
        log = [_logged(seen, said := self._asked(seen, 0))]
        refused = self._one_sided(seen) if self.roles else {}
        seen = _without(seen, refused)
        if not refused and not self._off(seen.foils, said):
            return Balanced(refused, seen, log, True)
        even = 0
        for number in range(1, self.rounds):
            progress("balancing", number, None)
            log.append(_logged(seen, said := self._asked(seen, number)))
            found = self._most_told(seen, said)
            even = 0 if found else even + 1
            left = _without(seen, found)
            if even == _DEALS or len(set(left.groups)) < NEEDED:
                break
            refused |= found
            seen = left
        return Balanced(refused, seen, log, even == _DEALS)

    def _asked(self, seen: Material, number: int) -> dict[str, Said]:
        """What the readers of a round say, by modality."""
        readings = Readings(seen=seen, reader=Reader(seed=number), network=Network(seed=number))
        return {"text": readings.text} | ({"picture": readings.picture} if readings.picture else {})

    def _one_sided(self, seen: Material) -> Refused:
        why = "word_in_one_role", "its words are on the side where they stand too often"
        found = dict.fromkeys(one_sided(seen.foils), why)
        left = len({foil.group for foil in seen.foils if foil.key not in found})
        if left < NEEDED:
            raise MiningError(f"with even roles, foils of {left} pictures are left: balance without --roles")
        return found

    def _most_told(self, seen: Material, said: dict[str, Said]) -> Refused:
        """Of each part that is not even, the foils that make it most uneven."""
        found: Refused = {}
        for modality, chosen, side, far in self._off(seen.foils, said):
            foils, told = _shown(seen.foils, modality), side * self._gaps(said[modality])
            step = self.step * min(max(far / _NEAR, 0.25), 1)
            most = max(1, round(step * int(chosen.sum())))
            for place in np.flatnonzero(chosen)[np.argsort(-told[chosen], kind="stable")[:most]]:
                how = "above" if side > 0 else "below"
                detail = f"the negative is {told[place]:.2f} {how} the true side, in spreads"
                found.setdefault(foils[place].key, (f"told_by_{modality}_alone", detail))
        return found

    def _off(self, foils: tuple[Shown, ...], said: dict[str, Said]) -> list[_Uneven]:
        """What is not even."""
        found = []
        for modality, of_all in said.items():
            parts = list(_parts(_shown(foils, modality), of_all.groups))
            for name, chosen in parts:
                tried = len(parts) - 1 if name else 1
                asked = [interval.best_of(tried) for interval in self._asked_for(of_all.only(chosen))]
                above = max(interval.low - 0.5 for interval in asked)
                below = max(0.5 - interval.high for interval in asked)
                if max(above, below) > 0:
                    side = 1 if above > 0 else -1
                    found.append(_Uneven(modality, chosen, side, above if above > 0 else below))
        return found

    def _asked_for(self, said: Said) -> list[Interval]:
        return [said.alone(), said.together()] if self.pairs else [said.alone()]

    def _gaps(self, said: Said) -> Numbers:
        """How surely a foil is told, alone, and seen together where that counts, each by its spread."""
        alone = _by_spread(said.negative - said.true)
        return alone + _by_spread(said.gap) if self.pairs else alone


def _parts(foils: list[Shown], groups: NDArray[np.int64]) -> Iterator[tuple[str, Mask]]:
    """All (""), then those of each way and editor, where they are enough to tell.

    Not those of each operation: "no" tells whatever goes and whatever comes, and nothing of both.
    """
    yield "", np.ones(len(foils), np.bool_)
    for part in (PARTS["way"], PARTS["editor"]):
        labels = np.array([part(foil) for foil in foils])
        for label in sorted(set(labels) - {""}):
            chosen = labels == label
            if not chosen.all() and len(set(groups[chosen])) >= NEEDED:
                yield str(label), chosen


def _shown(foils: tuple[Shown, ...], modality: str) -> list[Shown]:
    return [foil for foil in foils if foil.two_way or modality == "text"]


def _by_spread(values: Numbers) -> Numbers:
    return values / (np.sqrt((values**2).mean()) or 1)


def _without(seen: Material, refused: Refused) -> Material:
    return seen.only(np.array([foil.key not in refused for foil in seen.foils], np.bool_))


def _logged(seen: Material, said: dict[str, Said]) -> dict[str, Any]:
    counts = {"foils": len(seen.foils), "two_way": int(seen.two_way.sum())}
    return counts | {modality: as_told(each) for modality, each in said.items()}
