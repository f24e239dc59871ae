"""Whether the edge of what was painted shows: a foil in, one ratio out.

Along the edge of the mask the steepness of the negative picture is compared with that of the same
picture on either side. Where nothing betrays the edge, it is as steep there as elsewhere: about 1.
Edges of other annotated things, next to which it was painted, are left out.
A seam, or a pasted thing whose own outline is the edge, is steeper; a blur is less steep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.near import near
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.mine.within import mean_within
from counterfoil.records import Foil, Mask, Patch, Pictured, Pixels, Same

Grey = NDArray[np.uint8]


class Part(NamedTuple):
    """A part of a picture, in pixels."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def window(self) -> tuple[slice, slice]:
        """The part as an index into the picture."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


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
        if foil.patch is None or foil.patch.is_everywhere or not foil.patch.mask.any():
            return {}
        pixels, mask = surroundings(foil.scene, foil.patch, self.reach)
        edge, nearby = bands(Outlined(mask), self.reach)
        own = edge > _outlines(Same(foil.scene), foil.targets, around(foil.scene, foil.patch, self.reach))
        edge = own if 3 * np.count_nonzero(own) > np.count_nonzero(edge) else edge
        if not (edge.any() and nearby.any()):
            return {}
        steep = steepness(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8))
        at_edge, beside = (mean_within(steep, where) for where in (edge, nearby))
        return {"seam.ratio": (at_edge + self.floor) / (beside + self.floor)}


@lru_cache(2)
def _outlines(same: Same, targets: tuple[int, ...], part: Part) -> Mask:
    """Where other things end next to what was painted: their own edges there betray nothing.

    The last are kept, for the same thing is mostly painted in several ways.
    """
    outlines = np.zeros((part.bottom - part.top, part.right - part.left), bool)
    for other in others(same.value, targets, part):
        outlines |= edge_of(other.view(np.uint8), 3)
    return outlines


def others(scene: Pictured, targets: tuple[int, ...], part: Part) -> Iterator[Mask]:
    """The masks of other things, crowds apart, that reach into a part of a picture, there."""
    for index in near(scene, part.window):
        if index not in targets and not scene.regions[index].crowd:
            yield scene.mask(index)[part.window]


def around(scene: Pictured, patch: Patch, reach: int) -> Part:
    """Where a patch is, with `reach` pixels of the picture around it."""
    height, width = patch.mask.shape
    return Part(
        top=max(patch.top - reach, 0),
        left=max(patch.left - reach, 0),
        bottom=min(patch.top + height + reach, scene.height),
        right=min(patch.left + width + reach, scene.width),
    )


def surroundings(scene: Pictured, patch: Patch, reach: int) -> tuple[Pixels, Mask]:
    """The painted patch with `reach` pixels of the picture around it, and its mask there."""
    part, (height, width) = around(scene, patch, reach), patch.mask.shape
    mask = np.zeros((part.bottom - part.top, part.right - part.left), bool)
    top, left = patch.top - part.top, patch.left - part.left
    mask[top : top + height, left : left + width] = patch.mask
    return patch.onto(scene.pixels, part.window), mask


class Outlined:
    """A mask as a key for caches: equals any that is the same pixel by pixel.

    A thing that is painted in several colours is painted in one mask, made anew for each.
    """

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outlined) and np.array_equal(self.mask, other.mask)

    def __hash__(self) -> int:
        return hash((self.mask.shape, np.count_nonzero(self.mask)))


@lru_cache(4)
def bands(outlined: Outlined, reach: int) -> tuple[Mask, Mask]:
    """The edge of a mask, two pixels wide, and what lies near it on either side; the last are kept."""
    small = outlined.mask.view(np.uint8)
    return edge_of(small, 1), edge_of(small, reach) > edge_of(small, 3)


def steepness(grey: Grey) -> NDArray[np.float32]:
    """Gradient magnitude in grey levels per pixel (Sobel, 3 x 3)."""
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8)
    return magnitude(across, down)


def edge_of(mask: NDArray[np.uint8], by: int) -> Mask:
    """What is within `by` pixels of a mask of 0 and 1, across and down, and of what is not in it."""
    return cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, _square(by)).view(bool)


def swollen(mask: NDArray[np.uint8], by: int) -> Mask:
    """What is in a mask of 0 and 1, or within `by` pixels of it across and down."""
    return cv2.dilate(mask, _square(by)).view(bool)


def shrunk(mask: NDArray[np.uint8], by: int) -> Mask:
    """What is in a mask of 0 and 1, and farther than `by` pixels across and down from what is not."""
    return cv2.erode(mask, _square(by)).view(bool)


@cache
def _square(by: int) -> NDArray[np.uint8]:
    return np.ones((2 * by + 1, 2 * by + 1), np.uint8)
