"""Cloth of one colour: how like it each pixel is, whatever the shade, and which colours a mask has most.

In light and shade one dye keeps the ratio of its chroma to its lightness (Shafer's dichromatic model
without the highlights), so that cloth is told by that ratio, its tint; lightness says only what is
far too dark or too light to be the same.

Source: Shafer, "Using color to separate reflection components", Color Res. Appl. 10, 1985; the widths
are our own.
"""

from __future__ import annotations

from collections.abc import Iterator

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
"""Bins of a histogram of tints and lightness, and what they span."""

FEWEST = 0.1
"""Least share of a mask that is looked into for a further colour."""


def tint(lab: Floats) -> tuple[Floats, Floats]:
    """Chroma against lightness along both axes, each about -0.5..0.5."""
    lightness = lab[..., 0] + DARKEST
    return lab[..., 1] / lightness, lab[..., 2] / lightness


def calm(lab: Floats) -> Floats:
    """The pixels with their hues smoothed: JPEG keeps hue at half the resolution."""
    smooth = np.asarray(cv2.blur(lab, (3, 3)), np.float32)
    smooth[..., 0] = lab[..., 0]
    return smooth


def likeness(lab: Floats, middle: Floats) -> Floats:
    """How like cloth of a colour each pixel is, 0..1.

    Args:
        lab: pixels in OKLab, height x width x 3, or n x 3.
        middle: the colour of the cloth in OKLab, in the light that most of it has.
    """
    own = tint(middle)
    strength = float(np.hypot(*own))
    ahead = np.array(own) / strength if strength > 1e-3 else np.array([1, 0], np.float32)
    u, v = (shown - expected for shown, expected in zip(tint(lab), own, strict=True))
    along = (u * ahead[0] + v * ahead[1]) / (0.045 + 0.35 * strength)
    across = (v * ahead[0] - u * ahead[1]) / (0.035 + 0.3 * strength)
    like = 1 - ramp((magnitude(along, across) - 0.9) / 0.7)
    lightness = lab[..., 0]
    like *= 1 - ramp((0.62 * middle[0] - lightness) / (0.3 * middle[0]))
    brightest = max(1.2 * float(middle[0]) + 0.06, float(middle[0]) + 1.2 * strength)
    like *= 1 - ramp((lightness - brightest) / 0.12)
    return like


def colours(lab: Floats, mask: Mask, most: int = 4) -> Iterator[Floats]:
    """The colours that a mask shows most, in OKLab, the most frequent first."""
    left = some_within(lab, mask)
    fewest = FEWEST * len(left)
    for _ in range(most):
        if len(left) <= fewest:
            return
        middle = _settled(left, _peak(left))
        yield middle
        left = left.compress(likeness(left, middle) < 0.3, axis=0)


def ramp(values: Floats) -> Floats:
    """0 up to 0, 1 from 1 on, smooth between."""
    part = np.clip(values, 0, 1)
    smooth = 3 - 2 * part
    part *= part
    part *= smooth
    return np.asarray(part, np.float32)


def _peak(pixels: Floats) -> Floats:
    """The most frequent colour of some pixels, n x 3, as exact as a bin."""
    spans = [side for span in zip(_LOWEST, _HIGHEST, strict=True) for side in span]
    exact = cv2.calcHist([axis[:, None] for axis in (*tint(pixels), pixels)], [0, 1, 2], None, _BINS, spans)
    level = cv2.boxFilter(exact, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    around = np.pad(level, ((0, 0), (0, 0), (1, 1)))
    counts = around[..., :-2] + level + around[..., 2:]
    where = np.unravel_index(int(counts.argmax()), counts.shape)
    u, v, lightness = (
        low + (number + 0.5) * (high - low) / bins
        for number, low, high, bins in zip(where, _LOWEST, _HIGHEST, _BINS, strict=True)
    )
    scale = lightness + DARKEST
    return np.array([lightness, u * scale, v * scale], np.float32)


def _settled(pixels: Floats, middle: Floats) -> Floats:
    """The median colour of what is like a first guess, twice."""
    for _ in range(2):
        like = pixels.compress(likeness(pixels, middle) > 0.5, axis=0)
        if len(like):
            middle = medians(like)
    return middle
