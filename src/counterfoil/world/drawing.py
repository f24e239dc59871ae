"""A scene of the drawn world as numbers, and what is true of it. No pixels, no words here.

Lengths are shares of the picture's side, x to the right and y down; a picture is square.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.frozen import quick
from counterfoil.records import Box
from counterfoil.world.shapes import outline
from counterfoil.world.words import CONVERSE, Colour, Filling, Relation, Shape, Size

Way = tuple[int, Relation, int]
"""A relation with the indices of its two items."""

GAP = 0.03
"""How far apart the boxes of two items are at least where one is said to be left of, or above, the other."""


@quick
@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a drawing.

    Args:
        shape, colour, size, filling: what captions may say of it.
        x, y: centre, 0..1.
        radius: half of its longer extent, as a share of the picture.
        angle: turned by so many degrees, clockwise.
        tint: added to each band of its colour, in grey levels.
        box: of its border.
    """

    shape: Shape
    colour: Colour
    size: Size
    filling: Filling
    x: float
    y: float
    radius: float
    angle: float = 0.0
    tint: tuple[int, int, int] = (0, 0, 0)
    box: Box = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the box, which whoever has an item asks for."""
        size, x, y = self.radius, self.x, self.y
        left, top, right, bottom = _border(self.shape, self.angle)[1]
        box = left * size + x, top * size + y, right * size + x, bottom * size + y
        object.__setattr__(self, "box", box)

    @property
    def polygon(self) -> NDArray[np.float64]:
        """Its border: n x 2 points, in shares of the picture."""
        return _border(self.shape, self.angle)[0] * self.radius + (self.x, self.y)

    def at(self, x: float, y: float) -> Item:
        """The same thing at another place."""
        return Item(
            self.shape,
            self.colour,
            self.size,
            self.filling,
            round(x, 4),
            round(y, 4),
            self.radius,
            self.angle,
            self.tint,
        )


@dataclass(frozen=True, slots=True)
class Background:
    """What is behind all items.

    Args:
        palette: which of the backgrounds' colours.
        light: direction (degrees) in which the picture gets lighter.
        slope: by how much the light changes across the picture, 0..1.
        seed: of texture and noise.
    """

    palette: int
    light: float
    slope: float
    seed: int


@dataclass(frozen=True)
class Drawing:
    """A scene: items from the back to the front, on a background.

    Args:
        distractors: how many of the last items no caption names.
    """

    background: Background
    items: tuple[Item, ...]
    distractors: int = 0

    @property
    def named(self) -> tuple[Item, ...]:
        """The items that captions may name."""
        return self.items[: len(self.items) - self.distractors]

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Its relations; see `relations`."""
        return tuple(ways_of(self, range(len(self.items))))


Truth = Literal[True, False] | None
"""Of a statement about a drawing; None where a person could not say for certain."""


def holds(drawing: Drawing, first: int, relation: Relation, other: int) -> Truth:
    """Whether one item stands in a relation to another; None where it is not clear.

    | relation | true | false |
    |---|---|---|
    | left of | its box ends `GAP` before the other's begins | its centre is not left of the other's |
    | above | the same, from top to bottom | the same |
    | inside | all of it lies within the other's border, painted later | less than a fifth does |
    | in front of | painted later, hides 8 to 70 % of the smaller, not inside | apart, or painted earlier |

    `right of`, `below`, `around` and `behind` are their converses.
    """
    if relation in ("right of", "below", "around", "behind"):
        return holds(drawing, other, CONVERSE[relation], first)
    one, two = drawing.items[first], drawing.items[other]
    if relation == "left of":
        return _before(one.box[0::2], two.box[0::2], two.x - one.x)
    if relation == "above":
        return _before(one.box[1::2], two.box[1::2], two.y - one.y)
    inner, shared = _overlap(one, two)
    later = first > other
    if relation == "inside":
        return True if later and inner >= 0.999 else (False if inner < 0.2 or not later else None)
    if shared == 0 or not later:
        return False
    return True if 0.08 <= shared <= 0.7 and max(inner, _overlap(two, one)[0]) < 0.9 else None


def _before(one: tuple[float, ...], two: tuple[float, ...], centres: float) -> Truth:
    if one[1] + GAP <= two[0]:
        return True
    return False if centres <= 0 else None


def apart(one: Box, two: Box, gap: float = GAP) -> bool:
    """Whether two boxes leave a gap between them, in one direction at least."""
    return (
        one[2] + gap <= two[0] or two[2] + gap <= one[0] or one[3] + gap <= two[1] or two[3] + gap <= one[1]
    )


def relations(drawing: Drawing) -> tuple[Way, ...]:
    """Every relation that is clearly true, once: of the two converses the first of the table above."""
    return drawing.ways


def ways_of(drawing: Drawing, about: Collection[int]) -> Iterator[Way]:
    """The same, of some items to each other and to all the rest."""
    boxes = [item.box for item in drawing.items]
    for first, other in itertools.permutations(range(len(boxes)), 2):
        if first not in about and other not in about:
            continue
        one, two = boxes[first], boxes[other]
        sideways, upright = one[2] + GAP <= two[0], one[3] + GAP <= two[1]
        if sideways:
            yield first, "left of", other
        if upright:
            yield first, "above", other
        if not sideways and not upright and not apart(one, two, 0.0):
            for relation in _TOUCHING:
                if holds(drawing, first, relation, other):
                    yield first, relation, other


_TOUCHING: Sequence[Relation] = ("inside", "in front of")


@lru_cache(4096)
def _border(shape: Shape, angle: float) -> tuple[NDArray[np.float64], Box]:
    """A shape's border around (0, 0), of radius 1, and the box of it."""
    turn = math.radians(angle)
    cosine, sine = math.cos(turn), math.sin(turn)
    points: NDArray[np.float64] = outline(shape) @ np.array([[cosine, sine], [-sine, cosine]])
    points.setflags(write=False)
    (left, top), (right, bottom) = points.min(0).tolist(), points.max(0).tolist()
    return points, (left, top, right, bottom)


@lru_cache(4096)
def _overlap(one: Item, two: Item) -> tuple[float, float]:
    """Which share of the first lies in the second, and which of the smaller of the two is shared."""
    if apart(one.box, two.box, 0.0):
        return 0.0, 0.0
    first, second = _raster(one), _raster(two)
    shared = cv2.countNonZero(cv2.bitwise_and(first, second))
    sizes = cv2.countNonZero(first), cv2.countNonZero(second)
    return shared / max(sizes[0], 1), shared / max(min(sizes), 1)


def _raster(item: Item, side: int = 256) -> NDArray[np.uint8]:
    canvas = np.zeros((side, side), np.uint8)
    cv2.fillPoly(canvas, [np.rint(item.polygon * (side * 16)).astype(np.int32)], 1, cv2.LINE_8, 4)
    return canvas
