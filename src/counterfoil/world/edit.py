"""A drawing with one fact changed. A drawing in, another out, or None where it cannot be drawn clearly.

Every function leaves all other facts as they were (`others_kept`): what an item is, and each relation
that was clear, but for those of the items that the edit moves, puts in or takes away.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import cast

from counterfoil.records import Box
from counterfoil.world.drawing import Drawing, Item, Way, apart, holds, relations, ways_of
from counterfoil.world.layout import JITTER, RADII, contrast, fillings_of, fits, new_item, place
from counterfoil.world.leeway import leeway
from counterfoil.world.words import COLOURS, CONVERSE, FILLINGS, SIZES, Colour, Relation, Shape, Size

_NEUTRAL = ("black", "white", "grey")

Relations = Sequence[Way]
"""Relations, each with the indices of its two items."""

TOUCHING: frozenset[Relation] = frozenset(("inside", "around", "in front of", "behind"))
"""Relations of items whose places meet."""

_TRIES = 6
"""How many places are tried for what moves."""


def with_attributes(drawing: Drawing, values: Mapping[int, str]) -> Drawing | None:
    """Items get another colour, size or filling each, by index."""
    changed = {index: _attributed(drawing.items[index], value) for index, value in values.items()}
    whole = {index: item for index, item in changed.items() if item is not None}
    return _with(drawing, whole) if len(whole) == len(changed) else None


def with_shape(drawing: Drawing, index: int, shape: Shape) -> Drawing | None:
    """An item becomes one of another shape."""
    item = drawing.items[index]
    if item.filling not in fillings_of(shape, item.size):
        return None
    return _with(drawing, {index: replace(item, shape=shape)})


def with_relations(
    drawing: Drawing, movers: Sequence[int], was: Relations, becomes: Relations, rng: Random
) -> Drawing | None:
    """Items move, so that not the one but the other relations hold. How these items stand to others stays.

    Args:
        drawing: the scene.
        movers: the items that move.
        was: relations of which one, at least, is then clearly false.
        becomes: relations that are then clearly true; one, at least, is clearly false before.
        rng: the chance.
    """
    if not any(holds(drawing, *way) is False for way in becomes):
        return None
    about = {item for one, _, other in (*was, *becomes) for item in (one, other)}
    aside = set(itertools.combinations(sorted(about), 2))
    ended = [(way, within) for way in was if (within := leeway(drawing, movers, way, becomes))]
    for past, within in itertools.islice(itertools.cycle(ended), _TRIES * len(movers)):
        moved = _moved(drawing, movers, within, past, becomes, rng=rng)
        if (
            moved is not None
            and any(holds(moved, *way) is False for way in was)
            and all(holds(moved, *way) is True for way in becomes)
            and _others_kept(drawing, movers, ways_of(moved, movers), aside)
        ):
            return moved
    return None


def _moved(
    drawing: Drawing,
    movers: Sequence[int],
    within: Mapping[int, Box] | None,
    was: Way,
    becomes: Relations,
    *,
    rng: Random,
) -> Drawing | None:
    """The movers one by one at free places of chance, each where its relations to what stands can hold."""
    for number, index in enumerate(movers):
        waiting = movers[number:]
        if number:
            within = leeway(drawing, waiting, was, becomes)
        if within is None:
            return None
        rest = {i: item for i, item in enumerate(drawing.items) if i not in waiting}
        placed = _placed(drawing.items[index], rest, _from(index, becomes), within[index], rng)
        if placed is None:
            return None
        drawing = _replaced(drawing, {index: placed})
    return drawing


def _placed(
    mover: Item, rest: Mapping[int, Item], wanted: Relations, within: Box, rng: Random
) -> Item | None:
    """The mover at a place of chance, or where it touches what it is to touch."""
    others = list(rest.values())
    for _, way, other in wanted:
        if way in TOUCHING and other in rest:
            return _touching(mover, way, rest[other], others, rng)
    return place(rng, mover, others, tries=3, within=within)


def _touching(mover: Item, relation: Relation, other: Item, rest: Sequence[Item], rng: Random) -> Item | None:
    """The mover in the middle of another item, around it, or at its side; apart from the rest of them."""
    away = 0.0 if relation in ("inside", "around") else 0.8 * (mover.radius + other.radius)
    angle = rng.uniform(0, 2 * math.pi)
    moved = mover.at(other.x + away * math.cos(angle), other.y + away * math.sin(angle))
    clear = all(apart(moved.box, item.box) for item in rest if item is not other)
    return moved if clear and fits(moved) else None


def can_touch(first: Item, relation: Relation, other: Item) -> bool:
    """Whether one item could be seen inside another, or in front of it, and both be told; or the converse."""
    if relation in ("around", "behind"):
        first, relation, other = other, CONVERSE[relation], first
    if not contrast(first.colour, other.colour) or first.filling != "plain":
        return False
    if relation == "in front of":
        return first.size != "small" and other.filling != "outlined"
    return (first.size, other.size) == ("small", "large") and other.filling in ("plain", "outlined")


def _from(index: int, ways: Relations) -> list[Way]:
    """The relations of one item, seen from it."""
    return [way for way in ways if way[0] == index] + [
        (other, CONVERSE[relation], one) for one, relation, other in ways if other == index
    ]


def with_one_more(drawing: Drawing, shape: Shape, colour: Colour, rng: Random) -> Drawing | None:
    """Another item comes to a free place, as large as it can be there."""
    sizes: tuple[Size, ...] = (rng.choice(SIZES), "medium", "small")
    fresh = (new_item(rng, shape, colour, (size,)) for size in sizes)
    return next(filter(None, (with_item(drawing, item, rng) for item in fresh)), None)


def with_item(drawing: Drawing, item: Item, rng: Random) -> Drawing | None:
    """An item comes, just as it is, to a free place."""
    placed = place(rng, item, drawing.items)
    if placed is None:
        return None
    named, others = drawing.named, drawing.items[len(drawing.named) :]
    return Drawing(drawing.background, (*named, placed, *others), drawing.distractors)


def with_one_less(drawing: Drawing, index: int) -> Drawing | None:
    """An item goes, if it is not the only one."""
    rest = tuple(item for i, item in enumerate(drawing.items) if i != index)
    distractors = drawing.distractors - (index >= len(drawing.named))
    return Drawing(drawing.background, rest, distractors) if rest else None


def _attributed(item: Item, value: str) -> Item | None:
    """The item with another colour, size or filling; None where it could not be told."""
    if value in COLOURS:
        tint = (item.tint[0],) * 3 if value in _NEUTRAL else item.tint
        return replace(item, colour=value, tint=tint)
    if value in FILLINGS:
        return replace(item, filling=value) if value in fillings_of(item.shape, item.size) else None
    size = cast(Size, value)
    if item.filling not in fillings_of(item.shape, size):
        return None
    return replace(item, size=size, radius=_radius(item, size))


def _radius(item: Item, size: Size) -> float:
    """As large as a thing of that size is, and as the item is among its own."""
    jitter = min(max(item.radius / RADII[item.size], 1 - JITTER), 1 + JITTER)
    return round(RADII[size] * jitter, 4)


def _with(drawing: Drawing, changed: dict[int, Item]) -> Drawing | None:
    """The drawing with items changed, if it is as clear as before and nothing else became of it."""
    after = _replaced(drawing, changed)
    if all(
        item.box == drawing.items[i].box and item.shape == drawing.items[i].shape
        for i, item in changed.items()
    ):
        # in other paint all stands as it stood
        return after if _is_clear(after, changed, relations(drawing)) else None
    if not all(fits(item) for item in changed.values()):
        return None
    now = set(ways_of(after, changed))
    return after if _is_clear(after, changed, now) and _others_kept(drawing, changed, now) else None


def _replaced(drawing: Drawing, changed: Mapping[int, Item]) -> Drawing:
    items = tuple(changed.get(i, item) for i, item in enumerate(drawing.items))
    return Drawing(drawing.background, items, drawing.distractors)


def _is_clear(drawing: Drawing, changed: Collection[int], ways: Collection[Way]) -> bool:
    """Whether each changed item stands free, or stands out from what it is clear that it lies on or under."""
    told = {frozenset((one, other)) for one, way, other in ways if way in TOUCHING}
    for index in changed:
        item = drawing.items[index]
        for i, other in enumerate(drawing.items):
            if i == index or apart(item.box, other.box):
                continue
            if frozenset((index, i)) not in told or not contrast(item.colour, other.colour):
                return False
    return True


def _others_kept(
    before: Drawing, changed: Collection[int], now: Iterable[Way], aside: Collection[tuple[int, int]] = ()
) -> bool:
    """Whether each relation that was clearly so still is, and none is that clearly was not.

    One that was unclear may become clear.

    Args:
        before: the drawing as it was.
        changed: the items that are others now.
        now: the relations of these items now.
        aside: pairs of items that are not looked at, the smaller index first.
    """
    was = (way for way in relations(before) if way[0] in changed or way[2] in changed)
    clear, told = (
        {way for way in ways if (min(way[0], way[2]), max(way[0], way[2])) not in aside}
        for ways in (was, now)
    )
    return clear <= told and not any(holds(before, *way) is False for way in told - clear)
