"""A picture cropped so that a thing is out of view, or that fewer of its kind are left.

The photo stays a photo: nothing is painted. That there is no dog in the crop asks less than that a dog
was removed, but the same care: all dogs have to be known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import ClassVar

from counterfoil.mine.crop import Crop
from counterfoil.mine.english import NUMBERS
from counterfoil.mine.perceive.fellows import all_annotated
from counterfoil.mine.perceive.relations import MOST_COUNTED, SURE_COUNTED
from counterfoil.mine.propose.framing import faithful, gentlest, whole_in, without
from counterfoil.mine.propose.omission import omission_words
from counterfoil.mine.propose.recount import is_told
from counterfoil.mine.propose.remove import groups
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.told import Told, told
from counterfoil.mine.propose.wording import Wording, count_words, presence_words
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Mask, Scene

MIN_AREA = 0.003
"""Least area of what goes, as a share of the picture: nobody misses less."""


@dataclass(frozen=True, kw_only=True)
class CropOut:
    """Propose a crop without the only thing of a category, or the few there are.

    Args:
        most: largest number of drafts of one scene.
        most_things: largest number of things that go together.
    """

    version: ClassVar[int] = 2
    most: int = 3
    most_things: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(self._drafts(scene), self.most)

    def _drafts(self, scene: Scene) -> Iterator[Draft]:
        known = told(scene)
        for label, members in groups(scene.regions).items():
            targets = tuple(members)
            if len(targets) > self.most_things or max(scene.regions[i].area for i in targets) < MIN_AREA:
                continue
            out = without(known, targets)
            words = out.any() and (presence_words(scene, label, there=True) or omission_words(scene, label))
            crop = _crop(known, words, out, targets) if words else None
            if words and crop and all_annotated(scene, targets):
                edit = Edit(operation="remove", kind="object", before=label, after=f"no {label}")
                yield words.draft(edit, targets, (crop.value,))


@dataclass(frozen=True, kw_only=True)
class CropFewer:
    """Propose a crop in which one or more of two to five counted things are out of view.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 2
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(self._drafts(scene), self.most)

    def _drafts(self, scene: Scene) -> Iterator[Draft]:
        known = told(scene)
        for label, members in groups(scene.regions).items():
            if 2 <= len(members) <= MOST_COUNTED:
                yield from islice(_fewer(known, label, members), 1)


def _are_few(scene: Scene, members: Sequence[int]) -> bool:
    """Whether nobody had to count: annotators leave out one of many."""
    return len(members) <= SURE_COUNTED and all_annotated(scene, members)


def _fewer(known: Told, label: str, members: Sequence[int]) -> Iterator[Draft]:
    """Crops with fewer of the things, those that lose fewest first."""
    scene, before = known.scene, len(members)
    for gone in range(1, before):
        words = count_words(scene, label, before, before - gone)
        for targets in combinations(members, gone) if words else ():
            if max(scene.regions[i].area for i in targets) < MIN_AREA:
                continue
            left = [i for i in members if i not in targets]
            fine = without(known, targets) & whole_in(known, left)
            crop = _crop(known, words, fine, targets) if words and fine.any() else None
            if words and crop and (is_told(scene, members) or _are_few(scene, members)):
                numbers = NUMBERS[before], NUMBERS[before - gone]
                edit = Edit(operation="replace", kind="count", before=numbers[0], after=numbers[1])
                yield words.draft(edit, targets, (crop.value,))


def _crop(known: Told, words: Wording, fine: Mask, targets: tuple[int, ...]) -> Crop | None:
    """The gentlest of some crops of which the caption of some words is still true."""
    return gentlest(known, fine & faithful(known, words.caption, targets), targets)
