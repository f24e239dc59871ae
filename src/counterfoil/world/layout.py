"""Chance to a drawing: how many items, which, how they stand. Nothing here knows of words."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from random import Random

from counterfoil.records import Box
from counterfoil.world.drawing import GAP, Background, Drawing, Item, apart, holds
from counterfoil.world.paint import BACKGROUNDS, RGB
from counterfoil.world.splits import Compositions
from counterfoil.world.words import COLOURS, FILLINGS, SHAPES, SIZES, Colour, Filling, Relation, Shape, Size

MOST = 5
"""Most items in a drawing."""
RADII: dict[Size, float] = {"small": 0.095, "medium": 0.14, "large": 0.2}
"""Half of an item's longer extent, as a share of the picture."""
JITTER = 0.06
"""By which share of it the radius of a size varies."""
_MARGIN = 0.015
_TRIES = 24

Pick = Callable[[Random], tuple[Shape, Colour]]


def lay_out(rng: Random, lacking: Compositions | None, showing: Compositions | None = None) -> Drawing:
    """A drawing of 1 to `MOST` items, all of whose relations leave no doubt.

    Args:
        rng: the chance.
        lacking: pairs of shape and colour that no item has.
        showing: pairs of which the first item has one.
    """
    number = rng.choices(range(1, MOST + 1), (2, 8, 10, 7, 5))[0]
    pick = _picker(lacking)
    items = [new_item(rng, *(rng.choice(sorted(showing.pairs)) if showing else pick(rng)))]
    theme = rng.random()
    if number > 1 and theme < 0.35:
        pair = _inside if theme < 0.2 else _overlapping
        first = items[0]
        items = next(filter(None, (pair(rng, first, pick) for _ in range(4))), items)
    repeated = items[0].shape if theme > 0.7 else None
    if len(items) == 1:
        items = [place(rng, items[0], []) or items[0]]
    while len(items) < number:
        shape, colour = pick(rng)
        if repeated and (not lacking or (repeated, colour) not in lacking.pairs):
            shape = repeated
        placed = place(rng, new_item(rng, shape, colour), items)
        if placed is None:
            break
        items.append(placed)
    distractors = int(len(items) > 2 and rng.random() < 0.35 and _is_odd(items))
    return Drawing(background(rng), tuple(items), distractors)


def place(
    rng: Random, item: Item, others: Sequence[Item], tries: int = 24, within: Box = (0.0, 0.0, 1.0, 1.0)
) -> Item | None:
    """The item at a free place, its size kept; None where none is found.

    Args:
        rng: the chance.
        item: what is placed.
        others: what it keeps apart from.
        tries: how many places are looked at.
        within: where the middle of its box comes to lie.
    """
    left, top, right, bottom = item.box
    width, height = (right - left) / 2, (bottom - top) / 2
    space = room(item, within)
    if space is None:
        return None
    low, high = space[:2], space[2:]
    boxes = [other.box for other in others]
    for _ in range(tries):
        x, y = rng.uniform(low[0], high[0]), rng.uniform(low[1], high[1])
        if all(apart((x - width, y - height, x + width, y + height), other) for other in boxes):
            # the middle of a shape's box is not its centre once it is turned
            return item.at(x - (left + right) / 2 + item.x, y - (top + bottom) / 2 + item.y)
    return None


def has_place(item: Item, boxes: Collection[Box]) -> bool:
    """Whether an item could stand anywhere in the picture and keep apart from some boxes."""
    left, top, right, bottom = item.box
    width, height = right - left, bottom - top
    # what has a place can be pushed up and to the left there, until it meets an edge or a box
    lefts = [x for x in (_MARGIN, *(box[2] + GAP for box in boxes)) if x + width <= 1 - _MARGIN]
    tops = [y for y in (_MARGIN, *(box[3] + GAP for box in boxes)) if y + height <= 1 - _MARGIN]
    return any(
        all(apart((x, y, x + width, y + height), box) for box in boxes)
        for x, y in itertools.product(lefts, tops)
    )


def room(item: Item, within: Box) -> Box | None:
    """Of a part of the picture that where the middle of an item's box may lie; None where that is nowhere."""
    left, top, right, bottom = item.box
    width, height = (right - left) / 2, (bottom - top) / 2
    low = max(within[0], _MARGIN + width), max(within[1], _MARGIN + height)
    high = min(within[2], 1 - _MARGIN - width), min(within[3], 1 - _MARGIN - height)
    return None if low[0] > high[0] or low[1] > high[1] else (*low, *high)


