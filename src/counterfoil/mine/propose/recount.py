"""One of several things goes: "three dogs" are two."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.editors.remove import LIMITS, Limits, refusal, structure
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.wording import count_words
from counterfoil.mine.score.boxes import NUMBERS
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Fact, Scene


@dataclass(frozen=True, kw_only=True)
class OneLess:
    """Of two to five counted things one goes.

    Args:
        limits: what can be taken out; the editor's own, so that it refuses little.
    """

    version: ClassVar[int] = 1
    limits: Limits = LIMITS

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        for fact in scene.facts:
            if fact.kind == "count" and 2 <= len(fact.regions) <= 5 and (draft := self._draft(scene, fact)):
                yield draft

    def _draft(self, scene: Scene, fact: Fact) -> Draft | None:
        before = len(fact.regions)
        words = count_words(scene, fact.subject, before, before - 1)
        target = self._removable(scene, fact) if words else None
        if words is None or target is None:
            return None
        return Draft(
            edit=Edit(
                operation="replace",
                kind="count",
                before=NUMBERS[before],
                after=NUMBERS[before - 1],
                box=scene.regions[target].box,
            ),
            caption=words.caption,
            true_changes=words.true_changes,
            negative_changes=words.negative_changes,
            targets=(target,),
            two_way=True,
        )

    def _removable(self, scene: Scene, fact: Fact) -> int | None:
        """Of the things that can go, the one with the plainest surroundings."""
        able = [index for index in fact.regions if refusal(scene, (index,), self.limits) is None]
        return min(able, key=lambda index: structure(scene, scene.mask(index)), default=None)
