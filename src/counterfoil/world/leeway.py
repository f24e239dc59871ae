"""Where items that are to move may come to stand: bounds, within which places are drawn.

All that is asked of a moved item is asked of one axis at a time: how it stands to what stays, and how
the moved ones stand to each other. Each gives a least or largest middle of its box, and where one
passes the other there is no use in looking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from counterfoil.records import Box
from counterfoil.world.drawing import GAP, Drawing, Item, Way, apart, holds
from counterfoil.world.layout import room
from counterfoil.world.words import CONVERSE, Relation

Range = tuple[float, float]
"""Least and largest middle of an item's box, along one axis."""

_AXES: tuple[Relation, ...] = ("left of", "above")
_ALL: Box = (0.0, 0.0, 1.0, 1.0)
_NOWHERE = 1.0, 0.0
_ERROR = 1e-9
"""More than sums of a few places are off by."""


def leeway(
    drawing: Drawing, movers: Collection[int], was: Way, becomes: Sequence[Way]
) -> dict[int, Box] | None:
    """Where the middle of each mover's box may lie; None where one of them can be nowhere.

    Args:
        drawing: the scene. Clear relations are kept, but for those among the items of `was` and `becomes`.
        movers: some of these items.
        was: a relation that is then clearly false.
        becomes: relations that are then clearly true.
    """
    across = _ranges(drawing, movers, was, becomes, 0)
    down = across and _ranges(drawing, movers, was, becomes, 1)
    if not across or not down:
        return None
    return {m: (across[m][0], down[m][0], across[m][1], down[m][1]) for m in movers}


def _ranges(
    drawing: Drawing, movers: Collection[int], was: Way, becomes: Sequence[Way], axis: int
) -> dict[int, Range] | None:
    """Of each item that the relations are about; None where a least passes a largest."""
    about = {item for one, _, other in (was, *becomes) for item in (one, other)}
    low, high = {}, {}
    for index in about:
        low[index], high[index] = (
            _kept(drawing, index, about, axis)
            if index in movers
            else (_middle(drawing.items[index], axis),) * 2
        )
    steps = list(_steps(drawing, was, becomes, axis))
    for _ in about:  # a bound reaches the last of a chain in as many rounds
        for one, other, step in steps:
            low[other] = max(low[other], low[one] + step)
            high[one] = min(high[one], high[other] - step)
    passed = any(low[index] > high[index] + _ERROR for index in about)
    return None if passed else {index: (low[index], high[index]) for index in about}


def _kept(drawing: Drawing, mover: int, about: Collection[int], axis: int) -> Range:
    """What keeps an item in the picture, and its clear relations clear."""
    mine, way = drawing.items[mover], _AXES[axis]
    within, half = room(mine, _ALL), _half(mine, axis)
    if within is None:
        return _NOWHERE
    low, high = within[axis], within[axis + 2]
    for index, item in enumerate(drawing.items):
        if index in about:
            continue
        if not apart(mine.box, item.box, 0.0):
            return _NOWHERE
        before, after = item.box[axis] - GAP - half, item.box[axis + 2] + GAP + half
        match holds(drawing, mover, way, index):
            case True:
                high = min(high, before)
            case False:
                low = max(low, before)
        match holds(drawing, index, way, mover):
            case True:
                low = max(low, after)
            case False:
                high = min(high, after)
    return low, high


def _steps(drawing: Drawing, was: Way, becomes: Sequence[Way], axis: int) -> Iterator[tuple[int, int, float]]:
    """Pairs of items with the least step from the middle of the one's box to that of the other's."""
    items, way = drawing.items, _AXES[axis]
    for one, other in _along(becomes, way):
        yield one, other, _half(items[one], axis) + GAP + _half(items[other], axis)
    for one, other in _along((was,), way):
        yield other, one, _off(items[other], axis) - _off(items[one], axis)


def _along(ways: Sequence[Way], wanted: Relation) -> Iterator[tuple[int, int]]:
    """The items of the relations along one axis, the first of each first."""
    for one, way, other in ways:
        if way == wanted:
            yield one, other
        elif CONVERSE[way] == wanted:
            yield other, one


def _half(item: Item, axis: int) -> float:
    return (item.box[axis + 2] - item.box[axis]) / 2


def _middle(item: Item, axis: int) -> float:
    return (item.box[axis] + item.box[axis + 2]) / 2


def _off(item: Item, axis: int) -> float:
    """From its centre to the middle of its box, which are two once a shape is turned."""
    return _middle(item, axis) - (item.x, item.y)[axis]
