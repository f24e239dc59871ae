"""Which annotated things are fit to be cut out, and how one is cut out.

A sample's regions in: is this thing whole and alone? Then pixels and mask in: colours with an alpha
that follows the thing's own edge, or None where the annotation does not fit the picture.
"""

from __future__ import annotations

import json
import math
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.editors.hole import share
from counterfoil.mine.editors.matte import soft_mask
from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.within import summed_near
from counterfoil.pictures import region_mask, to_pixels
from counterfoil.records import Box, Mask, Pixels, Region

Cut = NDArray[np.uint8]
"""A cut-out: height x width x 4, RGB that is good under the soft edge too, and alpha."""

Floats = NDArray[np.float32]

SUPPORTS = frozenset({"dining table", "bed", "couch"})
"""What other things stand on; it is hidden by them and hides them not."""
_BORDER = 0.008
_SOLID = 0.88
"""Least mean alpha within the annotated outline: below it, a thing is a ghost."""


class Kind(NamedTuple):
    """What is known of a category: see plausible.json.

    Args:
        metres: typical height; of what lies or stands on a table its longest side, whatever the view.
        stands: "ground", "table", or "sky" where it flies.
        width: least and largest plausible width over height.
        settings: where it is at home.
        shows: what kind of place it shows a picture to be; a person may be anywhere.
        group: those with the same group can stand in for each other; "" for none.
        donor: whether it may be cut out; things that one sees through may not.
        symmetry: least overlap of its shape with its mirror image: what leans has less.
        common: so often seen and not annotated that its absence is stated only where nothing hints at it.
    """

    metres: float
    stands: str
    width: tuple[float, float]
    settings: frozenset[str]
    shows: frozenset[str]
    group: str
    donor: bool = True
    symmetry: float = 0.0
    common: bool = False

    def height(self, aspect: float) -> float:
        """Metres of height where the width is `aspect` times as much."""
        return self.metres / max(aspect, 1.0) if self.stands == "table" else self.metres


@cache
def kinds() -> dict[str, Kind]:
    """The categories that can be pasted or that tell a size, by label."""
    text = files("counterfoil.mine.propose").joinpath("plausible.json").read_text()
    return {label: _kind(**entry) for label, entry in json.loads(text).items()}


def _kind(*, width: list[float], settings: list[str], shows: list[str] | None = None, **rest: Any) -> Kind:
    low, high = width
    shown = frozenset(settings if shows is None else shows)
    return Kind(width=(low, high), settings=frozenset(settings), shows=shown, **rest)


def within_frame(box: Box, *, sides: bool = True) -> bool:
    """Whether a box keeps clear of the frame: what touches it is probably cut off."""
    left, top, right, bottom = box
    clear = min(top, 1 - bottom) > _BORDER
    return clear and (not sides or min(left, 1 - right) > _BORDER)


def shapely(region: Region, height: int, width: int) -> bool:
    """Whether a region has the shape of its whole kind: a seated person or half a car does not."""
    left, top, right, bottom = to_pixels(region.box, height, width)
    low, high = kinds()[region.label].width
    return low <= (right - left) / (bottom - top) <= high


@lru_cache(256)
def stands_alone(
    regions: tuple[Region, ...],
    index: int,
    height: int,
    width: int,
    max_before: float = 0.15,
    *,
    sides: bool = True,
) -> bool:
    """Whether a thing is seen whole: upright, one piece, inside the frame, nothing before its edge.

    Args:
        regions: all of the picture's.
        index: the thing's.
        height: of the picture in pixels.
        width: of the picture in pixels.
        max_before: largest share of its edge that things before it may touch.
        sides: whether it keeps clear of the frame's left and right side too.
    """
    region = regions[index]
    if region.crowd or region.outline is None or not within_frame(region.box, sides=sides):
        return False
    left, top, right, bottom = to_pixels(region.box, height, width)
    window = np.s_[max(top - 4, 0) : bottom + 4, max(left - 4, 0) : right + 4]
    mask = np.ascontiguousarray(region_mask(region, height, width)[window])
    filled = int(np.count_nonzero(mask)) / ((right - left) * (bottom - top))
    if not 0.3 < filled < 1.1 or not _in_one_piece(mask):
        return False
    kind = kinds().get(region.label)
    if kind and kind.stands == "table" and not upright(region.label, mask):
        return False
    others = [other for other in regions if other is not region and not _apart(region.box, other.box)]
    before, behind = (
        _touched(mask, [region_mask(other, height, width)[window] for other in part])
        for part in _before_and_behind(region.box, others)
    )
    return before < max_before and before + behind < 0.4 + max_before


