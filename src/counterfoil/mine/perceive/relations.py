"""What boxes tell of a picture: regions in; relations of two things and counts of things out.

Only what a person would say at a glance is a fact here: things far enough apart, named by their
label without a doubt, and never a guess at depth.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from counterfoil.records import Box, Fact, Region

MARGIN = 0.02
"""Least gap between two things, as a share of the picture's side."""

SHARED = 0.5
"""Least overlap along the other axis, as a share of the smaller thing's side."""

LAPPING = 0.1
"""Largest overlap of two things of which one is said to stand beside the other, of the narrower's width."""

CENTRED = 0.12
"""How far the sides of what is in the middle may differ in their distance from the picture's."""

NARROW = 0.4
"""How wide it may be."""

NEAR = 0.1
"""How far from the picture's edge a thing may begin that is near that edge."""

CORNER = 0.35
"""How far from the edges a thing may reach that is near an edge, or in a corner."""

FAR, CLOSE = "far from the {} edge", "close to the {} edge"
"""How something is to an edge of the picture ("left", "top", "right", "bottom")."""

FAR_OFF = 0.285
"""How far something must at least be that is far from an edge."""

CLOSE_BY = 0.05
"""How far something may at most be that is close to it."""

MIN_AREA = 0.003
"""Least area of a box: annotators leave smaller things out, and nobody speaks of them."""

STANDS_OUT = 3
"""How many times the area of the next a thing has that is meant where its label is said."""

MOST_RELATIONS = 6
MOST_COUNTED = 5
SURE_COUNTED = 3
"""What is counted without a caption that says so: few large things in a picture of few annotations."""
SURE_AREA = 0.015
SURE_REGIONS = 12

ALOFT = ("airplane", "bird", "clock", "kite", "stop sign", "traffic light")
"""What hangs or flies. Of other things, higher up in a picture mostly means farther away."""


def relations(regions: Sequence[Region]) -> list[Fact]:
    """Left of, right of, above, below: of two labels, each with one thing or with one that stands out.

    Where there are lesser things of a label, the relation holds for every one of them as well. The
    smaller thing is the subject, as in speech ("the cup is left of the table"). At most
    `MOST_RELATIONS`, those of the largest things first.
    """
    named = _named(regions)
    pairs = itertools.combinations(sorted(named, key=lambda label: -regions[named[label][0]].area), 2)
    found = (_stated(regions, named[subject], named[other]) for other, subject in pairs)
    return list(itertools.islice(filter(None, found), MOST_RELATIONS))


def counts(regions: Sequence[Region]) -> list[Fact]:
    """How many there are of each label, 1 to `MOST_COUNTED`, where all were annotated one by one."""
    crowds = {region.label for region in regions if region.crowd}
    members: dict[str, list[int]] = {}
    for index, region in enumerate(regions):
        members.setdefault(region.label, []).append(index)
    return [
        Fact(kind="count", subject=label, value=str(len(indices)), regions=tuple(indices))
        for label, indices in members.items()
        if label not in crowds
        and len(indices) <= MOST_COUNTED
        and min(regions[index].area for index in indices) >= MIN_AREA
    ]


def sure_count(regions: Sequence[Region], indices: Sequence[int]) -> bool:
    """Whether a count of annotations is one of things: annotators leave out what is small, or one of many."""
    large = min(regions[index].area for index in indices) >= SURE_AREA
    return large and len(indices) <= SURE_COUNTED and len(regions) <= SURE_REGIONS


def relation(first: Box, second: Box, label: str = "", other: str = "") -> str:
    """How one box stands to another: "left of", "right of", "above", "below", or "" where unclear.

    Args:
        first: the subject's box.
        second: the other's box.
        label: what the subject is; only what hangs or flies is above something.
        other: what the other is.
    """
    across, down = _distance(first, second, 0), _distance(first, second, 1)
    if _apart(first, second, 0) and (_shared(first, second, 1) or across >= 1.5 * down):
        return "left of" if first[0] < second[0] else "right of"
    how = stacked(first, second)
    upper = {"above": label, "below": other}.get(how)
    return how if upper in ALOFT else ""


def side(boxes: Sequence[Box]) -> str:
    """The half of the picture in which all of some boxes lie: "left", "right", or "" where unclear."""
    if boxes and max(box[2] for box in boxes) <= 0.5 - MARGIN:
        return "left"
    return "right" if boxes and min(box[0] for box in boxes) >= 0.5 + MARGIN else ""


def stand(boxes: Sequence[Box]) -> str:
    """Where in the picture some boxes lie: "on the left", "on the right", "in the middle", "" where unclear.

    Example:
        >>> stand([(0.4, 0.2, 0.6, 0.9)])
        'in the middle'
    """
    if on := side(boxes):
        return f"on the {on}"
    left, _, right, _ = hull(boxes)
    return "in the middle" if abs(left + right - 1) <= CENTRED and right - left <= NARROW else ""


