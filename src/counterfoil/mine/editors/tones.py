"""How the basic colours look as paint: a name, the old paint's lightness and the light in, OKLab out.

Each keeps its name within a span of lightness and of saturation only. Within these, paint is as light as
the old one was, no lighter than the light there allows, and the duller the duller all around it is.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from counterfoil.mine.perceive.oklab import Floats


class Ambience(NamedTuple):
    """The light and the colourfulness of a place.

    Args:
        light: lightness of white there against white in full light, 0..1.
        vivid: how colourful what is there is: 0 for hardly at all, 1 for fresh paint in the sun.
    """

    light: float = 1.0
    vivid: float = 1.0


PLAIN = Ambience()
"""Full light, among vivid colours."""


class Tone(NamedTuple):
    """How a colour looks: the spans of lightness and of saturation where it keeps its name, and its hue.

    Saturation is chroma over lightness: the light scales both alike, and leaves it as it is.
    """

    lightness: tuple[float, float]
    saturation: tuple[float, float]
    hue: float

    def at(self, lightness: float, ambience: Ambience = PLAIN) -> Floats:
        """The colour in OKLab, as near to a lightness as its name and the light allow."""
        low, high = self.lightness
        light = min(max(lightness, low), max(low, high * ambience.light))
        least, most = self.saturation
        chroma = light * (least + ambience.vivid * (most - least))
        across, down = _direction(self.hue)
        return np.array([light, chroma * across, chroma * down], np.float32)


@cache
def _direction(hue: float) -> tuple[float, float]:
    """Cosine and sine of a hue in degrees."""
    angle = np.deg2rad(hue)
    return float(np.cos(angle)), float(np.sin(angle))


TONES = {
    "black": Tone((0.18, 0.20), (0.0, 0.0), 0),
    "white": Tone((0.92, 0.96), (0.004, 0.004), 90),
    "grey": Tone((0.48, 0.66), (0.0, 0.0), 0),
    "red": Tone((0.42, 0.56), (0.34, 0.38), 21),
    "orange": Tone((0.68, 0.76), (0.205, 0.235), 58),
    "yellow": Tone((0.81, 0.89), (0.165, 0.195), 96),
    "green": Tone((0.31, 0.66), (0.18, 0.25), 146),
    "blue": Tone((0.31, 0.62), (0.20, 0.28), 259),
    "purple": Tone((0.33, 0.54), (0.22, 0.33), 308),
    "pink": Tone((0.72, 0.82), (0.115, 0.175), 355),
    "brown": Tone((0.34, 0.47), (0.18, 0.21), 52),
}
"""In OKLCH, inside what a screen shows, around the foci of the basic terms (see `perceive/colour.py`)."""
