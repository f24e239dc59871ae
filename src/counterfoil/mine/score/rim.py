"""What is left of the old colour around paint, and of the old texture in it: a foil in, two ratios out.

Along the edge of paint a sliver of the old colour betrays it, and so do gaps between leaves through
which the old sky shows. And what was painted flat, a black plane of which nobody sees the wings any
more, has lost its texture. Only foils of a changed or exchanged colour are measured:

| score | what | range |
|---|---|---|
| `rim.left` | share of a rim around the paint that has the paint's old colour | 0..1 |
| `rim.texture` | fine differences of lightness inside the paint against those before | 0.. |
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.percentile import medians, some_within
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.score.seam import Part, around, others
from counterfoil.mine.stage import Run
from counterfoil.mine.within import mean_within, within
from counterfoil.records import Foil, Mask, Pixels, Same, Scene

Floats = NDArray[np.float32]

_LIGHT = 100 / 255
_UNITS, _ORIGIN = np.array([_LIGHT, 1, 1], np.float32), np.array([0, 128, 128], np.float32)
"""What one of OpenCV's 256 levels is worth in each channel, and the level that stands for no colour."""


@dataclass(frozen=True, kw_only=True)
class Rim:
    """Look for the old colour in a rim around the paint; all in CIELAB.

    Args:
        reach: width of the rim, as a share of the picture's longer side: so far people miss an edge.
        visible: how far a pixel must have moved to count as painted.
        hue: how far from the old colour, as a share of its chroma, a pixel may be and count as alike.
        lightness: the same in lightness; of what has hardly any chroma `plain`.
        plain: see there.
    """

    version: ClassVar[int] = 3
    reach: float = 0.009
    visible: float = 15.0
    hue: float = 0.35
    lightness: float = 25.0
    plain: float = 3.5

    def load(self, run: Run) -> Measure:
        """Get ready and return the function that measures."""
        return self._measure

    def _measure(self, foil: Foil) -> dict[str, float]:
        if foil.patch is None or foil.edit.kind != "attribute" or foil.patch.is_everywhere:
            return {}
        reach = max(round(self.reach * max(foil.scene.height, foil.scene.width)), 3)
        part = around(foil.scene, foil.patch, reach)
        old, texture, taken = _before(Same(foil.scene), foil.targets, part)
        new = _lab(foil.patch.onto(foil.scene.pixels, part.window))
        moved = _moved(old, new)
        painted = _opened(moved > self.visible**2)
        if not painted.any():
            return {}
        rim = cv2.dilate(painted.view(np.uint8), _disc(reach)).view(bool) & ~(painted | taken)
        still = within(old, rim & (moved < (self.visible / 3) ** 2))
        left = self._is_alike(still, medians(some_within(old, painted)) * _UNITS - _ORIGIN)
        before, now = (_LIGHT * mean_within(some, painted) for some in (texture, _texture(new)))
        return {
            "rim.left": float(np.count_nonzero(left)) / max(int(np.count_nonzero(rim)), 1),
            "rim.texture": now / max(before, 0.1),
        }

    def _is_alike(self, levels: Pixels, colour: Floats) -> Mask:
        """Which of some pixels, n x 3, have a colour."""
        light, red, blue = np.ascontiguousarray(levels.T, np.float32)
        chroma = float(np.hypot(*colour[1:]))
        off_hue = magnitude(red - (colour[1] + 128), blue - (colour[2] + 128))
        is_plain = chroma < 15
        lightness = (
            self.lightness / 2 if is_plain and colour[0] < 30 else self.plain if is_plain else self.lightness
        )
        off_light = abs(_LIGHT * light - colour[0])
        return np.asarray((off_hue < max(self.hue * chroma, 4)) & (off_light < lightness))


@lru_cache(2)
def _before(same: Same, targets: tuple[int, ...], part: Part) -> tuple[Pixels, Floats, Mask]:
    """A part of a picture in CIELAB, its texture, and where other things of maybe the same colour are.

    The last are kept, for the same thing is mostly painted in several colours.
    """
    scene: Scene = same.value
    taken = np.zeros((part.bottom - part.top, part.right - part.left), bool)
    for other in others(scene, targets, part):
        taken |= other
    lab = _lab(scene.pixels[part.window])
    return lab, _texture(lab), taken


def _lab(pixels: Pixels) -> Pixels:
    """CIELAB, in OpenCV's 256 levels a channel."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB), np.uint8)


def _moved(old: Pixels, new: Pixels) -> Floats:
    """How far each pixel has moved, squared."""
    light, red, blue = cv2.split(cv2.absdiff(old, new))
    moved = cv2.multiply(light, light, scale=_LIGHT**2, dtype=cv2.CV_32F)
    for axis in (red, blue):
        cv2.accumulateSquare(axis, moved)
    return np.asarray(moved, np.float32)


def _texture(lab: Pixels) -> Floats:
    """How much the lightness of each pixel differs from that of the pixels around, in OpenCV's levels."""
    light = np.asarray(cv2.extractChannel(lab, 0), np.float32)
    return np.asarray(cv2.absdiff(light, cv2.blur(light, (3, 3))), np.float32)


def _opened(mask: Mask) -> Mask:
    return cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).view(bool)


def _disc(radius: int) -> NDArray[np.uint8]:
    size = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size), np.uint8)
