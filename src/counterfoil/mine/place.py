"""Where a thing may stand in a picture, and how large it is there.

A scene, a category and a shape in; boxes out, the best first, or none. Nothing is known of a picture's
depth but its things: whatever stands on the same ground tells by its height how many pixels a metre
has at its foot, and what the ground under its foot looks like. Where no thing tells, nothing is put, but
into a smooth sky.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.bare import part, parts
from counterfoil.mine.boxmeans import Boxes, box_means, corners, means_between, roughness
from counterfoil.mine.donors import SUPPORTS, Kind, carries, kinds, shapely, stands_alone
from counterfoil.records import Box, Pixels, Region, Same, Scene

_SIDE = 320
_SMOOTH = 4.5
"""Edges weaker than this, in grey levels a pixel, are those of clouds."""
_TOLD_BY = 2
"""How many things, the largest, tell where others may stand."""
_CAMERA = {"ground": 1.5, "table": 0.5}
"""How many metres above what things stand on a camera is held, typically: it sets the horizon."""
_ALIKE = {"ground": 24.0, "table": 32.0}
"""How much the ground under a foot may differ from that under the reference's, in Lab; lamps light tables."""
_LEVELS = {
    "ground": (0.0, 0.12, -0.08, 0.25, 0.45, 0.7, 1.0),
    "table": (0.0, 0.06, 0.12, 0.25, 0.45, 0.7, 1.0),
}
"""How much lower than a reference's foot another's may be, in heights of the reference; behind what
stands on a table is the wall, more often than not."""
_BESIDE = (
    ((0.92, 1.06), (-0.9, -0.1)),
    ((0.92, 1.06), (1.1, 1.9)),
    ((1.05, 1.3), (0.0, 1.0)),
)
"""The ground beside and before a thing: rows as shares of its height, columns as shares of its width."""
_COLUMNS = 48
_FLYING = (0.24, 0.19, 0.15, 0.12)
"""How wide what flies is, as a share of the picture's width, where it is three times as wide as high."""
_SUPPORTS = {"ground": frozenset[str](), "table": frozenset({"dining table"})}


FARTHER, MOST_HIDDEN = 0.02, 0.15
"""How much higher in the picture the foot of a thing is that may be hidden, and how much of it may be."""


def may_be_hidden(region: Region) -> bool:
    """Whether a part of a thing may be hidden by what comes: no part of a person."""
    return region.label != "person" and not region.crowd


Sums = NDArray[np.int32]
"""Of a whole picture, over all that lies left of and above a pixel."""


class Place(NamedTuple):
    """A box for a thing to stand in, its foot on the lower edge, and how well it suits (more is better)."""

    box: Box
    score: float


class Stander(NamedTuple):
    """A thing that stands whole in the picture; lengths in pixels.

    Args:
        region: which one.
        centre, foot: where its foot is.
        width, height: its size.
        metre: how many pixels a metre has at its foot.
    """

    region: int
    centre: float
    foot: float
    width: float
    height: float
    metre: float


