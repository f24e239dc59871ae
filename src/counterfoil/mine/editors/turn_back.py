"""Things with one way round in a mirror image: set the right way round again, where they stand.

A stop sign seen from the front has an outline that is its own mirror image, so that the thing as it
was fits where its mirror image stands, and nobody sees that it was put there.
"""

from __future__ import annotations

import numpy as np

from counterfoil.mine.editors.hole import around, extent, share
from counterfoil.mine.editors.matte import soft_mask
from counterfoil.mine.within import within
from counterfoil.records import Mask, Pictured, Pixels

TURNABLE = frozenset({"clock", "parking meter", "stop sign"})
"""What is often seen from the front, and is then as good as symmetric but for what is written on it."""

SYMMETRIC = 0.88
"""Least overlap of an outline with its mirror image, as a share of both: outlines are loose."""

MIN_SIDE = 8
"""Pixels; on smaller things there is nothing to see."""

EDGE = 2
"""How far an outline may be wrong, in pixels."""


def turnable(scene: Pictured) -> tuple[int, ...]:
    """The regions that can be turned back in the picture's mirror image."""
    regions = enumerate(scene.regions)
    return tuple(i for i, r in regions if r.label in TURNABLE and not r.crowd and _is_symmetric(scene, i))


def turn_back(flipped: Pixels, scene: Pictured, region: int) -> None:
    """Lay a region over its own mirror image in the flipped picture, in place."""
    rows, columns = _window(scene, region)
    mask = scene.mask(region)[rows, columns]
    crop = np.ascontiguousarray(scene.pixels[rows, columns])
    alpha = soft_mask(crop, mask | mask[:, ::-1], EDGE)[..., None]
    window = rows, slice(scene.width - columns.stop, scene.width - columns.start)
    below = flipped[window].astype(np.float32)
    flipped[window] = np.rint(below + (crop - below) * alpha).astype(np.uint8)


def covered(scene: Pictured, regions: tuple[int, ...]) -> Pixels:
    """The picture with some regions painted over in their mean colour."""
    if not regions:
        return scene.pixels
    pixels = scene.pixels.copy()
    for region in regions:
        window = around(scene.mask(region), 0, least=0)
        mask = scene.mask(region)[window]
        pixels[window][mask] = within(pixels[window], mask).mean(0)
    return pixels


def _is_symmetric(scene: Pictured, region: int) -> bool:
    if scene.regions[region].outline is None or not scene.mask(region).any():
        return False
    mask = _cut_out(scene.mask(region))
    turned = mask[:, ::-1]
    return min(mask.shape) >= MIN_SIDE and share(mask & turned, mask | turned) >= SYMMETRIC


def _cut_out(mask: Mask) -> Mask:
    top, bottom, left, right = extent(mask)
    return mask[top:bottom, left:right]


def _window(scene: Pictured, region: int) -> tuple[slice, slice]:
    """A window around a region, as wide on its left as on its right."""
    mask = scene.mask(region)
    top, bottom, left, right = extent(mask)
    margin = min(3 * EDGE, left, scene.width - right)
    rows = slice(max(top - 3 * EDGE, 0), bottom + 3 * EDGE)
    return rows, slice(left - margin, right + margin)
