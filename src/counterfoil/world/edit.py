"""A drawing with one fact changed. A drawing in, another out, or None where it cannot be drawn clearly.

Every function leaves all other facts as they were (`others_kept`): what an item is, and each relation
that was clear, but for those of the items that the edit moves, puts in or takes away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import cast

from counterfoil.world.drawing import Drawing, Item, apart, holds, relations
from counterfoil.world.layout import RADII, contrast, fillings_of, fits, new_item, place
from counterfoil.world.words import COLOURS, FILLINGS, SIZES, Colour, Relation, Shape, Size

_NEUTRAL = ("black", "white", "grey")


Relations = Sequence[tuple[int, Relation, int]]
"""Relations, each with the indices of its two items."""

_TRIES = 16
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
    """Items move, so that not the one but the other relations hold.

    Args:
        drawing: the scene.
        movers: the items that move.
        was: relations of which one, at least, is then clearly false.
        becomes: relations that are then clearly true; one, at least, is clearly false before.
        rng: the chance.
    """
    if not any(holds(drawing, *way) is False for way in becomes):
        return None
    staying = [item for i, item in enumerate(drawing.items) if i not in movers]
    moving = {(a, b) for a, _, b in (*was, *becomes)}
    for _ in range(_TRIES):
        moved = _moved(drawing, movers, staying, rng)
        if moved is None:
            continue
        after = _replaced(drawing, moved)
        done = all(holds(after, *way) is True for way in becomes)
        if done and any(holds(after, *way) is False for way in was) and _others_kept(drawing, after, moving):
            return after
    return None


def _moved(
    drawing: Drawing, movers: Sequence[int], staying: Sequence[Item], rng: Random
) -> dict[int, Item] | None:
    """The movers at free places of chance."""
    moved: dict[int, Item] = {}
    for index in movers:
        item = place(rng, drawing.items[index], [*staying, *moved.values()], tries=3)
        if item is None:
            return None
        moved[index] = item
    return moved


def with_places_exchanged(drawing: Drawing, first: int, other: int) -> Drawing | None:
    """Two items change places."""
    one, two = drawing.items[first], drawing.items[other]
    exchanged = {first: replace(one, x=two.x, y=two.y), other: replace(two, x=one.x, y=one.y)}
    return _with(drawing, exchanged, moving={(first, other), (other, first)})


def with_one_more(drawing: Drawing, shape: Shape, colour: Colour, rng: Random) -> Drawing | None:
    """Another item comes to a free place, as large as it can be there."""
    sizes: tuple[Size, ...] = (rng.choice(SIZES), "medium", "small")
    fresh = (new_item(rng, shape, colour, (size,)) for size in sizes)
    placed = next(filter(None, (place(rng, item, drawing.items) for item in fresh)), None)
    if placed is None:
        return None
    named = len(drawing.named)
    return replace(drawing, items=(*drawing.items[:named], placed, *drawing.items[named:]))


def with_one_less(drawing: Drawing, index: int) -> Drawing | None:
    """An item goes, if it is not the only one."""
    rest = tuple(item for i, item in enumerate(drawing.items) if i != index)
    distractors = drawing.distractors - (index >= len(drawing.named))
    return replace(drawing, items=rest, distractors=distractors) if rest else None


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
    return replace(item, size=size, radius=round(item.radius * RADII[size] / RADII[item.size], 4))


def _with(
    drawing: Drawing, changed: dict[int, Item], moving: Collection[tuple[int, int]] = ()
) -> Drawing | None:
    """The drawing with items changed, if it is as clear as before and nothing else became of it."""
    after = _replaced(drawing, changed)
    sound = all(fits(item) for item in changed.values())
    return after if sound and _is_clear(after, changed) and _others_kept(drawing, after, moving) else None


def _replaced(drawing: Drawing, changed: dict[int, Item]) -> Drawing:
    items = tuple(changed.get(i, item) for i, item in enumerate(drawing.items))
    return replace(drawing, items=items)


def _is_clear(drawing: Drawing, changed: Collection[int]) -> bool:
    """Whether each changed item stands free, or stands out from what it lies on or under."""
    for index in changed:
        item = drawing.items[index]
        for i, other in enumerate(drawing.items):
            if i == index or apart(item.box, other.box):
                continue
            known = any(holds(drawing, *way) for way in _ways(index, i))
            if not known or not contrast(item.colour, other.colour):
                return False
    return True


def _ways(one: int, other: int) -> list[tuple[int, Relation, int]]:
    ways: tuple[Relation, ...] = ("inside", "around", "in front of", "behind")
    return [(one, way, other) for way in ways]


def _others_kept(before: Drawing, after: Drawing, moving: Collection[tuple[int, int]]) -> bool:
    """Whether each relation that was clearly so still is, and none is that clearly was not.

    Relations of the pairs that move aside. One that was unclear may become clear.
    """
    pairs = {frozenset(pair) for pair in moving}
    was, now = (
        {way for way in relations(drawing) if frozenset((way[0], way[2])) not in pairs}
        for drawing in (before, after)
    )
    return was <= now and not any(holds(before, *way) is False for way in now - was)
