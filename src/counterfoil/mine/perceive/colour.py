"""What a region's colour is called: pixels and a mask in, one of the 11 basic colour terms out.

Each basic term of English owns a part of lightness, chroma and hue, and what lies between two of
them has no name here (teal, olive, mauve, tan ...). The parts are drawn around the focal colours
that people point at, the achromatic ones split by lightness. A table over 32 x 32 x 32
quantised RGB, built once, makes naming a region one look-up.

Source: Berlin and Kay, "Basic Color Terms", 1969 (the terms); Heider, "Universals in color naming
and memory", J. Exp. Psych. 93, 1972, and Sturges and Whitfield, "Locating basic colours in the
Munsell space", Color Res. Appl. 20, 1995 (their foci); Benavente, Vanrell and Baldrich, "Parametric
fuzzy sets for automatic color naming", JOSA A 25, 2008 (black, grey and white by lightness alone,
chromatic terms by hue within a lightness level). The borders between are our own.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.perceive.oklab import Floats, to_lch, to_oklab
from counterfoil.pictures import region_mask, to_pixels
from counterfoil.records import Mask, Pictured, Pixels, Region, Same

NAMES = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
UNNAMED = len(NAMES)
CHROMATIC = ("red", "orange", "yellow", "green", "blue", "purple", "pink")

PART = 0.2
"""People call a motorcycle red for its tank: among chrome and black so much of a told colour is enough."""

Indices = NDArray[np.uint8]


class Part(NamedTuple):
    """A part of OKLCH that has a name: from (inclusive) and to (exclusive); hue may wrap at 360."""

    name: str
    lightness: tuple[float, float]
    chroma: tuple[float, float]
    hue: tuple[float, float] = (0, 360)


PARTS = (
    Part("black", (0.0, 0.14), (0, 1)),
    Part("black", (0.0, 0.22), (0, 0.05)),
    Part("black", (0.0, 0.31), (0, 0.045)),
    Part("grey", (0.37, 0.68), (0, 0.035)),
    Part("white", (0.79, 1.01), (0, 0.038)),
    Part("red", (0.30, 0.62), (0.13, 1), (12, 40)),
    Part("red", (0.62, 0.70), (0.19, 1), (18, 38)),
    Part("red", (0.24, 0.55), (0.09, 1), (14, 34)),
    Part("red", (0.40, 0.66), (0.17, 1), (3, 12)),
    Part("pink", (0.68, 0.97), (0.045, 0.17), (335, 28)),
    Part("pink", (0.60, 0.97), (0.14, 1), (338, 5)),
    Part("orange", (0.63, 0.90), (0.13, 1), (42, 77)),
    Part("brown", (0.22, 0.60), (0.045, 0.125), (35, 78)),
    Part("brown", (0.22, 0.48), (0.045, 0.09), (20, 92)),
    Part("yellow", (0.80, 1.01), (0.09, 1), (86, 114)),
    Part("yellow", (0.74, 0.80), (0.12, 1), (86, 108)),
    Part("green", (0.22, 0.95), (0.05, 1), (120, 176)),
    Part("blue", (0.22, 0.95), (0.05, 1), (215, 285)),
    Part("blue", (0.22, 0.60), (0.15, 1), (285, 290)),
    Part("purple", (0.22, 0.68), (0.06, 1), (298, 332)),
)


EXCUSED: dict[str, dict[str, float]] = {
    "chromatic": {"black": 0.4, "white": 0.2},
    "white": {"black": 0.4, "grey": 0.2},
    "grey": {"black": 0.25},
    "black": {},
}
"""How much of a thing may be windows, tyres and shadow, highlights and lettering, and it keeps its name."""


class ColourName(NamedTuple):
    """A basic colour term, and the share of the region that it names, 0..1."""

    name: str
    share: float


def region_colour(pixels: Pixels, mask: Mask, told: str = "") -> ColourName | None:
    """The colour of a thing, or None where no one colour clearly dominates.

    Dark windows, tyres and deep shadow do not speak against a colour, nor do highlights, as long as
    they leave it most of the region. Light grey has no name: white in shade looks the same.

    Args:
        pixels: crop around the region, height x width x 3.
        mask: the region in that crop, height x width.
        told: what somebody who saw the picture calls it: less of that colour is enough.
    """
    return dominant(colour_shares(pixels, mask), told)


def dominant(shares: Floats, told: str = "") -> ColourName | None:
    """The name that shares (see `colour_shares`) give a thing, or None: see `region_colour`."""
    if told == "white":  # whoever saw it knew the light: white in shade is as dark as grey
        shares = shares.copy()
        shares[NAMES.index("white")] += shares[NAMES.index("grey")]
        shares[NAMES.index("grey")] = 0
    name = told if told in NAMES else NAMES[int(shares[:UNNAMED].argmax())]
    plain: list[float] = _plain(shares, name).tolist()
    rivals = plain[:UNNAMED]
    share, rival = rivals.pop(NAMES.index(name)), max(rivals)
    least, most = (0.4, 0.35) if told else (0.6 if name == "black" else 0.52, min(0.25, 0.4 * share))
    if share >= least and rival <= most:
        return ColourName(name, share)
    is_part = (
        told in CHROMATIC
        and share >= PART
        and not any(plain[NAMES.index(other)] > 0.5 * share for other in CHROMATIC if other != told)
    )
    return ColourName(name, share) if is_part else None


def colour_shares(pixels: Pixels, mask: Mask) -> Floats:
    """How much of the region each name holds: 11 shares in the order of `NAMES`, then the unnamed."""
    inside, bins = core(mask).view(np.uint8), UNNAMED + 1
    counts = np.asarray(cv2.calcHist([name_pixels(pixels)], [0], inside, [bins], [0, bins]), np.float32)
    return counts.ravel() / np.float32(max(cv2.sumElems(counts)[0], 1))


def shares_of(picture: Pictured, region: int) -> Floats:
    """How much of a region of a picture each name holds: see `colour_shares`.

    Those of the last few regions are kept: several rules ask for the same. Never written to.
    """
    return _shares_of(Same(picture.pixels), picture.regions[region])


@lru_cache(64)
def _shares_of(same: Same, region: Region) -> Floats:
    pixels: Pixels = same.value
    height, width = pixels.shape[:2]
    left, top, right, bottom = to_pixels(region.box, height, width)
    window = slice(top, bottom), slice(left, right)
    return colour_shares(pixels[window], region_mask(region, height, width)[window])


def name_pixels(pixels: Pixels) -> Indices:
    """The name of each pixel as an index into `NAMES`, or `UNNAMED`."""
    return _table().take(_codes(pixels))


def _codes(pixels: Pixels) -> NDArray[np.uint16]:
    """The five high bits of red, green and blue of each pixel as one number: its place in the table."""
    packed = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR555), np.uint8)
    return packed.view(np.uint16)[..., 0]


def apart(pixels: Pixels) -> Pixels:
    """How far apart the channels of each pixel lie, in grey levels: 0 where it is grey."""
    red, green, blue = cv2.split(pixels)  # NumPy takes ten times as long over three channels
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    return np.asarray(spread, np.uint8)


def core(mask: Mask) -> Mask:
    """The mask without its border, where outlines are loose and colours mix."""
    area = np.count_nonzero(mask)
    depth = min(max(round(0.03 * math.sqrt(area)), 1), 5)
    eroded = cv2.erode(mask.view(np.uint8), _disc(depth)).view(bool)
    return eroded if np.count_nonzero(eroded) * 4 > area else mask


@cache
def _disc(radius: int) -> NDArray[np.uint8]:
    """A disc of 1, for erosion by so many pixels."""
    size = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def plain_share(shares: Floats, name: str) -> float:
    """The share of a name once windows, shadow and highlights are left out, 0..1."""
    return float(_plain(shares, name)[NAMES.index(name)])


def _plain(shares: Floats, name: str) -> Floats:
    """The shares without what speaks against no colour, as much as is excused of each."""
    left: Floats = np.maximum(shares - _excused(name), 0)
    left /= max(float(left.sum()), 1e-6)
    return left


@cache
def _excused(name: str) -> Floats:
    """How much of each name does not speak against this one."""
    excused = np.zeros(UNNAMED + 1, np.float32)
    for other, most in EXCUSED[name if name in EXCUSED else "chromatic"].items():
        excused[NAMES.index(other)] = most
    return excused


@cache
def _table() -> Indices:
    """The name of each of 32 x 32 x 32 colours, at its cell's middle."""
    steps = np.arange(32, dtype=np.uint8) * 8 + 4
    red, green, blue = np.meshgrid(steps, steps, steps, indexing="ij")
    lightness, chroma, hue = to_lch(to_oklab(np.stack([red, green, blue], -1).reshape(1, -1, 3)))
    table = np.full(lightness.shape, UNNAMED, np.uint8)
    for part in reversed(PARTS):  # the first part that holds a colour names it
        low, high = part.hue
        turned = (hue - low) % 360 < ((high - low) % 360 or 360)
        inside = turned & _within(lightness, part.lightness) & _within(chroma, part.chroma)
        table[inside] = NAMES.index(part.name)
    return np.asarray(table[0], np.uint8)


def _within(values: Floats, limits: tuple[float, float]) -> Mask:
    return (values >= limits[0]) & (values < limits[1])
