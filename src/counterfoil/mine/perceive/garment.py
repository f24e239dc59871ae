"""What a person wears: a crop and the person's mask in, its garments of one plain colour out.

Nothing knows clothes here, and nothing needs to: a large solid patch of one cloth within a person,
below the head, is a garment, or there is none. Skin and hair lie in a narrow band of hue, from red
to yellow, so that colours within it count only where they are far more vivid than skin.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.perceive.colour import colour_shares, core, dominant
from counterfoil.mine.perceive.fabric import calm, colours, likeness, tinted
from counterfoil.mine.perceive.oklab import Floats, to_lch, to_oklab
from counterfoil.records import Mask, Pixels

Zone = Literal["top", "legs", "some"]

SIDE = 192
"""A crop is shrunk to so many pixels before it is searched: clothes are large."""

SMALLEST = 400
"""Least pixels of a person (of the shrunk crop): in less no shape is seen."""

SKIN_HUES = (15.0, 95.0)
"""Hues in OKLCH of skin, hair and the ruddy light of rooms."""

SKIN_CHROMA = (0.028, 0.13)
"""Chroma of skin, pale to flushed: what is between, in those hues, is no cloth for sure."""

REDDEST = 33.0
"""Hue in OKLCH beyond which half of what is named red would be called orange."""

LEAST = 0.14
"""Least share of the person."""

STRAY = 0.1
"""Most of the same cloth that may show elsewhere on the person, against the patch: shoes, hair, a strap."""

DARK, GREYISH = 0.36, 0.04
"""Lightness and chroma below which trousers, shoes and their shadow look alike."""

SOLID = 0.6
"""Least share of its convex hull: stripes and straps have less."""

FILLED = 0.8
"""Least share of the patch that shows the cloth; the rest is print and folds."""


GAP, PIECE = 16, 0.06
"""How far from a patch, in pixels of the searched crop, a piece of so much of its area is part of it."""

_DISC = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)), np.uint8)
"""What is thinner, in pixels of the searched crop, is a strip of something else or a neighbour's fringe."""


class Garment(NamedTuple):
    """A garment of one colour.

    Args:
        colour: its basic colour term; "" where people might not agree on one.
        middle: the colour of its cloth in OKLab.
        mask: where it is, height x width of the crop.
        zone: "top" where it clearly covers the upper body alone, "legs" where the legs, else "some".
        shares: how much of the person each name has, 11 shares and the unnamed, as `colour_shares`.
    """

    colour: str
    middle: Floats
    mask: Mask
    zone: Zone
    shares: Floats

    @property
    def lightness(self) -> float:
        """Of its cloth in OKLab, 0..1."""
        return float(self.middle[0])


def garments(pixels: Pixels, mask: Mask) -> list[Garment]:
    """The garments of one colour each, the largest first.

    Args:
        pixels: crop around the person, height x width x 3.
        mask: the person in that crop less what is in front, height x width.
    """
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    if not width:
        return []
    window = slice(top, top + height), slice(left, left + width)
    small, body = _shrunk(pixels[window], mask[window])
    if np.count_nonzero(body) < SMALLEST:
        return []
    found = sorted(_search(small, body), key=lambda worn: -np.count_nonzero(worn.mask))
    return [worn._replace(mask=_grown(worn.mask, mask, window)) for worn in found]


def is_skin(middle: Floats) -> bool:
    """Whether a colour might be that of skin or hair."""
    _, chroma, hue = (float(value) for value in to_lch(middle))
    return SKIN_HUES[0] < hue < SKIN_HUES[1] and SKIN_CHROMA[0] < chroma < SKIN_CHROMA[1]


def _search(pixels: Pixels, body: Mask) -> Iterator[Garment]:
    """The garments of a person, in the crop that is searched."""
    lab, inner = calm(to_oklab(pixels)), core(body)
    shares, shown = colour_shares(pixels, body), tinted(lab)
    for middle in colours(lab, inner):
        if is_skin(middle):
            continue
        like = likeness(shown, middle)
        patch = _patch(like, body)
        if patch is None or not _is_garment(patch, like, body) or _is_light(like, body, middle):
            continue
        if middle[0] < DARK and np.hypot(*middle[1:]) < GREYISH and _is_to_the_ground(patch, body):
            continue
        colour = _colour(pixels, patch, middle)
        yield Garment(colour, middle, patch, _zone(patch, body), shares)


def _colour(pixels: Pixels, patch: Mask, middle: Floats) -> str:
    """What the patch is called; "" where that is not sure."""
    named = dominant(colour_shares(pixels, patch))
    if named is None or (named.name == "red" and REDDEST < float(to_lch(middle)[2]) < 180):
        return ""
    return named.name


