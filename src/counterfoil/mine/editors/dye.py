"""Cloth dyed another colour: pixels of one garment in, the same cloth in a colour that clothes have out.

In light and shade a dye keeps the ratio of all three OKLab coordinates to each other, since both
scale the light that it sends back alike. So each pixel gets the new colour times its own shading,
which is its lightness against that of the old cloth. How light and vivid the new colour is depends
on the light of the place: the tones below are those of clothes in full daylight.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from counterfoil.mine.perceive.fabric import ramp
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.records import Mask


class Dye(NamedTuple):
    """A colour of clothes: OKLCH in daylight, and the lightness between which it keeps its name."""

    lightness: float
    chroma: float
    hue: float
    span: tuple[float, float]

    def at(self, lightness: float) -> Floats:
        """The dye in OKLab, as near to a lightness as its name allows; as saturated in shade as in light."""
        lightness = float(np.clip(lightness, *self.span))
        chroma = self.chroma * lightness / self.lightness
        angle = np.deg2rad(self.hue)
        return np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], np.float32)


DYES = {
    "red": Dye(0.52, 0.19, 24, (0.42, 0.56)),
    "blue": Dye(0.46, 0.13, 260, (0.30, 0.58)),
    "green": Dye(0.50, 0.115, 150, (0.34, 0.62)),
    "purple": Dye(0.44, 0.135, 308, (0.32, 0.50)),
    "orange": Dye(0.69, 0.15, 54, (0.65, 0.74)),
    "yellow": Dye(0.85, 0.14, 96, (0.82, 0.90)),
    "black": Dye(0.22, 0.0, 0, (0.18, 0.24)),
    "pink": Dye(0.76, 0.11, 356, (0.71, 0.82)),
}

LIT = 0.92
"""Lightness of white cloth in full light."""

RAISED = 0.14
"""So much lighter than the old cloth the new one is at most, if its name allows: dark is often shade."""

STRAY = 0.4
"""How much of what a pixel's hue has beside the old cloth's (noise, reflections) it keeps."""

SHINE = 1.15
"""Up to so many times the old lightness cloth is in more light; beyond, it shows the light itself."""

LIGHTEST = 1.5
"""Up to so many times, where it still has its hue: dark cloth half in the sun."""


def dyed(middle: Floats, name: str, light: float) -> Floats:
    """The colour that cloth becomes.

    Args:
        middle: the old cloth in OKLab.
        name: of the new colour, one of `DYES`.
        light: how light white is there, OKLab 0..1.
    """
    colour = DYES[name]
    return colour.at(min(colour.lightness * min(light / LIT, 1.0), float(middle[0]) + RAISED))


def dye(lab: Floats, amount: Floats, like: Floats, old: Floats, new: Floats) -> Floats:
    """The pixels with the old cloth dyed anew.

    Args:
        lab: pixels in OKLab, height x width x 3.
        amount: how much of each pixel is cloth, 0..1, height x width.
        like: how like the old cloth it is, 0..1: what is lighter and unlike it shows the light itself.
        old: the old cloth in OKLab.
        new: the new one.
    """
    planes = cv2.split(lab)
    lightness = np.asarray(planes[0], np.float32)
    own, inner = shading(lightness, float(old[0])), amount > 0.9
    part = np.maximum(amount, 0.4)
    shade = np.where(inner, own, np.minimum(_nearby(own, inner), own / part)).astype(np.float32)
    shine = ramp((shade - SHINE) / 0.35) * (1 - like) * min(float(old[0]) / 0.4, 1.0)
    lit = np.minimum(shade, np.where(like > 0.5, LIGHTEST, SHINE))
    was = np.where(inner, lightness, np.minimum(shade * old[0], lightness / part))
    target = lit * new[0] + shine * np.maximum(was - lit * new[0], 0)
    painted = [lightness + amount * (target - was)]
    for axis in (1, 2):
        rest = np.where(inner, (1 - STRAY) * (planes[axis] - shade * old[axis]), 0)
        change = lit * new[axis] * (1 - shine) - shade * old[axis] - rest
        painted.append(planes[axis] + amount * change)
    return np.asarray(cv2.merge(painted), np.float32)


def _nearby(shade: Floats, inner: Mask) -> Floats:
    """The mean shading of the cloth near each pixel."""
    weight, size = inner.astype(np.float32), (9, 9)
    count = cv2.blur(weight, size)
    near = cv2.blur(shade * weight, size) / np.maximum(count, 1e-3)
    return np.asarray(np.where(count > 0.01, near, 1.0), np.float32)


def shading(lightness: Floats, middle: float) -> Floats:
    """Lightness against the cloth's own; black is lifted, or its noise would count as shading."""
    lift = max(0.45 - middle, 0) * 0.5
    return np.asarray((lightness + lift) / (middle + lift), np.float32)
