"""Whether items that are to move have any place at all: bounds alone, before places are tried.

All that is asked of a moved item is asked of one axis at a time: how it stands to what stays, and how
the moved ones stand to each other. Each gives a least or largest middle of its box, and where one
passes the other there is no use in looking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from counterfoil.world.drawing import GAP, Drawing, Item, holds
from counterfoil.world.words import CONVERSE, Relation

Way = tuple[int, Relation, int]
"""A relation with the indices of its two items."""

_AXES: tuple[Relation, ...] = ("left of", "above")
_ERROR = 1e-9
"""More than sums of a few places are off by."""


def have_leeway(drawing: Drawing, was: Sequence[Way], becomes: Sequence[Way]) -> bool:
    """Whether items could stand so that not the one but the other relations hold; if not, they never can.

    Args:
        drawing: the scene, whose clear relations to what stays are kept.
        was: relations of which one, at least, is then clearly false.
        becomes: relations of the items that move, clearly true then.
    """
    movers = {item for one, _, other in becomes for item in (one, other)}
    for axis, way in enumerate(_AXES):
        low, high = {}, {}
        for mover in movers:
            low[mover], high[mover] = _bounds(drawing, mover, movers, axis)
        steps = list(_steps(drawing, was, becomes, axis, way))
        for _ in movers:  # a bound reaches the last of a chain in as many rounds
            for one, other, step in steps:
                low[other] = max(low[other], low[one] + step)
                high[one] = min(high[one], high[other] - step)
        if any(low[mover] > high[mover] + _ERROR for mover in movers):
            return False
    return True


def _bounds(drawing: Drawing, mover: int, movers: Collection[int], axis: int) -> tuple[float, float]:
    """Least and largest middle of an item's box that keeps it in the picture and clear relations clear."""
    way, half = _AXES[axis], _half(drawing.items[mover], axis)
    low, high = half, 1 - half
    for index, item in enumerate(drawing.items):
        if index in movers:
            continue
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


def _steps(
    drawing: Drawing, was: Sequence[Way], becomes: Sequence[Way], axis: int, way: Relation
) -> Iterator[tuple[int, int, float]]:
    """Pairs of moved items with the least step from the middle of the one's box to that of the other's."""
    halves = [_half(item, axis) for item in drawing.items]
    # the middle of a shape's box is not its centre once it is turned
    centres = [
        (item.x, item.y)[axis] - item.box[axis] - half
        for item, half in zip(drawing.items, halves, strict=True)
    ]
    for one, other in _along(becomes, way):
        yield one, other, halves[one] + GAP + halves[other]
    for one, other in _along(was, way) if len(was) == 1 else ():
        yield other, one, centres[other] - centres[one]


def _along(ways: Sequence[Way], wanted: Relation) -> Iterator[tuple[int, int]]:
    """The items of the relations along one axis, the first of each first."""
    for one, way, other in ways:
        if way == wanted:
            yield one, other
        elif CONVERSE[way] == wanted:
            yield other, one


def _half(item: Item, axis: int) -> float:
    return (item.box[axis + 2] - item.box[axis]) / 2