def _in_one_piece(mask: Mask) -> bool:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8))
    return len(stats) > 1 and bool(stats[1:, cv2.CC_STAT_AREA].max() >= 0.96 * int(np.count_nonzero(mask)))


def _before_and_behind(box: Box, others: list[Region]) -> tuple[list[Region], list[Region]]:
    """The things whose foot is lower than a box's or level with it, and those whose foot is higher."""
    parts: tuple[list[Region], list[Region]] = ([], [])
    for other in others:
        if other.label not in SUPPORTS and not carries(other, box):
            parts[other.box[3] < box[3] - 0.05 * (box[3] - box[1])].append(other)
    return parts


def carries(other: Region, box: Box) -> bool:
    """Whether a thing is so much larger than a box and all around it that what is in the box is before it.

    People hold things, and hide them with their hands.
    """
    left, top, right, bottom = other.box
    within = left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= bottom
    return within and other.label != "person" and other.area > 3 * (box[2] - box[0]) * (box[3] - box[1])


def _touched(mask: Mask, others: list[Mask]) -> float:
    """Share of the rim of a mask that other masks lie on."""
    if not others:
        return 0.0
    rim = cv2.dilate(mask.view(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & ~mask
    touched = np.zeros_like(rim)
    for other in others:
        touched |= rim & other
    return share(touched, rim)


def _apart(one: Box, other: Box) -> bool:
    """Whether two boxes hardly meet, or merely stand side by side: then neither thing hides the other."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if min(width, height) < -0.01:
        return True
    level = abs(one[3] - other[3]) < 0.1 * (one[3] - one[1])
    return level and max(width, 0) * max(height, 0) < 0.05 * (one[2] - one[0]) * (one[3] - one[1])


def cut_out(pixels: Pixels, mask: Mask, min_agreement: float = 0.84, max_faint: float = 0.16) -> Cut | None:
    """Cut a thing out along its own edge; None where that edge is faint, or far from the annotated one.

    GrabCut, free in a narrow band around the outline, says how far the outline is to be trusted. What
    it cannot see, as legs, tails and wheels in a shadow, is taken as it was drawn, and made soft by matting.

    Args:
        pixels: the thing with some pixels of its surroundings on every side.
        mask: its annotated mask.
        min_agreement: least intersection over union of GrabCut's mask and the annotated one, without
            what is thin.
        max_faint: largest share of the edge along which the two sides look alike.

    Source: Rother et al., "GrabCut", SIGGRAPH 2004.
    """
    refined = _refined(pixels, mask)
    if refined is None or overlap(_bulk(refined), _bulk(mask)) < min_agreement:
        return None
    if _faint(pixels, refined) > max_faint:
        return None
    cut = cut_along(pixels, mask, _looseness(refined, mask))
    return cut if float(cut[..., 3][mask].mean()) > 255 * _SOLID else None


def _bulk(mask: Mask) -> Mask:
    """A mask without its thin parts."""
    return np.asarray(cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, _band(mask)) > 0)


def _looseness(refined: Mask, mask: Mask) -> int:
    """How far a drawn outline may be from the true one, in pixels: 2 to 5."""
    rim = cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)) > mask
    off = 1.5 * np.count_nonzero(refined ^ mask) / max(int(np.count_nonzero(rim)), 1)
    return min(max(math.ceil(off), 2), 5)


def cut_along(pixels: Pixels, outline: Mask, radius: int = 2) -> Cut:
    """Cut a thing out along an outline that is right to within `radius` pixels: see `cut_out`."""
    alpha = _soft(pixels, outline, radius)
    return np.dstack([_own_colours(pixels, alpha), np.rint(255 * alpha).astype(np.uint8)])


def corrected(pixels: Pixels, mask: Mask, max_px: int = 10**6) -> Mask | None:
    """The annotated outline corrected by GrabCut: see `cut_out`; None where too little is left.

    Args:
        pixels: the thing with some pixels of its surroundings on every side.
        mask: its annotated mask.
        max_px: what is larger is looked at in this size.
    """
    scale = max_px / max(mask.shape)
    if scale >= 1:
        return _refined(pixels, mask)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    drawn = cv2.resize(mask.view(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_AREA) > 0
    refined = _refined(np.asarray(small, np.uint8), drawn)
    if refined is None:
        return None
    grown = cv2.resize(refined.astype(np.float32), mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown > 0.5)


def upright(label: str, shape: Mask) -> bool:
    """Whether a shape, nothing around it, stands as its kind does: one before a tilted camera does not."""
    return overlap(shape, shape[:, ::-1]) >= kinds()[label].symmetry


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union of two masks."""
    return share(one & other, one | other)


def _faint(pixels: Pixels, mask: Mask, alike: float = 12.0) -> float:
    """Share of the edge along which the strips inside and outside differ by less than `alike` in Lab."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    whole = mask.view(np.uint8)
    grown, shrunk = cv2.dilate(whole, np.ones((3, 3))), cv2.erode(whole, np.ones((3, 3)))
    inside = shrunk - cv2.erode(whole, np.ones((9, 9), np.uint8))
    outside = cv2.dilate(whole, np.ones((9, 9), np.uint8)) - grown
    difference = magnitude(*cv2.split(_local_mean(lab, inside) - _local_mean(lab, outside)))
    return float((difference[grown != shrunk] < alike).mean())


def _local_mean(lab: NDArray[np.float32], where: NDArray[Any]) -> NDArray[np.float32]:
    mean, share = summed_near(lab, where, 15)
    mean /= cv2.merge([share + np.float32(1e-6)] * 3)
    return mean


def _band(mask: Mask) -> NDArray[np.uint8]:
    """A disc as wide as the band around an outline in which the true one is looked for."""
    width = 2 * max(3, round(0.03 * max(mask.shape))) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


def _refined(pixels: Pixels, mask: Mask) -> Mask | None:
    kernel = _band(mask)
    inner, outer = cv2.erode(mask.view(np.uint8), kernel), cv2.dilate(mask.view(np.uint8), kernel)
    if cv2.countNonZero(inner) < 50 or outer.all():
        return None
    labels = np.where(mask, np.uint8(cv2.GC_PR_FGD), np.uint8(cv2.GC_PR_BGD))
    labels[inner > 0], labels[outer == 0] = cv2.GC_FGD, cv2.GC_BGD
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(pixels[..., ::-1].copy(), labels, (0, 0, 0, 0), *models, 2, cv2.GC_INIT_WITH_MASK)
    thing = labels & 1  # the sure and the probable foreground are odd
    opened = cv2.morphologyEx(thing, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return _largest(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)))


def _largest(mask: NDArray[Any]) -> Mask | None:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if len(stats) < 2:
        return None
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


def _soft(pixels: Pixels, mask: Mask, radius: int) -> Floats:
    """The mask as alpha 0..1: in one piece, and nothing of it farther than a pixel outside the mask."""
    near = cv2.GaussianBlur(_grown(mask).astype(np.float32), (0, 0), 0.7)
    alpha = _smooth(np.clip((np.minimum(soft_mask(pixels, mask, radius), near) - 0.1) / 0.8, 0, 1), mask)
    whole = _largest((alpha > 0.4).view(np.uint8))
    return np.asarray(alpha * (mask if whole is None else _grown(whole)), np.float32)


def _smooth(alpha: Floats, mask: Mask) -> Floats:
    """Alpha without the frays that a background of the thing's own colour leaves; legs stay as they are."""
    even = np.clip((cv2.GaussianBlur(alpha, (0, 0), 1.5) - 0.3) / 0.4, 0, 1)
    thick = cv2.GaussianBlur(_bulk(mask).astype(np.float32), (0, 0), 1.5)
    return np.asarray(alpha + thick * (np.minimum(alpha, even) - alpha), np.float32)


def _grown(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _own_colours(pixels: Pixels, alpha: Floats, most: float = 20.0) -> Pixels:
    """The thing's own colours under its soft edge, where the background shines through.

    A pixel is c = a f + (1 - a) b, so f = b + (c - b) / a, with b the background's mean nearby; it stays
    within `most` grey levels of the thing's own mean nearby, since a small a divides noise.

    Source: Porter and Duff, "Compositing digital images", 1984.
    """
    seen = pixels.astype(np.float32)
    core = np.asarray(cv2.erode(alpha, np.ones((3, 3), np.uint8)), np.float32)
    behind, near = _mean_near(seen, np.clip(1 - 1.5 * alpha, 0, 1), 3), _mean_near(seen, core**4, 2)
    own = behind + (seen - behind) / np.maximum(alpha, 0.25)[..., None]
    own = np.clip(own, near - most, near + most)
    solid = np.clip(10 * core - 9, 0, 1)[..., None]
    return np.asarray(np.clip(np.rint(solid * seen + (1 - solid) * own), 0, 255), np.uint8)


def _mean_near(pixels: Floats, weight: Floats, sigma: float) -> Floats:
    """The weighted mean of the colours around each pixel."""
    total = cv2.GaussianBlur(pixels * cv2.merge([weight] * 3), (0, 0), sigma)
    share = cv2.GaussianBlur(weight, (0, 0), sigma) + np.float32(1e-4)
    return np.asarray(total / cv2.merge([share] * 3), np.float32)