class Ground:
    """What a scene shows, at a reduced size, with sums over any rectangle at hand.

    Each is made when first asked for: into many a scene nothing fits, whatever it shows.

    Args:
        scene: whose things, and whose pixels.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        scale = min(1.0, _SIDE / max(scene.height, scene.width))
        self._size = round(scene.width * scale), round(scene.height * scale)
        self._boxes = np.array([region.box for region in scene.regions]).reshape(-1, 4)
        self._sums: dict[tuple[int, ...], Sums] = {}
        self._under: dict[tuple[int, str], tuple[Boxes, float]] = {}

    @cached_property
    def _levels(self) -> Pixels:
        """CIELAB in OpenCV's 256 levels."""
        small = cv2.resize(self.scene.pixels, self._size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.uint8)

    @cached_property
    def _lab(self) -> Sums:
        return np.asarray(cv2.integral(self._levels), np.int32)

    @cached_property
    def _light(self) -> NDArray[np.float32]:
        return self._levels[..., 0].astype(np.float32)

    @cached_property
    def _edges(self) -> NDArray[np.float32]:
        return roughness(self._light)

    @cached_property
    def _rough(self) -> NDArray[np.float64]:
        return np.asarray(cv2.integral(self._edges), np.float64)

    @cached_property
    def _masks(self) -> list[NDArray[np.uint8]]:
        masks = (self.scene.mask(region).view(np.uint8) for region in range(len(self.scene.regions)))
        return [
            np.asarray(cv2.resize(mask, self._size, interpolation=cv2.INTER_NEAREST), np.uint8)
            for mask in masks
        ]

    @cached_property
    def _table(self) -> Sums | None:
        regions = enumerate(self.scene.regions)
        tables = [index for index, r in regions if r.label in _SUPPORTS["table"] and not r.crowd]
        return self._sum_of(*tables) if tables else None

    def _taken(self, stands: str) -> Sums:
        """Sums over all that is in the way of what stands so."""
        regions = enumerate(self.scene.regions)
        return self._sum_of(*(index for index, r in regions if r.label not in _SUPPORTS[stands]))

    def _sum_of(self, *regions: int) -> Sums:
        """Sums over things, kept: one is asked for with every set of boxes that meets it."""
        if regions not in self._sums:
            self._sums[regions] = self._summed(regions)
        return self._sums[regions]

    def _summed(self, regions: Sequence[int]) -> Sums:
        covered = np.zeros(self._size[::-1], np.uint8)
        for region in regions:
            covered |= self._masks[region]
        return np.asarray(cv2.integral(covered), np.int32)

    def clear(self, boxes: Boxes, stands: str) -> NDArray[np.bool_]:
        """Whether a thing in each box hides nothing but a little of things that are farther away."""
        padded = _padded(boxes, 0.06)
        clear = self.taken(padded, stands) < 0.004
        near = np.flatnonzero(~clear)
        boxes, padded = boxes[near], padded[near]
        own, around = (corners(some, self._rough) for some in (boxes, padded))
        for index in np.flatnonzero(_meet(padded, self._boxes).any(0)).tolist():
            region = self.scene.regions[index]
            if region.label in _SUPPORTS[stands]:
                continue
            sums = self._sum_of(index)
            fine = means_between(sums, around) < 0.004
            if fine.all():
                continue
            if may_be_hidden(region):
                hidden = means_between(sums, own) * _areas(boxes) * sums.size / max(sums[-1, -1], 1)
                fine |= (region.box[3] < boxes[:, 3] - FARTHER) & (hidden < MOST_HIDDEN)
            near, boxes = near[fine], boxes[fine]
            own, around = own[:, fine], around[:, fine]
            if not len(near):
                break
        clear[near] = True
        return clear

    def under(self, thing: Stander, stands: str) -> tuple[Boxes, float]:
        """The colours of the bare ground around a thing's foot, and how rough it is; kept for what comes."""
        if (thing.region, stands) not in self._under:
            strips = _around(self, np.array([self.scene.regions[thing.region].box]), stands)
            rough = float(self.roughness(strips).max(initial=0))
            self._under[thing.region, stands] = self.colour(strips), rough
        return self._under[thing.region, stands]

    def taken(self, boxes: Boxes, stands: str, but: int | None = None) -> Boxes:
        """Share of each box that things cover, not counting one; to what stands on a table, it is none."""
        own = 0.0 if but is None else box_means(self._sum_of(but), boxes)
        return np.asarray(box_means(self._taken(stands), boxes) - own)

    @cached_property
    def _open(self) -> Sums:
        """Sums over what is smooth, bright for this picture, no thing, and reaches up to the frame."""
        rest = np.add.reduce(self._masks) if self._masks else np.zeros(self._size[::-1], np.uint8)
        light = self._light
        bright = light > 0.85 * light.mean()
        smooth = cv2.blur(self._edges, (5, 5)) < _SMOOTH
        _, parts = cv2.connectedComponents((smooth & bright & (rest == 0)).view(np.uint8))
        above = np.unique(parts[:2])
        covered = np.isin(parts, above[above > 0]).view(np.uint8)
        return np.asarray(cv2.integral(covered), np.int32)

    def open(self, boxes: Boxes) -> Boxes:
        """Share of each box that is open sky, where the picture has a sky."""
        return box_means(self._open, boxes)

    @property
    def has_table(self) -> bool:
        """Whether a table is annotated."""
        return self._table is not None

    def on_table(self, boxes: Boxes) -> NDArray[np.bool_]:
        """Whether boxes lie on the mask of a table."""
        return np.asarray(
            box_means(self._table, boxes) > 0.9 if self._table is not None else boxes[:, 0] < -1
        )

    def colour(self, boxes: Boxes) -> Boxes:
        """Mean Lab of each box, each 0..255."""
        return box_means(self._lab, boxes)

    def roughness(self, boxes: Boxes) -> Boxes:
        """Mean strength of edges in each box, in grey levels a pixel."""
        return box_means(self._rough, boxes)


def ground_of(scene: Scene) -> Ground:
    """What a scene shows, looked at once for all rules that put something into it."""
    return _ground_of(Same(scene))


@lru_cache(1)
def _ground_of(same: Same) -> Ground:
    return Ground(same.value)


def standers(scene: Scene, stands: str) -> Sequence[Stander]:
    """The things that stand whole on the ground (or a table), the largest first."""
    return _standers(Same(scene), stands)


@lru_cache(4)
def _standers(same: Same, stands: str) -> Sequence[Stander]:
    scene: Scene = same.value
    found = [
        _stander(index, region, scene)
        for index, region in enumerate(scene.regions)
        if (kind := kinds().get(region.label)) and kind.stands == stands and _whole(scene, index)
    ]
    found.sort(key=lambda thing: -thing.height)
    return [thing for thing in found if _agree(found[0], thing, stands)]


