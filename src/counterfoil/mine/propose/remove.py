"""The one thing of a category goes: "a man with a dog" is no longer true."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.editors.remove import LIMITS, Limits, refusal
from counterfoil.mine.perceive.fellows import all_annotated
from counterfoil.mine.propose.omission import omission_words
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.wording import presence_words
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Region, Scene


@dataclass(frozen=True, kw_only=True)
class RemoveOne:
    """Of a category with few things, all of them annotated, nothing is left.

    Args:
        most: largest number of things that go together.
        limits: what can be taken out; the editor's own, so that it refuses little.
    """

    version: ClassVar[int] = 2
    most: int = 3
    limits: Limits = LIMITS

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        for label, members in groups(scene.regions).items():
            if len(members) > self.most or refusal(scene, members, self.limits):
                continue
            words = presence_words(scene, label, there=True) or omission_words(scene, label)
            if words and all_annotated(scene, members):
                yield words.draft(
                    Edit(
                        operation="remove",
                        kind="object",
                        before=label,
                        after=f"no {label}",
                        box=hull([scene.regions[member].box for member in members]),
                    ),
                    targets=tuple(members),
                )


def groups(regions: tuple[Region, ...]) -> dict[str, list[int]]:
    """The regions of each label, labels with a crowd left out."""
    crowds = {region.label for region in regions if region.crowd}
    members: dict[str, list[int]] = {}
    for index, region in enumerate(regions):
        if region.label not in crowds:
            members.setdefault(region.label, []).append(index)
    return members


def hull(boxes: list[Box]) -> Box:
    """The smallest box around boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
