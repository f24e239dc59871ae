"""A drawing to pixels: anti-aliased, at any resolution from 32 to 512, the same bytes every time.

Each item is painted by its own numbers alone, and light, texture and noise belong to the place. So
two drawings that differ in one item have the same pixels wherever neither of the two is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.errors import DataError
from counterfoil.records import Mask, Pixels
from counterfoil.world.drawing import Drawing, Item
from counterfoil.world.words import Colour

Layer = NDArray[np.float32]

SIDES = (32, 512)
"""Smallest and largest side of a picture, in pixels."""

RGB: dict[Colour, tuple[int, int, int]] = {
    "black": (22, 22, 24),
    "white": (246, 246, 246),
    "grey": (118, 119, 121),
    "red": (208, 24, 30),
    "orange": (250, 128, 8),
    "yellow": (250, 224, 20),
    "green": (24, 148, 50),
    "blue": (28, 70, 212),
    "purple": (128, 36, 164),
    "pink": (250, 130, 186),
    "brown": (112, 64, 24),
}
BACKGROUNDS = (
    (186, 174, 148),
    (166, 184, 160),
    (158, 176, 194),
    (182, 166, 186),
    (172, 186, 184),
    (194, 180, 160),
    (150, 168, 170),
)
"""Muted, so that none is one of the eleven colours and all of these stand out against it."""

_OVERSAMPLED = 4
_STROKE = 0.3
"""Width of an outlined item's line, as a share of its radius."""
_KEPT = 2**22
"""As many stamps are kept as pictures have so many pixels; each takes up to 16 bytes of a third of these."""
_NOISE = 5
"""Largest noise of the background and the things on it, in grey levels."""