def _agree(largest: Stander, thing: Stander, stands: str) -> bool:
    """Whether a thing has the size that it must have on one ground with the largest."""
    expected = largest.metre + (thing.foot - largest.foot) / _CAMERA[stands]
    return 0.6 < thing.metre / max(expected, 1.0) < 1.7


def _whole(scene: Scene, index: int) -> bool:
    regions, height, width = scene.regions, scene.height, scene.width
    tallest = max(region.box[3] - region.box[1] for region in regions if region.label == regions[index].label)
    own = regions[index].box[3] - regions[index].box[1]
    large = own * height >= 24 and own > 0.5 * tallest
    box, others = regions[index].box, (other for other in regions if other.label not in SUPPORTS)
    return (
        large
        and not any(carries(other, box) for other in others)
        and shapely(regions[index], height, width)
        and stands_alone(regions, index, height, width, 0.35, sides=False)
    )


def _stander(index: int, region: Region, scene: Scene) -> Stander:
    left, top, right, bottom = region.box
    width, height = (right - left) * scene.width, (bottom - top) * scene.height
    return Stander(
        region=index,
        centre=(left + right) / 2 * scene.width,
        foot=bottom * scene.height,
        width=width,
        height=height,
        metre=height / kinds()[region.label].height(width / height),
    )


def beside(
    ground: Ground, label: str, aspect: float, references: Sequence[Stander], tallest: float = np.inf
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
    ground: Ground, kind: Kind, aspect: float, reference: Stander, tallest: float
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


def _around(ground: Ground, box: Boxes, stands: str) -> Boxes:
    """The strips of bare, even ground to the left, to the right and in front of a thing's foot."""
    strips = np.concatenate([part(box, rows, columns) for rows, columns in _BESIDE])
    size = strips[:, 2:] - strips[:, :2]
    strips = strips[(size[:, 0] > 0.01) & (size[:, 1] > 0.004) & (ground.taken(strips, stands) < 0.2)]
    rough = ground.roughness(strips)
    return np.asarray(strips[rough <= 2 * rough.min(initial=np.inf) + 2])


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
    depth = 1 + lower * reference.height / (_CAMERA[kind.stands] * reference.metre)
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


def _meet(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Whether each of some boxes meets each of others: boxes x others."""
    left, top, right, bottom = boxes.T[..., None]
    across = np.maximum(left, others[:, 0]) < np.minimum(right, others[:, 2])
    return np.asarray(across & (np.maximum(top, others[:, 1]) < np.minimum(bottom, others[:, 3])))


def _areas(boxes: Boxes) -> Boxes:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def _thirds(boxes: Boxes) -> Boxes:
    """The left third of each box, then the middle ones, then the right ones."""
    return parts(boxes, [(0, 1)], [(third / 3, (third + 1) / 3) for third in range(3)])


def _apart(boxes: Boxes, reference: Stander, scene: Scene) -> Boxes:
    """The gap between boxes and a reference, in widths of it; endless where they are higher or lower."""
    centre, width = (boxes[:, 0] + boxes[:, 2]) / 2 * scene.width, (boxes[:, 2] - boxes[:, 0]) * scene.width
    gap = np.abs(centre - reference.centre) - width / 2 - reference.width / 2
    level = np.abs(boxes[:, 3] * scene.height - reference.foot) < 0.15 * reference.height
    return np.where(level, gap / reference.width, np.inf)


def _padded(boxes: Boxes, margin: float) -> Boxes:
    left, top, right, bottom = boxes.T
    wider, higher = margin * (right - left), margin * (bottom - top)
    return np.array((left - wider, top - higher, right + wider, bottom + higher)).T


def _foot(boxes: Boxes) -> Boxes:
    """The strip of ground right in front of each thing's foot."""
    left, top, right, bottom = boxes.T
    height = bottom - top
    return np.array((left, bottom - 0.02 * height, right, np.minimum(bottom + 0.1 * height, 1))).T


def aloft(ground: Ground, aspect: float) -> list[Place]:
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
    free = ground.open(_padded(boxes, 0.2)) > 0.98
    size = (boxes[:, 2] - boxes[:, 0]) / max(_FLYING)
    score = size - np.abs(boxes[:, 0] + boxes[:, 2] - 1) - ground.roughness(boxes) / 10
    found = np.column_stack([boxes, score])[free]
    return sorted(map(_place, found), key=lambda place: (-place.score, place.box))


def instead(ground: Ground, region: int, label: str, aspect: float) -> Place | None:
    """Where a thing of another category stands in the place of a region: same foot, true to size.

    None where it would leave much of the old one's place open, leave the frame, or cover another thing.
    """
    scene, old = ground.scene, _stander(region, ground.scene.regions[region], ground.scene)
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
