"""One of several things goes: "three dogs" are two."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.editors.remove import LIMITS, Limits, refusal, structure
from counterfoil.mine.english import NUMBERS
from counterfoil.mine.perceive.relations import sure_count
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.wording import Wording, count_words
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Fact, Scene


@dataclass(frozen=True, kw_only=True)
class OneLess:
    """Of two to five counted things one goes.

    Args:
        most: how many drafts for one count: each takes another thing away.
        limits: what can be taken out; the editor's own, so that it refuses little.
    """

    version: ClassVar[int] = 1
    most: int = 2
    limits: Limits = LIMITS

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        for fact in scene.facts:
            before = len(fact.regions)
            sure = fact.mentions or sure_count(scene.regions, fact.regions)
            if fact.kind == "count" and 2 <= before <= 5 and sure:
                words = count_words(scene, fact.subject, before, before - 1)
                targets = self._removable(scene, fact)[: self.most] if words else []
                yield from (_draft(scene, words, before, target) for target in targets if words)

    def _removable(self, scene: Scene, fact: Fact) -> list[int]:
        """The things that can go, the one with the plainest surroundings first."""
        able = [index for index in fact.regions if refusal(scene, (index,), self.limits) is None]
        return sorted(able, key=lambda index: structure(scene, scene.mask(index)))


def _draft(scene: Scene, words: Wording, before: int, target: int) -> Draft:
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
