"""Of two things the lower one goes up: "the clock is above the bench", "the bench is above the clock"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import ClassVar

from counterfoil.mine.perceive.relations import hull, stacked
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.subject import Subject
from counterfoil.mine.propose.subjects import subjects
from counterfoil.mine.propose.told import Told, told
from counterfoil.mine.propose.wording import Wording
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Edit, Scene

_WAYS = (
    "In the picture, {above} is above {below}.",
    "In the picture, {below} is below {above}.",
    "In this picture, {above} is higher up than {below}.",
    "In this picture, {below} is further down than {above}.",
)


@dataclass(frozen=True, kw_only=True)
class SwapHeights:
    """Propose that of two things, one above the other in the picture, each is where the other was.

    For an editor that paints each anew in the other's box, as CounterCurate has it done by GLIGEN; and as
    there, the captions are the sentence alone: what else a caption says may not hold of the two exchanged.

    Args:
        times: how many times the area of one's box the other's has at most.
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    times: float = 10.0
    most: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        known = told(scene)
        yield from islice((_draft(known, *pair) for pair in self._pairs(known)), self.most)

    def _pairs(self, known: Told) -> Iterator[tuple[Subject, Subject]]:
        """Two single things of different kinds, the upper one first; pairs of large things first."""
        single = [one for one in subjects(known) if not one.plural and not one.quality]
        for first, second in combinations(single, 2):
            how = stacked(*first.boxes(known), *second.boxes(known))
            areas = sorted((first.area(known), second.area(known)))
            if first.label != second.label and how and areas[1] <= self.times * areas[0]:
                yield (first, second) if how == "above" else (second, first)


def _draft(known: Told, above: Subject, below: Subject) -> Draft:
    caption = known.pick(range(len(known.scene.captions)), "heights", above.label, below.label)
    names = above.name(known, caption), below.name(known, caption)
    way = known.pick(_WAYS, "heights", *names)
    true, negative = (way.format(above=upper, below=lower) for upper, lower in (names, names[::-1]))
    whole = len(known.scene.captions[caption])
    edit = Edit(
        operation="swap",
        kind="object",
        before=f"{above.label} above {below.label}",
        after=f"{below.label} above {above.label}",
        box=hull([*above.boxes(known), *below.boxes(known)]),
    )
    words = Wording(caption, (Change(0, whole, true),), (Change(0, whole, negative),))
    return words.draft(edit, targets=above.regions + below.regions, values=(below.label, above.label))
