"""A fact of every colour photo: it is in colour. In its negative it is black and white."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.perceive.colour import NAMES
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.propose.told import told, vocabulary
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Scene

MONOCHROME = "black and white"
"""What the picture becomes."""

_COLOURED = frozenset(NAMES) | frozenset(
    {"gray", "color", "colored", "colors", "colorful", "colour", "coloured", "colours", "colourful"}
    | {"bright", "vivid", "rainbow", "golden", "silver", "tan", "beige", "blonde", "blond", "lush", "neon"}
    | {"monochrome", "sepia"}
)
_NO_PHOTO = frozenset(
    {"cartoon", "animated", "animation", "drawing", "drawn", "painting", "illustration", "surreal"}
    | {"surrealistic", "digital", "render", "rendering", "rendered", "graphic", "computer-generated", "cgi"}
)
"""Words that are no longer true, or no longer sure, of a picture without colour."""

_WAYS = (
    ("The photo is in color.", "The photo is in black and white."),
    ("It is a color photo.", "It is a black and white photo."),
)


@dataclass(frozen=True, kw_only=True)
class BlackAndWhite:
    """Propose to take the colour out of a colourful photo, where the caption names no colour.

    Args:
        min_colour: least share of the pixels, 0..1, whose largest and least channels lie 40 grey
            levels apart: what has less is nearly black and white already.
    """

    version: ClassVar[int] = 1
    min_colour: float = 0.1

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        plain = [c for c, doc in enumerate(scene.parses) if doc and vocabulary(doc).isdisjoint(_COLOURED)]
        drawn = any(not vocabulary(doc).isdisjoint(_NO_PHOTO) for doc in scene.parses)
        if not plain or drawn or self._is_pale(scene):
            return
        known = told(scene)
        caption = known.pick(plain, "monochrome")
        true, negative = known.pick(_WAYS, "monochrome")
        yield Draft(
            edit=Edit(operation="replace", kind="attribute", before="in color", after=MONOCHROME),
            caption=caption,
            true_changes=added(scene.captions[caption], true),
            negative_changes=added(scene.captions[caption], negative),
            values=(MONOCHROME,),
            two_way=True,
        )

    def _is_pale(self, scene: Scene) -> bool:
        small = cv2.resize(scene.pixels, (64, 64), interpolation=cv2.INTER_AREA)
        return float((np.ptp(small, axis=2) > 40).mean()) < self.min_colour
