"""Where a thing may stand in a picture, and how large it is there.

A scene, a category and a shape in; boxes out, the best first, or none. Nothing is known of a picture's
depth but its things: whatever stands on the same ground tells by its height how many pixels a metre
has at its foot, and what the ground under its foot looks like. Where no thing tells, nothing is put, but
into a smooth sky.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.bare import parts
from counterfoil.mine.boxmeans import Boxes
from counterfoil.mine.donors import Kind, kinds
from counterfoil.mine.standers import CAMERA, Stander, stander
from counterfoil.mine.terrain import Terrain, padded
from counterfoil.records import Box, Scene

_TOLD_BY = 2
"""How many things, the largest, tell where others may stand."""
_ALIKE = {"ground": 24.0, "table": 32.0}
"""How much the ground under a foot may differ from that under the reference's, in Lab; lamps light tables."""
_LEVELS = {
    "ground": (0.0, 0.12, -0.08, 0.25, 0.45, 0.7, 1.0),
    "table": (0.0, 0.06, 0.12, 0.25, 0.45, 0.7, 1.0),
}
"""How much lower than a reference's foot another's may be, in heights of the reference; behind what
stands on a table is the wall, more often than not."""
_COLUMNS = 48
_FLYING = (0.24, 0.19, 0.15, 0.12)
"""How wide what flies is, as a share of the picture's width, where it is three times as wide as high."""


class Place(NamedTuple):
    """A box for a thing to stand in, its foot on the lower edge, and how well it suits (more is better)."""

    box: Box
    score: float


def beside(
    ground: Terrain, label: str, aspect: float, references: Sequence[Stander], tallest: float = np.inf
) -> list[Place]:
    """Places on the same ground as the references, clear of all things; the best first.

    A metre's pixels grow linearly with the distance of the foot from the horizon, which lies as high
    above a foot as a camera is held above the ground.

    Args:
        ground: of the scene.
        label: what is to stand there.
        aspect: its width over its height.
        references: things that stand on the same ground.
        tallest: how many pixels high it can be.
    """
    if not references:
        return []
    kind = kinds()[label]
    near = [_near(ground, kind, aspect, reference, tallest) for reference in references[:_TOLD_BY]]
    return sorted(map(_place, np.concatenate(near)), key=lambda place: (-place.score, place.box))


def _near(
    ground: Terrain, kind: Kind, aspect: float, reference: Stander, tallest: float
) -> NDArray[np.float64]:
    """Clear boxes on the ground of one reference, and the score of each: n x 5."""
    boxes = _boxes(ground.scene, kind, aspect, reference)
    low = (boxes[:, 3] - boxes[:, 1]) * ground.scene.height <= tallest
    boxes = boxes[low & _within_frame(boxes) & _visible(ground.scene, boxes)]
    if not len(boxes):
        return np.empty((0, 5))
    colours, usual = ground.under(reference, kind.stands)
    if not len(colours):
        return np.empty((0, 5))
    foot = _foot(boxes)
    rough = ground.roughness(foot)
    smooth = rough < max(1.5 * usual, 5.0)
    boxes, foot, rough = boxes[smooth], foot[smooth], rough[smooth]
    change = _least_step(ground.colour(_thirds(foot)), colours).reshape(3, -1).max(axis=0)
    if kind.stands == "table" and ground.has_table:
        free = ground.on_table(foot)
    else:
        free = change < _ALIKE[kind.stands] * min(max(colours[:, 0].mean() / 128, 0.35), 1)
        if kind.stands == "table":
            free &= _apart(boxes, reference, ground.scene) < 1
    free[free] = ground.clear(boxes[free], kind.stands)
    boxes, change, rough = boxes[free], change[free], rough[free]
    far = np.abs(boxes[:, 0] + boxes[:, 2] - 2 * reference.centre / ground.scene.width)
    farther = np.abs(boxes[:, 3] * ground.scene.height - reference.foot) / reference.height
    score = -change / 18 - rough / 10 - ground.roughness(boxes) / 10 - 0.5 * far - farther
    return np.column_stack([boxes, score])


def _least_step(colours: Boxes, known: Boxes) -> Boxes:
    """How far each colour is from the nearest known one, in Lab."""
    apart = np.zeros((len(colours), len(known)))
    for channel in range(3):
        step = colours[:, channel, None] - known[:, channel]
        apart += step * step
    return np.asarray(np.sqrt(apart.min(axis=1)))


def _boxes(scene: Scene, kind: Kind, aspect: float, reference: Stander) -> Boxes:
    """Boxes all along a reference's level, and nearer and a little farther."""
    lower, across = _grid(kind.stands)
    centre = across * scene.width
    foot = reference.foot + lower * reference.height
    depth = 1 + lower * reference.height / (CAMERA[kind.stands] * reference.metre)
    height = kind.height(aspect) * reference.metre * depth
    width = aspect * height
    left, right = (centre - width / 2) / scene.width, (centre + width / 2) / scene.width
    return np.array((left, (foot - height) / scene.height, right, foot / scene.height)).T


