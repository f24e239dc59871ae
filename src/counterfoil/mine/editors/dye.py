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
from numpy.typing import NDArray

from counterfoil.mine.editors.paint import is_seen
from counterfoil.mine.perceive.fabric import ramp
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.mine.within import summed_near
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
    """The pixels that are seen to change, n x 1 x 3, with the old cloth dyed anew.

    Args:
        lab: pixels in OKLab, height x width x 3.
        amount: how much of each pixel is cloth, 0..1, height x width.
        like: how like the old cloth it is, 0..1: what is lighter and unlike it shows the light itself.
        old: the old cloth in OKLab.
        new: the new one.
    """
    middle, inner, places = float(old[0]), amount > 0.9, np.flatnonzero(is_seen(amount))
    shades = shading(lab[..., 0], middle)
    near, own = _nearby(shades, inner, places), shades.take(places)
    lightness, *hues = np.ascontiguousarray(lab.reshape(-1, 3).take(places, axis=0).T)
    amount, like, inner = amount.take(places), like.take(places), inner.take(places)
    part = amount.clip(0.4)
    shade = np.asarray(np.where(inner, own, np.minimum(near, own / part)), np.float32)
    shine = ramp((shade - SHINE) / 0.35) * (1 - like) * min(middle / 0.4, 1.0)
    lit = np.minimum(shade, np.where(like > 0.5, np.float32(LIGHTEST), np.float32(SHINE)))
    was = np.where(inner, lightness, np.minimum(shade * old[0], lightness / part))
    target = lit * new[0] + shine * np.maximum(was - lit * new[0], 0)
    painted = [lightness + amount * (target - was)]
    lit *= 1 - shine
    for hue, before, after in zip(hues, old[1:], new[1:], strict=True):
        usual = shade * before
        rest = inner * ((1 - STRAY) * (hue - usual))
        painted.append(hue + amount * (lit * after - usual - rest))
    return np.asarray(cv2.merge([axis[:, None] for axis in painted]), np.float32)


def _nearby(shade: Floats, inner: Mask, places: NDArray[np.intp]) -> Floats:
    """The mean shading of the cloth near each of some pixels, told by their places row by row."""
    total, count = (part.take(places) for part in summed_near(shade, inner, 9))
    return np.where(count > 0.01, total / np.maximum(count, 1e-3), np.float32(1))


def shading(lightness: Floats, middle: float) -> Floats:
    """Lightness against the cloth's own; black is lifted, or its noise would count as shading."""
    lift = max(0.45 - middle, 0) * 0.5
    return np.asarray((lightness + lift) / (middle + lift), np.float32)