def places(boxes: Sequence[Box]) -> tuple[str, ...]:
    """Where in the picture all of some boxes lie, the plainest first; () where no side is clear.

    Example:
        >>> places([(0.02, 0.7, 0.2, 0.98)])
        ('on the left', 'in the bottom left corner', 'near the left edge')
    """
    on = side(boxes)
    if not on:
        return ()
    left, top, right, bottom = hull(boxes)
    near, far = (left, right) if on == "left" else (1 - right, 1 - left)
    found = [f"on the {on}"]
    if near <= NEAR and far <= CORNER and _in_corner(top, bottom):
        found.append(f"in the {'top' if top < 1 - bottom else 'bottom'} {on} corner")
    if near <= NEAR and far <= CORNER:
        found.append(f"near the {on} edge")
    return tuple(found)


def edges(boxes: Sequence[Box]) -> tuple[str, ...]:
    """How all of some boxes are to the edges of the picture, those in it that are clearly far or close.

    Example:
        >>> edges([(0.4, 0.03, 0.7, 0.8)])
        ('far from the left edge', 'close to the top edge', 'far from the right edge')
    """
    left, top, right, bottom = hull(boxes)
    gaps = {"left": left, "top": top, "right": 1 - right, "bottom": 1 - bottom}
    found = []
    for edge, gap in gaps.items():
        if gap >= FAR_OFF:
            found.append(FAR.format(edge))
        elif 0 <= gap <= CLOSE_BY:
            found.append(CLOSE.format(edge))
    return tuple(found)


def _in_corner(top: float, bottom: float) -> bool:
    return (top <= NEAR and bottom <= CORNER) or (bottom >= 1 - NEAR and top >= 1 - CORNER)


def beside(first: Sequence[Box], second: Sequence[Box]) -> str:
    """How some things stand to others, all to all: "left of", "right of", or "" where unclear.

    They may overlap a little: a man who leans on a car still stands right of it.
    """
    one, other = hull(first), hull(second)
    overlap = min(one[2], other[2]) - max(one[0], other[0])
    narrower = min(one[2] - one[0], other[2] - other[0])
    across, down = _distance(one, other, 0), _distance(one, other, 1)
    if overlap > LAPPING * narrower or not (_shared(one, other, 1) or across >= down):
        return ""
    return "left of" if one[0] < other[0] else "right of"


def stacked(first: Box, second: Box) -> str:
    """Which of two is higher up in the picture: "above", "below", or "" where they are not over each other.

    Of the picture alone: it says nothing of which hangs over which.

    Example:
        >>> stacked((0.4, 0.1, 0.6, 0.3), (0.3, 0.5, 0.7, 0.9))
        'above'
    """
    if not (_apart(first, second, 1) and _shared(first, second, 0)):
        return ""
    return "above" if first[1] < second[1] else "below"


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box around boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _named(regions: Sequence[Region]) -> dict[str, list[int]]:
    """The labels that name one thing without a doubt, with their regions, that thing first."""
    labels = dict.fromkeys(region.label for region in regions)
    crowds = {region.label for region in regions if region.crowd}
    named = {}
    for label in labels:
        members = [index for index, region in enumerate(regions) if region.label == label]
        members.sort(key=lambda index: -regions[index].area)
        first, *others = (regions[index].area for index in members)
        if label not in crowds and first >= MIN_AREA and first >= STANDS_OUT * max(others, default=0):
            named[label] = members
    return named


def _stated(regions: Sequence[Region], subjects: list[int], others: list[int]) -> Fact | None:
    first, second = regions[subjects[0]], regions[others[0]]
    value = relation(first.box, second.box, first.label, second.label)
    if not value or not all(_agrees(regions[i].box, regions[j].box, value) for i in subjects for j in others):
        return None
    pair = subjects[0], others[0]
    return Fact(kind="relation", subject=first.label, value=value, other=second.label, regions=pair)


def _agrees(first: Box, second: Box, value: str) -> bool:
    """Whether two boxes stand so, without a margin."""
    return {
        "left of": first[2] <= second[0],
        "right of": second[2] <= first[0],
        "above": first[3] <= second[1],
        "below": second[3] <= first[1],
    }[value]


def _distance(first: Box, second: Box, axis: int) -> float:
    return abs(first[axis] + first[axis + 2] - second[axis] - second[axis + 2]) / 2


def _apart(first: Box, second: Box, axis: int) -> bool:
    gap = max(first[axis], second[axis]) - min(first[axis + 2], second[axis + 2])
    return gap >= MARGIN


def _shared(first: Box, second: Box, axis: int) -> bool:
    common = min(first[axis + 2], second[axis + 2]) - max(first[axis], second[axis])
    smaller = min(first[axis + 2] - first[axis], second[axis + 2] - second[axis])
    return common >= SHARED * smaller
