"""A picture small enough to search for stuff, and what areas of it are: a scene in, a `View` out."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.perceive.oklab import Floats, to_oklab
from counterfoil.mine.within import summed_near
from counterfoil.records import Mask, Pictured, Pixels, Same

SIDE = 256
"""The picture is shrunk to so many pixels before it is searched: stuff is large."""


class View(NamedTuple):
    """A picture at a reduced size, slightly blurred.

    `free` is what no annotated thing covers, `steep` how much the colour changes from pixel to pixel.
    """

    pixels: Pixels
    lab: Floats
    free: Mask
    taken: Mask
    steep: Floats


@lru_cache(1)
def view_of(same: Same) -> View:
    """The view of a scene (see `Same`), kept for all the stuff that is searched in it."""
    scene: Pictured = same.value
    scale = min(1.0, SIDE / max(scene.height, scene.width))
    size = max(round(scene.width * scale), 1), max(round(scene.height * scale), 1)
    small = cv2.resize(scene.pixels, size, interpolation=cv2.INTER_AREA)
    covered = np.zeros((scene.height, scene.width), bool)
    for index, region in enumerate(scene.regions):
        if region.outline is not None:
            covered |= scene.mask(index)
    taken = cv2.resize(covered.view(np.uint8), size, interpolation=cv2.INTER_NEAREST_EXACT).view(np.bool_)
    pixels = np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)
    lab = to_oklab(pixels)
    across, down = (cv2.Sobel(lab, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    steep = magnitude(length(np.asarray(across)), length(np.asarray(down)))
    return View(pixels, lab, ~swollen(taken, 1), taken, np.asarray(steep, np.float32))


def clear_edge(view: View, mask: Mask, step: float = 0.08) -> float:
    """The share of an area's edge at which the colour changes clearly, 0..1; 1 where it has no edge."""
    around = swollen(mask, 1)
    outside = ~around & ~view.taken
    edge = around & ~mask & ~swollen(view.taken, 2)
    near, inner = mean_near(view.lab, mask & ~swollen(~mask, 1))
    far, outer = mean_near(view.lab, outside)
    told = edge & (inner > 0.03) & (outer > 0.03)
    return float((length(near - far)[told] > step).mean()) if told.any() else 1.0


def length(steps: Floats) -> Floats:
    """The length of each pixel's three values: how far two colours lie apart."""
    return np.asarray(cv2.sqrt(cv2.transform(steps * steps, np.ones((1, 3)))), np.float32)


def largest(mask: Mask) -> Mask | None:
    """The largest connected piece, gaps closed."""
    whole = closed(opened(mask, 3), 7).astype(np.uint8)
    number, labels, pieces, _ = cv2.connectedComponentsWithStats(whole)
    if number < 2:
        return None
    return np.asarray(labels == 1 + int(pieces[1:, cv2.CC_STAT_AREA].argmax()))


def opened(mask: Mask, size: int) -> Mask:
    """The mask without what is thinner than `size` pixels."""
    kernel = np.ones((size, size), np.uint8)
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0)


def closed(mask: Mask, size: int) -> Mask:
    """The mask with gaps thinner than `size` pixels filled."""
    kernel = np.ones((size, size), np.uint8)
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0)


def swollen(mask: Mask, by: int) -> Mask:
    """The mask and all within `by` pixels of it."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1), np.uint8)) > 0)


def rows_of(mask: Mask) -> NDArray[np.intp]:
    """The row of each pixel in a mask, from above: `np.nonzero(mask)[0]`, without looking for the columns."""
    return np.repeat(np.arange(len(mask)), np.count_nonzero(mask, axis=1))


def mean_near(lab: Floats, where: Mask, radius: int = 4) -> tuple[Floats, Floats]:
    """The mean colour of `where` near each pixel, and how much of what is near is in it."""
    mean, share = summed_near(lab, where, 2 * radius + 1)
    mean /= cv2.merge([share + np.float32(1e-4)] * 3)
    return mean, share