class Window(NamedTuple):
    """A rectangle of pixels: first column and row, and the ones after the last."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """As an index into a picture."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, other: Window) -> Window:
        """What it shares with another."""
        return Window(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def around(self, other: Window) -> Window:
        """The smallest one that holds both."""
        return Window(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def seen_from(self, other: Window) -> tuple[slice, slice]:
        """As an index into another window, which holds it."""
        return (
            slice(self.top - other.top, self.bottom - other.top),
            slice(self.left - other.left, self.right - other.left),
        )


def paint(drawing: Drawing, side: int, window: Window | None = None) -> Pixels:
    """The picture of a drawing: `side` x `side` x 3; or the part of it in a window.

    Raises:
        DataError: a side outside of `SIDES`.
    """
    check_side(side)
    background, whole = drawing.background, window or Window(0, 0, side, side)
    part = whole.slices
    canvas = _texture(background.seed, side)[part][..., None] + _colour(BACKGROUNDS[background.palette])
    for stamp in map(_stamps(side), drawing.items):
        shared = stamp.window.within(whole)
        if shared.left < shared.right and shared.top < shared.bottom:
            under, stamped = canvas[shared.seen_from(whole)], shared.seen_from(stamp.window)
            under += stamp.alpha[stamped] * (stamp.colour[stamped] - under)
    canvas *= _light(background.light, background.slope, side)[part]
    canvas += _noise(background.seed, side)[part]
    return canvas.clip(0, 255).astype(np.uint8)


def check_side(side: int) -> None:
    """Refuse a resolution that nothing is drawn at.

    Raises:
        DataError: a side outside of `SIDES`.
    """
    if not SIDES[0] <= side <= SIDES[1]:
        raise DataError(
            f"a drawn picture is {SIDES[0]} to {SIDES[1]} pixels wide, not {side}: set source.size"
        )


def window_of(mask: Mask) -> Window:
    """The smallest window that holds all of a mask, which is not empty."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return Window(left, top, left + width, top + height)


def visible(drawing: Drawing, side: int) -> list[Mask]:
    """Where each item is seen: its shape, less what is painted on it."""
    hidden, seen = np.zeros((side, side), bool), []
    for item in reversed(drawing.items):
        mask = footprint(item, side)
        seen.append(mask & ~hidden)
        hidden |= mask
    return seen[::-1]


def footprint(item: Item, side: int) -> Mask:
    """Every pixel that an item touches, to its last shade: side x side."""
    mask = np.zeros((side, side), bool)
    window, touched = touch(item, side)
    mask[window.slices] = touched
    return mask


def touch(item: Item, side: int) -> tuple[Window, Mask]:
    """A window that holds all of an item, and the pixels of it that the item touches."""
    stamp = _stamps(side)(item)
    return stamp.window, stamp.alpha[..., 0] > 0


class _Stamp(NamedTuple):
    """An item as it is put on a picture: its window, how opaque (h x w x 1), its colours (h x w x 3)."""

    window: Window
    alpha: Layer
    colour: Layer


@lru_cache(4)
def _stamps(side: int) -> Callable[[Item], _Stamp]:
    """The stamps of a resolution, the latest of them kept: as many as pictures have `_KEPT` pixels."""
    return lru_cache(_KEPT // side**2)(partial(_stamp, side=side))


def _stamp(item: Item, side: int) -> _Stamp:
    left, top, right, bottom = item.box
    window = Window(
        max(int(left * side) - 1, 0),
        max(int(top * side) - 1, 0),
        min(int(right * side) + 2, side),
        min(int(bottom * side) + 2, side),
    )
    alpha, rim = _masks(item, side, window)
    colour = _fill(item, side, window) * (1 - np.float32(0.5) * rim[..., None])
    return _Stamp(window, alpha[..., None], colour)


def _masks(item: Item, side: int, window: Window) -> tuple[Layer, Layer]:
    """How much of each pixel the item covers, and how much of it its darker rim, 0..1."""
    width, height = window.right - window.left, window.bottom - window.top
    fine = height * _OVERSAMPLED, width * _OVERSAMPLED
    corners = [((item.polygon * side - window[:2]) * (_OVERSAMPLED * 16) - 7.5).astype(np.int32)]
    radius = item.radius * side * _OVERSAMPLED
    inside, rim = np.zeros(fine, np.uint8), np.zeros(fine, np.uint8)
    cv2.fillPoly(inside, corners, 255, cv2.LINE_8, 4)
    if item.filling == "outlined":
        line = np.zeros(fine, np.uint8)
        cv2.polylines(line, corners, True, 255, max(round(2 * _STROKE * radius), 6), cv2.LINE_8, 4)
        inside &= line
    cv2.polylines(rim, corners, True, 255, max(round(0.09 * radius), 2), cv2.LINE_8, 4)
    both = cv2.resize(cv2.merge((inside, rim & inside)), (width, height), interpolation=cv2.INTER_AREA)
    alpha, edge = cv2.split(both.astype(np.float32) * np.float32(1 / 255))
    return np.asarray(alpha, np.float32), np.asarray(edge, np.float32)


def _fill(item: Item, side: int, window: Window) -> Layer:
    """The item's colours on its window, h x w x 3, or 1 x 1 x 3: with stripes or dots of another shade."""
    base = _colour(RGB[item.colour]) + np.array(item.tint, np.float32)
    if item.filling in ("plain", "outlined"):
        return base[None, None]
    return base + _pattern(item, side, window)[..., None] * (_other_shade(base) - base)


def _other_shade(base: NDArray[np.float32]) -> NDArray[np.float32]:
    """What stripes and dots are painted in: much lighter, but on light things darker."""
    lightness = float(base @ (0.299, 0.587, 0.114))
    return base + (255 - base) * np.float32(0.72) if lightness < 150 else base * np.float32(0.5)


def _pattern(item: Item, side: int, window: Window) -> Layer:
    """How much of each pixel is stripe or dot, 0..1; two to four across the item."""
    period = np.float32(max(item.radius * side * 2 / 3.5, 3.5))
    x = np.arange(window.left, window.right, dtype=np.float32) + np.float32(0.5 - item.x * side)
    y = np.arange(window.top, window.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - item.y * side)
    if item.filling == "striped":
        phase = (x * np.float32(0.5) + y * np.float32(0.866)) / period
        away = np.abs(phase - np.rint(phase)) * period
        share = np.float32(0.22) * period + np.float32(0.5) - away
    else:
        dx, dy = x - np.rint(x / period) * period, y - np.rint(y / period) * period
        share = np.float32(0.3) * period + np.float32(0.5) - np.sqrt(dx * dx + dy * dy)
    return np.asarray(share.clip(0, 1), np.float32)


@cache
def _colour(rgb: tuple[int, int, int]) -> Layer:
    return np.array(rgb, np.float32)


def _texture(seed: int, side: int) -> Layer:
    """Soft blotches, coarse and fine: a place of a large sheet that all pictures share."""
    # a share of the sheet, so that it is the same place at every resolution
    y, x = (((seed >> bits) % 1024) * 2 * side // 1024 for bits in (18, 8))
    return _blotches(side)[y : y + side, x : x + side]


@lru_cache(4)
def _blotches(side: int) -> Layer:
    rng = np.random.Generator(np.random.Philox(11))
    size = (3 * side, 3 * side)
    coarse = rng.integers(-14, 15, (12, 12)).astype(np.float32)
    fine = rng.integers(-6, 7, (33, 33)).astype(np.float32)
    return np.asarray(
        cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        + cv2.resize(fine, size, interpolation=cv2.INTER_LINEAR),
        np.float32,
    )


def _noise(seed: int, side: int) -> Layer:
    """Grain: a place of a large sheet of noise that all pictures share."""
    y, x = seed % 512, (seed >> 9) % 512
    return _sheet()[y : y + side, x : x + side]


@cache
def _sheet() -> Layer:
    rng = np.random.Generator(np.random.Philox(7))
    return rng.integers(-_NOISE, _NOISE + 1, (1024, 1024, 3)).astype(np.float32)


@lru_cache(64)
def _light(direction: float, slope: float, side: int) -> Layer:
    """What every pixel is multiplied by: a slope across the picture, 1 on average; side x side x 1."""
    along, angle = _along(side), math.radians(direction)
    x, y = np.float32(slope * math.cos(angle)), np.float32(slope * math.sin(angle))
    return np.asarray(1 + (along * x + along[:, None] * y)[..., None], np.float32)


@lru_cache(4)
def _along(side: int) -> Layer:
    return np.linspace(-0.5, 0.5, side, dtype=np.float32)