@cache
def _grid(stands: str) -> tuple[Boxes, Boxes]:
    """How much lower than the reference's each foot is, and where across the picture."""
    lower, across = np.meshgrid(_LEVELS[stands], np.linspace(0.03, 0.97, _COLUMNS))
    return lower.ravel(), across.ravel()


def _within_frame(boxes: Boxes) -> NDArray[np.bool_]:
    left, top, right, bottom = boxes.T
    return np.asarray((np.minimum(left, top) >= 0.01) & (np.maximum(right, bottom) <= 0.99))


def _visible(scene: Scene, boxes: Boxes) -> NDArray[np.bool_]:
    """Whether a thing would be large enough to be noticed."""
    left, top, right, bottom = boxes.T
    width, height = (right - left) * scene.width, (bottom - top) * scene.height
    large = width * height > 0.003 * scene.width * scene.height
    return np.asarray((np.minimum(width, height) >= 20) & large)


def _thirds(boxes: Boxes) -> Boxes:
    """The left third of each box, then the middle ones, then the right ones."""
    return parts(boxes, [(0, 1)], [(third / 3, (third + 1) / 3) for third in range(3)])


def _apart(boxes: Boxes, reference: Stander, scene: Scene) -> Boxes:
    """The gap between boxes and a reference, in widths of it; endless where they are higher or lower."""
    centre, width = (boxes[:, 0] + boxes[:, 2]) / 2 * scene.width, (boxes[:, 2] - boxes[:, 0]) * scene.width
    gap = np.abs(centre - reference.centre) - width / 2 - reference.width / 2
    level = np.abs(boxes[:, 3] * scene.height - reference.foot) < 0.15 * reference.height
    return np.where(level, gap / reference.width, np.inf)


def _foot(boxes: Boxes) -> Boxes:
    """The strip of ground right in front of each thing's foot."""
    left, top, right, bottom = boxes.T
    height = bottom - top
    return np.array((left, bottom - 0.02 * height, right, np.minimum(bottom + 0.1 * height, 1))).T


def aloft(ground: Terrain, aspect: float) -> list[Place]:
    """Places in an open sky, clear of all things and of the frame; the best first.

    Args:
        ground: of the scene, which has to be one under the sky.
        aspect: width over height of what flies there.
    """
    scene = ground.scene
    share, x, y = (
        grid.ravel() for grid in np.meshgrid(_FLYING, np.linspace(0.1, 0.9, 17), np.linspace(0.08, 0.5, 12))
    )
    width = share * np.sqrt(max(aspect, 1.0) / 3)
    height = width * scene.width / aspect / scene.height
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
    boxes = boxes[_within_frame(boxes)]
    free = ground.open(padded(boxes, 0.2)) > 0.98
    size = (boxes[:, 2] - boxes[:, 0]) / max(_FLYING)
    score = size - np.abs(boxes[:, 0] + boxes[:, 2] - 1) - ground.roughness(boxes) / 10
    found = np.column_stack([boxes, score])[free]
    return sorted(map(_place, found), key=lambda place: (-place.score, place.box))


def instead(ground: Terrain, region: int, label: str, aspect: float) -> Place | None:
    """Where a thing of another category stands in the place of a region: same foot, true to size.

    None where it would leave much of the old one's place open, leave the frame, or cover another thing.
    """
    scene, old = ground.scene, stander(region, ground.scene.regions[region], ground.scene)
    height = kinds()[label].height(aspect) * old.metre
    width = aspect * height
    corners = old.centre - width / 2, old.foot - height, old.centre + width / 2, old.foot
    boxes = np.array([corners]) / (scene.width, scene.height, scene.width, scene.height)
    if boxes[0, :3].min() < 0.01 or boxes[0, 2] > 0.99 or not _visible(scene, boxes)[0]:
        return None
    before, box = scene.regions[region].box, _box(boxes[0])
    shared = _area(_cut(before, box))
    grown = (_area(box) - shared) / _area(before)
    hidden = ground.taken(boxes, kinds()[label].stands, but=region)[0]
    if shared < 0.3 * _area(before) or grown > 1.5 or hidden > 0.02:
        return None
    return Place(box, shared / _area(before) - grown)


def _place(found: NDArray[np.float64]) -> Place:
    """The place that a row tells: a box and its score."""
    return Place(_box(found[:4]), float(found[4]))


def _box(corners: Boxes) -> Box:
    left, top, right, bottom = corners.tolist()
    return left, top, right, bottom


def _cut(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)
