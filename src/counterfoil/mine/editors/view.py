"""A region and what lies around it: a scene and a region in, a crop with its mask out."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from counterfoil.mine.editors.matte import shrunk
from counterfoil.mine.editors.remove import SURFACES
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.mine.within import share_near
from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Mask, Pixels, Scene


class View(NamedTuple):
    """A region and what lies around it: a crop that starts at (left, top).

    Args:
        pixels: the crop, height x width x 3.
        mask: the region less what lies in front of it, height x width.
        taken: how much of each pixel belongs to another region, 0..1, height x width.
    """

    left: int
    top: int
    pixels: Pixels
    mask: Mask
    taken: Floats


def look_at(scene: Scene, region: int, margin: int) -> View:
    """Crop a region with a margin of pixels; where masks overlap, what is not its support is in front.

    Of what things stand on only what is surely it: between a loose outline and its own there is paint.
    """
    left, top, right, bottom = to_pixels(scene.regions[region].box, scene.height, scene.width)
    rows = slice(max(top - margin, 0), bottom + margin)
    columns = slice(max(left - margin, 0), right + margin)
    own = np.ascontiguousarray(scene.mask(region)[rows, columns])
    area, taken = np.count_nonzero(own), np.zeros_like(own)
    for other, thing in enumerate(scene.regions):
        if other != region and _overlap(thing.box, scene.regions[region].box):
            mask = scene.mask(other)[rows, columns]
            if thing.label in SURFACES:
                mask = shrunk(mask, looseness(scene, region))
            shared = mask & own
            behind = 2 * np.count_nonzero(shared) > area
            taken |= mask ^ shared if behind else mask
    return View(columns.start, rows.start, scene.pixels[rows, columns], own & ~taken, soft(taken))


def soft(taken: Mask) -> Floats:
    """How much of each pixel is taken, 0..1: outlines are loose, so the outermost pixels count little."""
    return share_near(shrunk(taken, 1), 3)


def _overlap(one: Box, other: Box) -> bool:
    return max(one[0], other[0]) < min(one[2], other[2]) and max(one[1], other[1]) < min(one[3], other[3])


def looseness(scene: Scene, region: int) -> int:
    """How far an outline may be wrong, in pixels: by hand people miss by about 1 % of the picture."""
    side = math.sqrt(scene.regions[region].area * scene.width * scene.height)
    return min(max(round(0.04 * side), 2), max(round(0.009 * max(scene.width, scene.height)), 2))