def _grown(patch: Mask, body: Mask, window: tuple[slice, slice]) -> Mask:
    """The patch at the size of the person."""
    whole = np.zeros_like(body)
    height, width = body[window].shape
    large = cv2.resize(patch.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    whole[window] = (large > 0.5) & body[window]
    return whole


def _shrunk(pixels: Pixels, mask: Mask) -> tuple[Pixels, Mask]:
    scale = SIDE / max(mask.shape)
    if scale >= 1:
        return np.ascontiguousarray(pixels), np.ascontiguousarray(mask)
    size = max(round(mask.shape[1] * scale), 1), max(round(mask.shape[0] * scale), 1)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    body = cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(small, np.uint8), body.view(np.bool_)


def _patch(like: Floats, body: Mask) -> Mask | None:
    """The largest connected patch of cloth, small gaps and holes closed."""
    painted = (body & (like > 0.4)).view(np.uint8)
    opened = cv2.morphologyEx(painted, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    thick = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, _DISC), np.uint8)
    patch = _with_near(thick) & body
    return patch if patch.any() else None


def _with_near(patches: NDArray[np.uint8]) -> Mask:
    """The largest connected patch and large ones near it: an arm may lie across a garment."""
    number, labels, pieces, _ = cv2.connectedComponentsWithStats(patches)
    if number <= 2:
        return patches > 0
    areas = pieces[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    largest = labels == int(areas.argmax())
    near = cv2.dilate(largest.view(np.uint8), np.ones((2 * GAP + 1, 2 * GAP + 1), np.uint8)) > 0
    kept = np.zeros(number, bool)
    kept[labels[near]] = True
    kept &= areas >= PIECE * areas.max()
    return kept.take(np.asarray(labels, np.int32))


def _is_light(like: Floats, body: Mask, middle: Floats) -> bool:
    """Whether what is around the person has the same hue: then it may be that of the light."""
    around = ~body
    is_hue = float(np.hypot(*middle[1:])) >= GREYISH
    return is_hue and bool(around.any()) and float((like[around] > 0.5).mean()) > 0.5


def _is_garment(patch: Mask, like: Floats, body: Mask) -> bool:
    """Whether a patch is large, solid, plain and below the head."""
    area, whole = np.count_nonzero(patch), np.count_nonzero(body)
    if area < LEAST * whole or area < SOLID * _hull(patch):
        return False
    rows = np.flatnonzero(body.any(1))
    own = (np.flatnonzero(patch.any(1)) - rows[0]) / len(rows)
    moments = cv2.moments(patch.view(np.uint8), binaryImage=True)
    middle = (moments["m01"] / moments["m00"] - rows[0]) / len(rows)
    is_upright = len(rows) > 1.2 * np.count_nonzero(body.any(0))
    filled = np.count_nonzero(patch & (like > 0.4))
    is_head = is_upright and own[0] < 0.06
    is_plain = filled >= FILLED * area and _stray(patch, like, body) * whole <= STRAY * area
    return bool(is_plain and middle > 0.25 and not is_head)


def _is_to_the_ground(patch: Mask, body: Mask) -> bool:
    """Whether a patch goes down to where a standing person's shoes are."""
    rows = np.flatnonzero(body.any(1))
    is_upright = len(rows) > 1.5 * np.count_nonzero(body.any(0))
    return bool(is_upright and patch[rows[-1] - len(rows) // 20 :].any())


def _stray(patch: Mask, like: Floats, body: Mask) -> float:
    """How much of the person shows the cloth outside the patch."""
    around = cv2.dilate(patch.view(np.uint8), np.ones((5, 5), np.uint8)).view(np.bool_)
    return float(np.count_nonzero(body & ~around & (like > 0.4)) / np.count_nonzero(body))


def _hull(patch: Mask) -> float:
    """Area of the convex hulls of its pieces."""
    outlines, _ = cv2.findContours(patch.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return sum(float(cv2.contourArea(cv2.convexHull(outline))) for outline in outlines)


def _zone(patch: Mask, body: Mask) -> Zone:
    """Where on an upright person the patch lies."""
    rows, columns = np.flatnonzero(body.any(1)), np.flatnonzero(body.any(0))
    own = (np.flatnonzero(patch.any(1))[[0, -1]] - rows[0]) / len(rows)
    if len(rows) <= 1.5 * len(columns):
        return "some"
    is_top, is_legs = own[0] < 0.4 and own[1] < 0.7, own[0] > 0.35 and own[1] > 0.8
    return "top" if is_top else "legs" if is_legs else "some"
