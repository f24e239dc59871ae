"""One of several things goes: "three dogs" are two."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.editors.remove import OF_SEVERAL, Limits, closeness, refusal, structure
from counterfoil.mine.english import NUMBERS
from counterfoil.mine.perceive.fellows import all_annotated
from counterfoil.mine.perceive.relations import MOST_COUNTED
from counterfoil.mine.propose.remove import groups
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.wording import Wording, count_words
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Scene


@dataclass(frozen=True, kw_only=True)
class OneLess:
    """Of two to five counted things one goes.

    Args:
        most: how many drafts for one count: each takes another thing away.
        limits: what can be taken out; the editor's own, so that it refuses little.
    """

    version: ClassVar[int] = 3
    most: int = 3
    limits: Limits = OF_SEVERAL

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        for label, members in groups(scene.regions).items():
            before = len(members)
            if not 2 <= before <= MOST_COUNTED:
                continue
            words = count_words(scene, label, before, before - 1)
            able = self._able(scene, members) if words else []
            if words and able and (is_told(scene, members) or all_annotated(scene, members)):
                yield from (_draft(scene, words, before, target) for target in able[: self.most])

    def _able(self, scene: Scene, members: Sequence[int]) -> list[int]:
        """The things that can go, the freest first.

        None where no caption tells how many they are, and more than one is not seen whole: they may be
        fewer or more than annotated. It is not asked further then whether the others can go.
        """
        able, hidden, most = list[int](), 0, len(members) if is_told(scene, members) else 1
        for index in members:
            refused = refusal(scene, (index,), self.limits)
            able += [] if refused else [index]
            hidden += refused is not None and refused.reason != "background"
            if hidden > most:
                return []
        return sorted(able, key=lambda index: (round(closeness(scene, index), 2), structure(scene, index)))


def is_told(scene: Scene, members: Sequence[int]) -> bool:
    """Whether a caption states the number, as annotated."""
    counts = (fact for fact in scene.facts if fact.kind == "count" and fact.mentions)
    return any(fact.regions == tuple(members) for fact in counts)


def _draft(scene: Scene, words: Wording, before: int, target: int) -> Draft:
    return words.draft(
        Edit(
            operation="replace",
            kind="count",
            before=NUMBERS[before],
            after=NUMBERS[before - 1],
            box=scene.regions[target].box,
        ),
        targets=(target,),
    )
