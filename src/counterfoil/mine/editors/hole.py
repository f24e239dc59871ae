"""Masks as holes: how far to cut around a thing, which window to work in, which patch to give back.

Outlines drawn by hand miss a rim of the thing, and none holds its shadow. Both are told by colours:
the rim has those of the thing rather than those around it, the shadow darkens the ground at its foot.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.percentile import medians, percentile
from counterfoil.mine.within import within
from counterfoil.records import Mask, Patch, Pixels

Window = tuple[slice, slice]
"""Rows and columns of a picture."""

UNIT = 640
"""The longer side of a picture for which the distances below are told, in pixels; they grow with it."""

SEAM, RIM = 2, 9
"""What is cut out around a mask in any case, and how far from it there may be more of the thing."""

CAST, LEAST_CAST, MOST_CAST, GROUND = 0.35, 12, 70, 40
"""How far a shadow is looked for, as a share of the thing's longer side and within two bounds, and how
far the lit ground reaches beyond."""

DARKER, AS_RED, AS_BLUE = 8.0, 9.0, 12.0
"""How much darker than the ground a shadow is at least, and how alike in CIE a* and b* (8 bits each)."""

BINS = 24
"""Of a histogram of colours, along each axis of CIE L*a*b*."""


def hole_of(pixels: Pixels, mask: Mask, others: Mask) -> Mask:
    """A mask with a seam of safety, with what of the thing its outline misses, and with its shadow.

    Args:
        pixels: the picture.
        mask: the thing.
        others: what belongs to other things, and is not cut.
    """
    unit = max(mask.shape) / UNIT
    window = around(mask, CAST + 0.3, round(70 * unit), round(160 * unit))
    inside, taken = mask[window], others[window] & ~mask[window]
    soft = cv2.GaussianBlur(pixels[window], (3, 3), 0)
    lab = np.asarray(cv2.cvtColor(soft, cv2.COLOR_RGB2LAB), np.uint8)
    far = np.asarray(cv2.distanceTransform((~inside).view(np.uint8), cv2.DIST_L2, 5), np.float32)
    seam = max(SEAM, round(SEAM * unit))
    whole = _swollen(_joined((far <= seam) | _rim(lab, inside, far, taken, unit), inside), seam)
    shadow = _joined(_shadow(lab, inside, far, taken, unit) | whole, inside) & ~whole
    hole = np.zeros_like(mask)
    hole[window] = (whole | _swollen(shadow, round(1.5 * seam))) & ~taken
    return hole


def around(mask: Mask, context: float, least: int = 40, most: int = 160) -> Window:
    """The window of a mask with `context` times its longer side around it, `least` to `most` pixels."""
    top, bottom, left, right = extent(mask)
    margin = round(min(max(context * max(bottom - top, right - left), least), most))
    rows = slice(max(top - margin, 0), min(bottom + margin, mask.shape[0]))
    return rows, slice(max(left - margin, 0), min(right + margin, mask.shape[1]))


def patch_of(pixels: Pixels, mask: Mask, margin: int = 16) -> Patch:
    """The part of a painted picture that holds the mask, with a margin."""
    top, bottom, left, right = extent(mask)
    top, left = max(top - margin, 0), max(left - margin, 0)
    window = slice(top, bottom + margin), slice(left, right + margin)
    return Patch(left=left, top=top, pixels=pixels[window].copy(), mask=mask[window])


def share(part: Mask, whole: Mask) -> float:
    """The area of one mask over that of another."""
    return float(np.count_nonzero(part)) / max(cv2.countNonZero(whole.view(np.uint8)), 1)


def extent(mask: Mask) -> tuple[int, int, int, int]:
    """First row of a mask and the one after its last, first column and the one after the last."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return top, top + height, left, left + width


def _rim(lab: Pixels, inside: Mask, far: NDArray[np.float32], taken: Mask, unit: float) -> Mask:
    """Pixels near a mask whose colours are more the thing's than those of what is around it."""
    reach = max(6, round(RIM * unit))
    core = cv2.erode(inside.view(np.uint8), _disc(2)).view(bool)
    ring = (far > reach) & (far < 3 * reach) & ~taken
    sure = core if np.count_nonzero(core) > 30 else inside
    thing, background = _frequency(lab, sure), _frequency(lab, ring)
    bins = (lab.astype(np.int32) * BINS) >> 8
    codes = (bins[..., 0] * BINS + bins[..., 1]) * BINS + bins[..., 2]
    alike = (thing > 4 * background).take(codes) & (far <= reach) & ~taken
    return np.asarray(cv2.morphologyEx(alike.view(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0)


def _frequency(lab: Pixels, mask: Mask) -> NDArray[np.float64]:
    """How frequent each colour is in a mask, 0..1, smoothed by a bin to each side."""
    counts = cv2.calcHist([lab], [0, 1, 2], mask.view(np.uint8), [BINS] * 3, [0, 256] * 3)
    cube = np.asarray(counts, np.float64)
    for axis in range(3):
        smooth = 2 * cube
        bins, near = np.moveaxis(cube, axis, 0), np.moveaxis(smooth, axis, 0)
        near[1:] += bins[:-1]
        near[:-1] += bins[1:]
        cube = smooth
    return np.asarray(cube.ravel() / max(float(cube.sum()), 1.0))


def _shadow(lab: Pixels, inside: Mask, far: NDArray[np.float32], taken: Mask, unit: float) -> Mask:
    """Pixels beside the lower half of a mask that look like the ground farther out, but darker.

    What is nearer to another thing is taken for that thing's shadow.
    """
    top, bottom, left, right = extent(inside)
    reach = min(max(CAST * max(bottom - top, right - left), LEAST_CAST), MOST_CAST * unit)
    below = ~taken
    below[: (top + bottom) // 2] = False
    soft = np.asarray(cv2.GaussianBlur(lab, (0, 0), 1.5), np.float32)
    ground = within(soft, below & (far > reach) & (far < reach + GROUND * unit))
    if len(ground) < 100:
        return np.zeros_like(inside)
    light, red, blue = medians(ground)
    spread = percentile(ground[:, 0], 75) - percentile(ground[:, 0], 25)
    dark = soft[..., 0] < light - max(DARKER, spread)
    same = (np.abs(soft[..., 1] - red) < AS_RED) & (np.abs(soft[..., 2] - blue) < AS_BLUE)
    other = cv2.distanceTransform((~taken).view(np.uint8), cv2.DIST_L2, 5) if taken.any() else np.inf
    return np.asarray(dark & same & below & (far <= reach) & (far < other))


def _joined(candidates: Mask, seed: Mask) -> Mask:
    """Those candidates that hang together with the seed."""
    number, parts = cv2.connectedComponents((candidates | seed).view(np.uint8))
    kept = np.zeros(number, bool)
    kept[parts[seed]] = True
    return kept.take(np.asarray(parts, np.int32))


def _swollen(mask: Mask, by: int) -> Mask:
    return cv2.dilate(mask.view(np.uint8), _disc(by)).view(bool)


def _disc(radius: int) -> NDArray[np.uint8]:
    size = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
