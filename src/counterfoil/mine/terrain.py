"""What a scene shows of its ground, sky and tables: sums over any rectangle, for all that is put in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.bare import part
from counterfoil.mine.boxmeans import Boxes, box_means, corners, means_between, roughness
from counterfoil.mine.standers import Stander
from counterfoil.records import Pixels, Region, Same, Scene

Sums = NDArray[np.int32]
"""Of a whole picture, over all that lies left of and above a pixel."""

_SIDE = 320
_SMOOTH = 4.5
"""Edges weaker than this, in grey levels a pixel, are those of clouds."""
_BESIDE = (
    ((0.92, 1.06), (-0.9, -0.1)),
    ((0.92, 1.06), (1.1, 1.9)),
    ((1.05, 1.3), (0.0, 1.0)),
)
"""The ground beside and before a thing: rows as shares of its height, columns as shares of its width."""
_SUPPORTS = {"ground": frozenset[str](), "table": frozenset({"dining table"})}

FARTHER, MOST_HIDDEN = 0.02, 0.15
"""How much higher in the picture the foot of a thing is that may be hidden, and how much of it may be."""


def may_be_hidden(region: Region) -> bool:
    """Whether a part of a thing may be hidden by what comes: no part of a person."""
    return region.label != "person" and not region.crowd


class Terrain:
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
        wider = padded(boxes, 0.06)
        clear = self.taken(wider, stands) < 0.004
        near = np.flatnonzero(~clear)
        boxes, wider = boxes[near], wider[near]
        own, around = (corners(some, self._rough) for some in (boxes, wider))
        for index in np.flatnonzero(_meet(wider, self._boxes).any(0)).tolist():
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


def terrain_of(scene: Scene) -> Terrain:
    """What a scene shows, looked at once for all rules that put something into it."""
    return _terrain_of(Same(scene))


@lru_cache(1)
def _terrain_of(same: Same) -> Terrain:
    return Terrain(same.value)


def _around(ground: Terrain, box: Boxes, stands: str) -> Boxes:
    """The strips of bare, even ground to the left, to the right and in front of a thing's foot."""
    strips = np.concatenate([part(box, rows, columns) for rows, columns in _BESIDE])
    size = strips[:, 2:] - strips[:, :2]
    strips = strips[(size[:, 0] > 0.01) & (size[:, 1] > 0.004) & (ground.taken(strips, stands) < 0.2)]
    rough = ground.roughness(strips)
    return np.asarray(strips[rough <= 2 * rough.min(initial=np.inf) + 2])


def _meet(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Whether each of some boxes meets each of others: boxes x others."""
    left, top, right, bottom = boxes.T[..., None]
    across = np.maximum(left, others[:, 0]) < np.minimum(right, others[:, 2])
    return np.asarray(across & (np.maximum(top, others[:, 1]) < np.minimum(bottom, others[:, 3])))


def _areas(boxes: Boxes) -> Boxes:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def padded(boxes: Boxes, margin: float) -> Boxes:
    """Boxes with a margin on every side, a share of their width and height."""
    left, top, right, bottom = boxes.T
    wider, higher = margin * (right - left), margin * (bottom - top)
    return np.array((left - wider, top - higher, right + wider, bottom + higher)).T
