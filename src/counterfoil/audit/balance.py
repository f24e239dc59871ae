"""Repair: the subset of a dataset that blind readers cannot tell, by adversarial refinement.

First the foils go whose change goes most the way of all others, a few at a time, until the nearest-mean
reader of `pull` tells nothing; those that have come to go against the rest come back. Then readers that learn
weights are asked, dealt the groups anew each time, and what they tell most surely goes, until 0.5 lies within
half the intervals of the AUC and of "which of the two is it?", from both sides, in each modality and in its
parts. After SugarCrepe (Hsieh et al., NeurIPS 2023, appendix on adversarial refinement), which evens out the
scores of two language models, and AFLite (Le Bras et al., ICML 2020), which withdraws what linear readers of
random parts predict; here for pictures, too, and by groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.audit import PARTS, Readings, as_told
from counterfoil.audit.foils import Shown
from counterfoil.audit.intervals import Interval, Numbers
from counterfoil.audit.material import NEEDED, Material, Progress
from counterfoil.audit.network import Network
from counterfoil.audit.picture_cues import blind
from counterfoil.audit.pull import changes_of, pulls
from counterfoil.audit.reader import Reader, Said, together
from counterfoil.audit.roles import one_sided
from counterfoil.errors import MiningError

Refused = dict[str, tuple[str, str]]
"""By the key of a foil, why it is withdrawn: reason and detail."""

Mask = NDArray[np.bool_]

MODALITIES = ("text", "picture")


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
        step: share of the foils (of a part's, where readers tell a part) that a round withdraws.
        rounds: in which readers are asked, at most.
        readers: asked in a round, each dealt the groups anew; what they say is added up.
        within: share of an interval within which 0.5 has to lie at the end: of what they chose themselves,
            readers tell less than others will.
        roles: first withdraw foils whose words stand in one role too often, see `roles.one_sided`.
    """

    step: float = 0.01
    rounds: int = 60
    readers: int = 3
    within: float = 0.5
    roles: bool = False

    def choose(self, seen: Material, progress: Progress) -> Balanced:
        """Withdraw foils until nothing is told, or too few groups are left to tell.

        Raises:
            MiningError: even roles leave too few groups to tell.
        """
        log = [_logged(seen, said := self._asked(seen, 0))]
        refused = self._one_sided(seen) if self.roles else {}
        seen = _without(seen, refused)
        if not refused and not _off(seen.foils, said, 1.0):
            return Balanced(refused, seen, log, True)
        refused |= (found := self._by_pull(seen, progress))
        seen = _without(seen, found)
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
        """What readers of a round say, by modality."""
        seeds = range(number * self.readers, (number + 1) * self.readers)
        asked = [Readings(seen=seen, reader=Reader(seed=seed), network=Network(seed=seed)) for seed in seeds]
        said = {"text": together(each.text for each in asked)}
        pictures = [each.picture for each in asked if each.picture]
        return said | ({"picture": together(pictures)} if pictures else {})

    def _one_sided(self, seen: Material) -> Refused:
        why = "word_in_one_role", "its words are on the side where they stand too often"
        found = dict.fromkeys(one_sided(seen.foils), why)
        left = len({foil.group for foil in seen.foils if foil.key not in found})
        if left < NEEDED:
            raise MiningError(f"with even roles, foils of {left} pictures are left: balance without --roles")
        return found

    def _by_pull(self, seen: Material, progress: Progress) -> Refused:
        """Withdraw until the nearest mean tells nothing; what goes against the rest by now comes back."""
        strands = list(_strands(seen))
        kept = np.ones(len(seen.foils), np.bool_)
        why: Refused = {}
        while len(set(seen.groups[kept])) > NEEDED and (told := _told(strands, kept)).any():
            progress("withdrawing", int((~kept).sum()), len(kept))
            by = _pulls(strands, kept)
            gone = _largest(told @ by, kept, max(1, round(self.step * int(kept.sum()))))
            if not gone.size:
                break
            kept[gone] = False
            kept[_largest(-by.sum(0), ~kept, gone.size // 2)] = True
            why |= {seen.foils[place].key: _pulled(by[:, place]) for place in gone}
        return {foil.key: why[foil.key] for foil, stays in zip(seen.foils, kept, strict=True) if not stays}

    def _most_told(self, seen: Material, said: dict[str, Said]) -> Refused:
        """Of each part that is not even, the foils that make it most uneven."""
        found: Refused = {}
        pulled = _pulls(list(_strands(seen)), np.ones(len(seen.foils), np.bool_))
        for modality, chosen, side in _off(seen.foils, said, self.within):
            foils = _shown(seen.foils, modality)
            pull = pulled[MODALITIES.index(modality), _places(seen, modality)]
            told = side * (2 * _by_spread(pull) + _gaps(said[modality]))
            for place in _largest(told, chosen, max(1, round(self.step * int(chosen.sum())))):
                how = "above" if side > 0 else "below"
                detail = f"the negative is {told[place]:.2f} {how} the true side, in spreads"
                found.setdefault(foils[place].key, (f"told_by_{modality}_alone", detail))
        return found


class _Strand(NamedTuple):
    """What one modality shows of a part of the foils: their places, and what changes in each."""

    modality: str
    part: str
    places: NDArray[np.int64]
    changes: Any
    groups: NDArray[np.int64]


def _pulls(strands: Iterable[_Strand], kept: Mask) -> Numbers:
    """Of every foil, by captions (first row) and by pictures: the sum over the parts that it belongs to."""
    found = np.zeros((len(MODALITIES), len(kept)))
    for strand in strands:
        own = pulls(strand.changes, strand.groups, kept[strand.places])
        found[MODALITIES.index(strand.modality), strand.places] += own
    return found


def _told(strands: Iterable[_Strand], kept: Mask) -> NDArray[np.bool_]:
    """By modality, whether the nearest mean is right about more than half of the foils."""
    told = np.zeros(len(MODALITIES), np.bool_)
    for strand in strands:
        stays = kept[strand.places]
        if not strand.part and len(set(strand.groups[stays])) >= NEEDED:
            pull = pulls(strand.changes, strand.groups, stays)[stays]
            told[MODALITIES.index(strand.modality)] = ((np.sign(pull) + 1) / 2).mean() > 0.5
    return told


def _strands(seen: Material) -> Iterator[_Strand]:
    for modality, cues in zip(MODALITIES, (seen.texts, blind(seen.pictures)), strict=True):
        places = _places(seen, modality)
        if len(set(groups := seen.groups[places])) < NEEDED:
            continue
        changes = changes_of(cues, groups)
        for name, chosen in _parts(_shown(seen.foils, modality), groups):
            rows = np.flatnonzero(chosen)
            yield _Strand(modality, name, places[rows], changes[rows], groups[rows])


def _pulled(by: Numbers) -> tuple[str, str]:
    """The reason and detail of a foil that goes."""
    modality = MODALITIES[int(by.argmax())]
    return f"told_by_{modality}_alone", f"its change goes the way of the other groups' by {by.max():.2f}"


def _off(foils: tuple[Shown, ...], said: dict[str, Said], within: float) -> list[tuple[str, Mask, int]]:
    """What is not even: the modality, its foils, and 1 where they are told, -1 where less than by chance."""
    found = []
    for modality, of_all in said.items():
        parts = list(_parts(_shown(foils, modality), of_all.groups))
        for name, chosen in parts:
            if side := _side(of_all.only(chosen), len(parts) - 1 if name else 1, within):
                found.append((modality, chosen, side))
    return found


def _side(said: Said, tried: int, within: float) -> int:
    both = [_narrowed(interval.best_of(tried), within) for interval in (said.alone(), said.together())]
    return int(any(one.low > 0.5 for one in both)) or -int(any(one.high < 0.5 for one in both))


def _narrowed(one: Interval, to: float) -> Interval:
    value, low, high = one
    return Interval(value, value - to * (value - low), value + to * (high - value))


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


def _places(seen: Material, modality: str) -> NDArray[np.int64]:
    """Of the foils that a modality shows."""
    return np.flatnonzero(seen.two_way | (modality == "text"))


def _largest(values: Numbers, among: Mask, number: int) -> NDArray[np.int64]:
    """The places of the largest values above 0 among some."""
    places = np.flatnonzero(among & (values > 0))
    return places[np.argsort(-values[places], kind="stable")[:number]]


def _without(seen: Material, refused: Refused) -> Material:
    return seen.only(np.array([foil.key not in refused for foil in seen.foils], np.bool_))


def _logged(seen: Material, said: dict[str, Said]) -> dict[str, Any]:
    counts = {"foils": len(seen.foils), "two_way": int(seen.two_way.sum())}
    return counts | {modality: as_told(each) for modality, each in said.items()}