def fillings_of(shape: Shape, size: Size) -> tuple[Filling, ...]:
    """The fillings that can be told: a small thing is plain, a slender one has no inside."""
    if size == "small":
        return ("plain",)
    return FILLINGS[:3] if shape in ("crescent", "arrow", "star") else FILLINGS


def fits(item: Item) -> bool:
    """Whether an item lies within the picture."""
    return min(item.box) >= 0.0 and max(item.box) <= 1.0


def _picker(lacking: Compositions | None) -> Pick:
    def pick(rng: Random) -> tuple[Shape, Colour]:
        shape = rng.choice(SHAPES)
        return shape, rng.choice(lacking.colours_of(shape) if lacking else COLOURS)

    return pick


def new_item(rng: Random, shape: Shape, colour: Colour, sizes: Sequence[Size] = SIZES) -> Item:
    """An item in the middle of the picture, its looks jittered."""
    size = rng.choice(sizes)
    filling = rng.choice(fillings_of(shape, size)) if rng.random() < 0.6 else "plain"
    grey = rng.randint(-8, 8)
    coloured = colour not in ("black", "white", "grey")
    tint = (grey, rng.randint(-8, 8), rng.randint(-8, 8)) if coloured else (grey, grey, grey)
    return Item(
        shape=shape,
        colour=colour,
        size=size,
        filling=filling,
        x=_between(rng, 0.4, 0.6),
        y=_between(rng, 0.4, 0.6),
        radius=round(RADII[size] * rng.uniform(1 - JITTER, 1 + JITTER), 4),
        angle=float(rng.randint(-9, 9)),
        tint=tint,
    )


def _inside(rng: Random, first: Item, pick: Pick) -> list[Item]:
    """A small thing within a large one of another colour, whose middle is all of one colour."""
    outer = replace(first, size="large", radius=0.3, x=_between(rng, 0.35, 0.65), y=_between(rng, 0.35, 0.65))
    roomy = outer.shape in ("circle", "square", "hexagon") and rng.random() < 0.5
    outer = replace(outer, filling="outlined" if roomy else "plain")
    shape, colour = pick(rng)
    inner = replace(new_item(rng, shape, colour, ("small",)), x=outer.x, y=outer.y)
    return _related(outer, inner, "inside")


def _overlapping(rng: Random, first: Item, pick: Pick) -> list[Item]:
    """A thing that hides a part of another, at its side."""
    back = replace(first, filling="plain" if first.filling == "outlined" else first.filling)
    shape, colour = pick(rng)
    front = replace(new_item(rng, shape, colour, ("medium", "large")), filling="plain")
    angle, away = rng.uniform(0, 2 * math.pi), 0.8 * (back.radius + front.radius)
    front = front.at(back.x + away * math.cos(angle), back.y + away * math.sin(angle))
    return _related(back, front, "in front of")


def _related(back: Item, front: Item, relation: Relation) -> list[Item]:
    """Both, if they stand as they should and can be told apart; else none."""
    pair = Drawing(Background(0, 0, 0, 0), (back, front))
    sound = fits(back) and fits(front) and contrast(back.colour, front.colour) and holds(pair, 1, relation, 0)
    return [back, front] if sound else []


def contrast(one: Colour, other: Colour) -> bool:
    """Whether a thing of one colour can be told from another right behind it."""
    return one != other and sum(abs(a - b) for a, b in zip(RGB[one], RGB[other], strict=True)) > 150


def _is_odd(items: Sequence[Item]) -> bool:
    """Whether the last item stands alone, and no other has its shape: it may go without a name."""
    last = items[-1]
    return all(other.shape != last.shape and apart(other.box, last.box, GAP) for other in items[:-1])


def background(rng: Random) -> Background:
    """A background by chance."""
    return Background(
        palette=rng.randrange(len(BACKGROUNDS)),
        light=float(rng.randrange(360)),
        slope=round(rng.uniform(0.05, 0.22), 3),
        seed=rng.getrandbits(32),
    )


def _between(rng: Random, low: float, high: float) -> float:
    return round(rng.uniform(low, high), 4)
