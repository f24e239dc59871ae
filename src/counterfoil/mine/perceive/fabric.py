"""Cloth of one colour: how like it each pixel is, whatever the shade, and which colours a mask has most.

In light and shade one dye keeps the ratio of its chroma to its lightness (Shafer's dichromatic model
without the highlights), so that cloth is told by that ratio, its tint; lightness says only what is
far too dark or too light to be the same.

Source: Shafer, "Using color to separate reflection components", Color Res. Appl. 10, 1985; the widths
are our own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.mine.percentile import medians, some_within
from counterfoil.records import Mask

DARKEST = 0.1
"""Added to the lightness that chroma is measured against: in black no hue is seen."""

_BINS = (32, 32, 12)
_LOWEST, _HIGHEST = (-0.5, -0.5, 0.0), (0.5, 0.5, 1.0)
_SPANS = [side for span in zip(_LOWEST, _HIGHEST, strict=True) for side in span]
"""Bins of a histogram of tints and lightness, and what they span."""

FEWEST = 0.1
"""Least share of a mask that is looked into for a further colour."""


class Tinted(NamedTuple):
    """Pixels by their lightness, 0..1, and their chroma against it along both axes, about -0.5..0.5."""

    lightness: Floats
    u: Floats
    v: Floats


def tinted(lab: Floats) -> Tinted:
    """Pixels by what tells cloth."""
    against = lab[..., 0] + DARKEST
    return Tinted(lab[..., 0].copy(), lab[..., 1] / against, lab[..., 2] / against)


def calm(lab: Floats) -> Floats:
    """The pixels with their hues smoothed: JPEG keeps hue at half the resolution."""
    smooth = np.asarray(cv2.blur(lab, (3, 3)), np.float32)
    smooth[..., 0] = lab[..., 0]
    return smooth


def likeness(shown: Tinted, middle: Floats) -> Floats:
    """How like cloth of a colour each pixel is, 0..1.

    Args:
        shown: the pixels.
        middle: the colour of the cloth in OKLab, in the light that most of it has.
    """
    _, u, v = (float(axis) for axis in tinted(middle))
    strength = math.hypot(u, v)
    ahead = (u / strength, v / strength) if strength > 1e-3 else (1.0, 0.0)
    along = _turned(shown, *ahead, (u, v), 0.045 + 0.35 * strength)
    across = _turned(shown, -ahead[1], ahead[0], (u, v), 0.035 + 0.3 * strength)
    like = 1 - ramp((magnitude(along, across) - 0.9) / 0.7)
    like *= 1 - ramp((0.62 * middle[0] - shown.lightness) / (0.3 * middle[0]))
    brightest = max(1.2 * float(middle[0]) + 0.06, float(middle[0]) + 1.2 * strength)
    if shown.lightness.max(initial=0) > brightest:
        like *= 1 - ramp((shown.lightness - brightest) / 0.12)
    return like


def _turned(shown: Tinted, a: float, b: float, middle: tuple[float, float], width: float) -> Floats:
    """How far pixels lie from a middle along an axis (a, b), in widths."""
    a, b = a / width, b / width
    return np.asarray(cv2.addWeighted(shown.u, a, shown.v, b, -a * middle[0] - b * middle[1]), np.float32)


def colours(lab: Floats, mask: Mask, most: int = 4) -> Iterator[Floats]:
    """The colours that a mask shows most, in OKLab, the most frequent first."""
    left = some_within(lab, mask)
    shown, fewest = tinted(left[:, None]), FEWEST * len(left)
    for _ in range(most):
        if len(left) <= fewest:
            return
        middle = _settled(left, shown, _peak(shown))
        yield middle
        other = likeness(shown, middle).ravel() < 0.3
        left, shown = left.compress(other, axis=0), Tinted(*(axis.compress(other, axis=0) for axis in shown))


def ramp(values: Floats) -> Floats:
    """0 up to 0, 1 from 1 on, smooth between."""
    part = values.clip(0, 1)
    smooth = 3 - 2 * part
    part *= part
    part *= smooth
    return np.asarray(part, np.float32)


def _peak(shown: Tinted) -> Floats:
    """The most frequent colour of some pixels in OKLab, as exact as a bin."""
    exact = cv2.calcHist([shown.u, shown.v, shown.lightness], [0, 1, 2], None, _BINS, _SPANS)
    summed = cv2.boxFilter(exact, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    level = np.asarray(summed, np.float32)
    counts = level.copy()
    counts[..., 1:] += level[..., :-1]
    counts[..., :-1] += level[..., 1:]
    where = np.unravel_index(int(counts.argmax()), counts.shape)
    u, v, lightness = (
        low + (number + 0.5) * (high - low) / bins
        for number, low, high, bins in zip(where, _LOWEST, _HIGHEST, _BINS, strict=True)
    )
    scale = lightness + DARKEST
    return np.array([lightness, u * scale, v * scale], np.float32)


def _settled(pixels: Floats, shown: Tinted, middle: Floats) -> Floats:
    """The median colour of what is like a first guess, twice."""
    for _ in range(2):
        like = pixels.compress(likeness(shown, middle).ravel() > 0.5, axis=0)
        if len(like):
            middle = medians(like)
    return middle
