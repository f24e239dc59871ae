"""Whether the edge of what was painted shows: a foil in, one ratio out.

Along the edge of the mask the steepness of the negative picture is compared with that of the same
picture on either side. Where nothing betrays the edge, it is as steep there as elsewhere: about 1.
Edges of other annotated things, next to which it was painted, are left out.
A seam, or a pasted thing whose own outline is the edge, is steeper; a blur is less steep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Foil, Mask, Patch, Pictured, Pixels


@dataclass(frozen=True, kw_only=True)
class Seam:
    """Steepness along the mask's edge over the steepness nearby ("seam.ratio").

    Args:
        reach: how far from the edge "nearby" reaches, in pixels.
        floor: steepness that is added to both, in grey levels per pixel, so that two smooth areas
            compare as equal.
    """

    version: ClassVar[int] = 2
    reach: int = 10
    floor: float = 2.0

    def load(self, run: Run) -> Measure:
        """Get ready and return the function that measures."""
        return self._measure

    def _measure(self, foil: Foil) -> dict[str, float]:
        if foil.patch is None or foil.patch.mask.all() or not foil.patch.mask.any():
            return {}
        pixels, mask = surroundings(foil.scene.pixels, foil.patch, self.reach)
        edge, nearby = bands(mask, self.reach)
        own = edge & ~_outlines(foil, foil.patch, mask, self.reach)
        edge = own if 3 * np.count_nonzero(own) > np.count_nonzero(edge) else edge
        if not (edge.any() and nearby.any()):
            return {}
        steep = steepness(pixels)
        return {"seam.ratio": float((steep[edge].mean() + self.floor) / (steep[nearby].mean() + self.floor))}


def _outlines(foil: Foil, patch: Patch, mask: Mask, reach: int) -> Mask:
    """Where other things end next to what was painted: their own edges there betray nothing."""
    rows, columns = patch.window()
    top, left = max(rows.start - reach, 0), max(columns.start - reach, 0)
    window = slice(top, top + mask.shape[0]), slice(left, left + mask.shape[1])
    outlines = np.zeros_like(mask)
    for region, box in enumerate(foil.scene.regions):
        if region not in foil.targets and not box.crowd and reaches(foil.scene, box.box, window):
            whole = foil.scene.mask(region)[window].view(np.uint8)
            outlines |= swollen(whole, 3) & ~shrunk(whole, 3)
    return outlines


def reaches(scene: Pictured, box: Box, window: tuple[slice, slice]) -> bool:
    """Whether a box reaches into a window."""
    left, top, right, bottom = to_pixels(box, scene.height, scene.width)
    rows, columns = window
    return bool(left < columns.stop and right > columns.start and top < rows.stop and bottom > rows.start)


def surroundings(pixels: Pixels, patch: Patch, reach: int) -> tuple[Pixels, Mask]:
    """The painted patch with `reach` pixels of the picture around it, and its mask there."""
    rows, columns = patch.window()
    top, left = max(rows.start - reach, 0), max(columns.start - reach, 0)
    crop = pixels[top : rows.stop + reach, left : columns.stop + reach].copy()
    mask = np.zeros(crop.shape[:2], bool)
    inner = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    crop[inner], mask[inner] = patch.pixels, patch.mask
    return crop, mask


def bands(mask: Mask, reach: int) -> tuple[Mask, Mask]:
    """The edge of a mask, two pixels wide, and what lies near it on either side."""
    small = mask.view(np.uint8)
    edge = swollen(small, 1) & ~shrunk(small, 1)
    near = swollen(small, reach) & ~shrunk(small, reach)
    return edge, near & ~(swollen(small, 3) & ~shrunk(small, 3))


def steepness(pixels: Pixels) -> NDArray[np.float32]:
    """Gradient magnitude of the lightness, in grey levels per pixel (Sobel, 3 x 3)."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8)
    return magnitude(across, down)


def swollen(mask: NDArray[np.uint8], by: int) -> Mask:
    """What is in a mask of 0 and 1, or within `by` pixels of it across and down."""
    return cv2.dilate(mask, np.ones((2 * by + 1, 2 * by + 1), np.uint8)).view(bool)


def shrunk(mask: NDArray[np.uint8], by: int) -> Mask:
    """What is in a mask of 0 and 1, and farther than `by` pixels across and down from what is not."""
    return cv2.erode(mask, np.ones((2 * by + 1, 2 * by + 1), np.uint8)).view(bool)
