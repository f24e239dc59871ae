"""What stands on the left side of the picture stands on the right side of its mirror image."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from counterfoil.mine.english import agree, capital, plural
from counterfoil.mine.perceive.nouns import spoken
from counterfoil.mine.perceive.relations import side
from counterfoil.mine.propose.mirror import shows_writing
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.propose.told import Told, told
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Scene

_WAYS = (
    "The {things} {are} on the {side} side of the picture.",
    "The {things} {are} on the {side} of the picture.",
    "The {things} {are} in the {side} half of the picture.",
)


@dataclass(frozen=True, kw_only=True)
class FrameSides:
    """Propose a mirror image for the side of the picture on which a thing, or all of its kind, stand.

    Args:
        most: largest number of drafts of one scene.
        min_area: smallest area of the things' boxes, as a share of the picture.
    """

    version: ClassVar[int] = 1
    most: int = 3
    min_area: float = 0.01

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        if shows_writing(scene):
            return
        known = told(scene)
        labels = dict.fromkeys(region.label for region in scene.regions)
        largest_first = sorted(labels, key=lambda label: -self._area(known, label))
        yield from islice(filter(None, (self._draft(known, label) for label in largest_first)), self.most)

    def _area(self, known: Told, label: str) -> float:
        return sum(known.scene.regions[i].area for i in known.indices(label))

    def _draft(self, known: Told, label: str) -> Draft | None:
        scene, regions = known.scene, known.indices(label)
        on = side([scene.regions[i].box for i in regions])
        named = [link.caption for link in known.links_to(regions[0])] if len(regions) == 1 else []
        captions = known.without_sides(sorted({*known.unnamed(label), *named}))
        sure = label not in known.doubtful and not any(scene.regions[i].crowd for i in regions)
        if not on or not captions or not sure or self._area(known, label) < self.min_area:
            return None
        caption = known.pick(captions, "side", label)
        other = {"left": "right", "right": "left"}[on]
        one = len(regions) == 1
        things = known.name(regions[0], caption) if one else plural(spoken(label))
        words = {"things": things, "are": agree("are", plural_subject=not one)}
        way = known.pick(_WAYS, "side", label)
        true, negative = (capital(way.format(**words, side=where)) for where in (on, other))
        return Draft(
            edit=Edit(operation="replace", kind="relation", before=f"on the {on}", after=f"on the {other}"),
            caption=caption,
            true_changes=added(scene.captions[caption], true),
            negative_changes=added(scene.captions[caption], negative),
            targets=regions,
            two_way=True,
        )
