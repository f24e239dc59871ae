"""Repair: the subset of a dataset that blind readers cannot tell, by adversarial refinement.

In each round readers are dealt the groups anew, weights and naive Bayes, and the foils that they tell most
surely are withdrawn, a few at a time, until 0.5 lies within the intervals of the AUC and of "which of the two
is it?", from both sides, in each modality and in its parts. After SugarCrepe (Hsieh et al., NeurIPS 2023,
appendix on adversarial refinement), which evens out the scores of two language models, and AFLite (Le Bras et
al., ICML 2020), which withdraws what linear readers of random parts predict; here for pictures, too, and by
groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.audit import PARTS, Readings, as_told
from counterfoil.audit.foils import Shown
from counterfoil.audit.intervals import Numbers
from counterfoil.audit.material import NEEDED, Material, Progress
from counterfoil.audit.naive_bayes import NaiveBayes
from counterfoil.audit.network import Network
from counterfoil.audit.reader import Reader, Said, evenly
from counterfoil.audit.roles import one_sided
from counterfoil.errors import MiningError

Refused = dict[str, tuple[str, str]]
"""By the key of a foil, why it is withdrawn: reason and detail."""

Mask = NDArray[np.bool_]

COUNTED = ("words", "characters")
"""Cues of which naive Bayes can make something."""


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
        step: share of the foils, or of a part that is not even, that a round withdraws.
        rounds: in which readers are asked, at most.
        roles: first withdraw foils whose words stand in one role too often, see `roles.one_sided`.
    """

    step: float = 0.025
    rounds: int = 100
    roles: bool = False

    def choose(self, seen: Material, progress: Progress) -> Balanced:
        """Withdraw foils until nothing is told, or too few groups are left to tell.

        Raises:
            MiningError: even roles leave too few groups to tell.
        """
        log = [_logged(seen, said := self._asked(seen, 0))]
        refused = self._one_sided(seen) if self.roles else {}
        seen = _without(seen, refused)
        if not refused and not _off(seen.foils, said):
            return Balanced(refused, seen, log, True)
        for number in range(1, self.rounds):
            progress("balancing", number, None)
            log.append(_logged(seen, said := self._asked(seen, number)))
            found = self._most_told(seen, said)
            left = _without(seen, found)
            if not found or len(set(left.groups)) < NEEDED:
                break
            refused |= found
            seen = left
        return Balanced(refused, seen, log, not found)

    def _asked(self, seen: Material, number: int) -> dict[str, Said]:
        """What the readers of a round say, by modality."""
        weights = Readings(seen=seen, reader=Reader(seed=number), network=Network(seed=number))
        bayes = (NaiveBayes(seed=number).read(seen.texts[cue], seen.groups) for cue in COUNTED)
        said = {"text": evenly([weights.text, *bayes])}
        return said | ({"picture": weights.picture} if weights.picture else {})

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
        for modality, chosen, side in _off(seen.foils, said):
            foils, told = _shown(seen.foils, modality), side * _gaps(said[modality])
            most = max(1, round(self.step * int(chosen.sum())))
            for place in np.flatnonzero(chosen)[np.argsort(-told[chosen], kind="stable")[:most]]:
                how = "above" if side > 0 else "below"
                detail = f"the negative is {told[place]:.2f} {how} the true side, in spreads"
                found.setdefault(foils[place].key, (f"told_by_{modality}_alone", detail))
        return found


def _off(foils: tuple[Shown, ...], said: dict[str, Said]) -> list[tuple[str, Mask, int]]:
    """What is not even: the modality, its foils, and 1 where they are told, -1 where less than by chance."""
    found = []
    for modality, of_all in said.items():
        parts = list(_parts(_shown(foils, modality), of_all.groups))
        for name, chosen in parts:
            if side := _side(of_all.only(chosen), len(parts) - 1 if name else 1):
                found.append((modality, chosen, side))
    return found


def _side(said: Said, tried: int) -> int:
    both = [interval.best_of(tried) for interval in (said.alone(), said.together())]
    return int(any(one.low > 0.5 for one in both)) or -int(any(one.high < 0.5 for one in both))


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


def _gaps(said: Said) -> Numbers:
    """How surely a foil is told, seen together and alone, each by its spread."""
    return _by_spread(said.gap) + _by_spread(said.negative - said.true)


def _by_spread(values: Numbers) -> Numbers:
    return values / (np.sqrt((values**2).mean()) or 1)


def _without(seen: Material, refused: Refused) -> Material:
    return seen.only(np.array([foil.key not in refused for foil in seen.foils], np.bool_))


def _logged(seen: Material, said: dict[str, Said]) -> dict[str, Any]:
    counts = {"foils": len(seen.foils), "two_way": int(seen.two_way.sum())}
    return counts | {modality: as_told(each) for modality, each in said.items()}
