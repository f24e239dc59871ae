"""What a person wears: a crop and the person's mask in, the one garment of a clear colour out.

Nothing knows clothes here, and nothing needs to: the largest patch of one chromatic paint within a
person is a garment, or there is none. Skin and hair lie in a narrow band of hue, from red to
yellow, so that colours within it count only where they are far more vivid than skin, and where
the rest of the person shows nothing like them.

Source: the band of skin and hair is that of brown in `perceive/colour.py`, and the paint of a pixel
is measured as the editors do, see `editors/paint.py`; the limits are our own.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import cv2
import numpy as np

from counterfoil.mine.editors.paint import body_of, paint_amount
from counterfoil.mine.perceive.colour import CHROMATIC, NAMES, UNNAMED, core, name_pixels
from counterfoil.mine.perceive.oklab import Floats, to_lch, to_oklab
from counterfoil.records import Mask, Pixels

Zone = Literal["top", "some"]

SIDE = 192
"""A crop is shrunk to so many pixels before it is searched: clothes are large."""

SMALLEST = 400
"""Least pixels of a person (of the shrunk crop): in less no shape is seen."""

LIKE_SKIN = frozenset({"red", "orange", "yellow", "pink"})

REDDEST = 33.0
"""Hue in OKLCH beyond which half of what is named red would be called orange."""

VIVID = 0.13
"""Least chroma of a garment in a colour of `LIKE_SKIN`: flushed and sunburnt skin stays below."""

DARK = 0.5
"""What is darker than so much of the paint may be black, and another garment."""

BARE = 0.72
"""Bare skin shows up to two thirds of a red paint, so that so much less of it counts."""

LEAST = 0.25
"""Least share of the person."""

STRAY = 0.05
"""Most of the person that may show the same paint elsewhere: another garment, or skin."""

SOLID = 0.6
"""Least share of its convex hull: stripes and straps have less."""

FILLED = 0.8
"""Least share of the patch that shows the paint; the rest is print and folds."""


class Garment(NamedTuple):
    """A garment of one colour.

    Args:
        colour: its basic colour term.
        lightness: of its paint in OKLab, 0..1.
        mask: where it is, height x width of the crop.
        zone: "top" where it clearly covers the upper body alone, else "some".
        shares: how much of the person each name has, 11 shares and the unnamed, as `colour_shares`.
    """

    colour: str
    lightness: float
    mask: Mask
    zone: Zone
    shares: Floats


class _Paint(NamedTuple):
    """How much of each pixel is a paint, 0..1.2, and the paint's lightness."""

    amount: Floats
    lightness: float


def garment(pixels: Pixels, mask: Mask) -> Garment | None:
    """The largest garment of a clear colour, or None where none is sure.

    Args:
        pixels: crop around the person, height x width x 3.
        mask: the person in that crop less what is in front, height x width.
    """
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    small, body = _shrunk(pixels[window], mask[window])
    if np.count_nonzero(body) < SMALLEST:
        return None
    shares = _shares(small, body)
    colour = max(CHROMATIC, key=lambda name: float(shares[NAMES.index(name)]))
    if shares[NAMES.index(colour)] < 0.6 * LEAST or _is_light(small, body, colour):
        return None
    paint = _paint(small, body, colour)
    patch = None if paint is None else _patch(paint.amount, body)
    if patch is None or paint is None or not _is_garment(patch, paint.amount, body):
        return None
    whole = np.zeros_like(mask)
    whole[window] = _grown(patch, mask[window])
    return Garment(colour, paint.lightness, whole, _zone(patch, body), shares)


def clothes(pixels: Pixels, mask: Mask) -> Mask:
    """The mask of the garment that `garment` finds; nothing at all where it finds none."""
    found = garment(pixels, mask)
    return np.zeros_like(mask) if found is None else found.mask


def _grown(patch: Mask, body: Mask) -> Mask:
    """The patch at the size of the person."""
    size = body.shape[1], body.shape[0]
    large = cv2.resize(patch.view(np.uint8), size, interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(large.view(np.bool_) & body)


def _shrunk(pixels: Pixels, mask: Mask) -> tuple[Pixels, Mask]:
    scale = SIDE / max(mask.shape)
    if scale >= 1:
        return pixels, mask
    size = max(round(mask.shape[1] * scale), 1), max(round(mask.shape[0] * scale), 1)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    body = cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(small, np.uint8), body.view(np.bool_)


def _is_light(pixels: Pixels, body: Mask, colour: str) -> bool:
    """Whether what is around the person has the colour too: then it may be that of the light."""
    around = ~body
    return bool(around.any()) and float(_shares(pixels, around)[NAMES.index(colour)]) > 0.5


def _shares(pixels: Pixels, body: Mask) -> Floats:
    counts = np.bincount(name_pixels(pixels)[body], minlength=UNNAMED + 1)
    return np.asarray(counts / counts.sum(), np.float32)


def _paint(pixels: Pixels, body: Mask, colour: str) -> _Paint | None:
    """The colour's paint; None where it might as well be skin."""
    lab, inner = to_oklab(pixels), core(body)
    if not (inner & (name_pixels(pixels) == NAMES.index(colour))).any():
        return None
    paint = body_of(pixels, lab, inner, colour)
    _, chroma, hue = to_lch(paint.middle)
    if colour in LIKE_SKIN and (chroma < VIVID or (colour == "red" and REDDEST < hue < 180)):
        return None
    lightness = float(paint.middle[0])
    amount = paint_amount(lab, paint)
    if colour in LIKE_SKIN:  # in shade too: left out, skin would no longer speak against the paint
        return _Paint(amount * BARE, lightness)
    return _Paint(amount * (lab[..., 0] > DARK * lightness), lightness)


def _patch(amount: Floats, body: Mask) -> Mask | None:
    """The largest connected patch of paint, small gaps closed."""
    painted = body & (amount > 0.5)
    opened = cv2.morphologyEx(painted.view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    number, labels, pieces, _ = cv2.connectedComponentsWithStats(closed)
    if number < 2:
        return None
    largest = 1 + int(pieces[1:, cv2.CC_STAT_AREA].argmax())
    return np.asarray(labels == largest) & body


def _is_garment(patch: Mask, amount: Floats, body: Mask) -> bool:
    """Whether a patch is large, solid and below the head, and the rest of the person is unlike it."""
    area, whole = np.count_nonzero(patch), np.count_nonzero(body)
    rows = np.flatnonzero(body.any(1))
    middle = (float(np.nonzero(patch)[0].mean()) - rows[0]) / len(rows)
    around = cv2.dilate(patch.view(np.uint8), np.ones((5, 5), np.uint8)).view(np.bool_)
    stray = np.count_nonzero(body & ~around & (amount > 0.45))
    filled = np.count_nonzero(patch & (amount > 0.5))
    is_large = area >= LEAST * whole and area >= SOLID * _hull(patch)
    is_plain = stray <= STRAY * whole and filled >= FILLED * area
    return bool(is_large and is_plain and middle > 0.25)


def _hull(patch: Mask) -> float:
    outlines, _ = cv2.findContours(patch.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return float(cv2.contourArea(cv2.convexHull(np.concatenate(outlines))))


def _zone(patch: Mask, body: Mask) -> Zone:
    """Where on an upright person the patch lies."""
    rows, columns = np.flatnonzero(body.any(1)), np.flatnonzero(body.any(0))
    own = (np.flatnonzero(patch.any(1))[[0, -1]] - rows[0]) / len(rows)
    is_upright = len(rows) > 1.5 * len(columns)
    return "top" if is_upright and own[0] < 0.4 and own[1] < 0.7 else "some"
