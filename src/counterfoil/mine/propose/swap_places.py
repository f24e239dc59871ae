"""Two things change places: "a dog left of a chair" becomes "a chair left of a dog"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from counterfoil.mine.editors.remove import LIMITS, Limits, refusal
from counterfoil.mine.editors.swap_places import alike
from counterfoil.mine.propose.mirror import OPPOSITE, shows_writing, tells_more_of_sides
from counterfoil.mine.propose.remove import hull
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.wording import swapped_object_words
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Fact, Scene


@dataclass(frozen=True, kw_only=True)
class SwapPlaces:
    """Propose that two things side by side change places.

    Two that are alike in size and in how low they stand are exchanged, all else staying (the edit has
    their box); others change places in the picture's mirror image (the edit has no box), where
    nothing tells that it is one.

    Args:
        limits: what can be taken out; the editor's own, so that it refuses little.
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    limits: Limits = LIMITS
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        drafts = (self._draft(scene, fact) for fact in scene.facts)
        yield from islice(filter(None, drafts), self.most)

    def _draft(self, scene: Scene, fact: Fact) -> Draft | None:
        if fact.kind != "relation" or fact.value not in OPPOSITE or len(fact.regions) != 2:
            return None
        first, second = fact.regions
        exchanged = self._exchangeable(scene, first, second)
        if not exchanged and shows_writing(scene):
            return None
        words = swapped_object_words(scene, first, second, fact.value)
        if words is None or (not exchanged and tells_more_of_sides(scene, words)):
            return None
        box = hull([scene.regions[first].box, scene.regions[second].box]) if exchanged else None
        names = scene.regions[first].label, scene.regions[second].label
        return Draft(
            edit=Edit(
                operation="swap",
                kind="object",
                before=f"{names[0]} {fact.value} {names[1]}",
                after=f"{names[1]} {fact.value} {names[0]}",
                box=box,
            ),
            caption=words.caption,
            true_changes=words.true_changes,
            negative_changes=words.negative_changes,
            targets=(first, second),
            two_way=True,
        )

    def _exchangeable(self, scene: Scene, first: int, second: int) -> bool:
        return (
            alike(scene.regions[first], scene.regions[second])
            and refusal(scene, (first, second), self.limits) is None
        )
