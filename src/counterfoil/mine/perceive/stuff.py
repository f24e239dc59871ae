"""Where stuff is that nobody annotated: a picture and its masks in, the sky, a court, grass or water out.

Stuff has no shape to know it by, but a place, a colour and a texture: a sky is smooth and reaches
the upper edge, a court is smooth and of one paint and reaches the lower edge, grass is green and
reaches it too. What the pixels alone cannot settle (a wall is smooth and reaches the upper edge as
well) the caller has to know from words. Where an edge is too weak to end the area there, or the
same colour shows elsewhere, there is no answer.

Source: the limits are our own, chosen on photos.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from counterfoil.mine.perceive.colour import CHROMATIC, NAMES, colour_shares
from counterfoil.mine.perceive.ground import find_court, find_grass, find_water
from counterfoil.mine.perceive.oklab import Floats, to_lch
from counterfoil.mine.perceive.sky import find_sky
from counterfoil.mine.perceive.stuff_view import View, view_of
from counterfoil.mine.percentile import medians, percentile
from counterfoil.mine.within import within
from counterfoil.records import Mask, Pictured, Same


class Stuff(NamedTuple):
    """An area of one stuff.

    Args:
        name: what it is ("sky").
        colour: its basic colour term; "" where it has several, or one without a name.
        middle: its median colour in OKLab.
        mask: where it is, at a reduced size.
        roughness: median steepness within it, in OKLab per pixel of the reduced size.
        shares: how much of it each name has, 11 shares and the unnamed (see `colour_shares`).
        above: share of the rest of the picture that is darker than its middle, 0..1.
    """

    name: str
    colour: str
    middle: Floats
    mask: Mask
    roughness: float
    shares: Floats
    above: float

    @property
    def is_all(self) -> bool:
        """Whether it reaches both the upper and the lower edge."""
        return bool(self.mask[:2].any() and self.mask[-2:].any())


@cache
def table() -> dict[str, dict[str, Any]]:
    """What stuff there is: the nouns for it, and what each of its colours may become."""
    text = (files("counterfoil.mine.perceive") / "stuff.json").read_text("utf-8")
    entries: dict[str, dict[str, Any]] = json.loads(text)
    return entries


def stuff(scene: Pictured, name: str) -> Stuff | None:
    """The area of one stuff in a picture, or None where none is sure.

    Args:
        scene: the picture, with its annotated regions.
        name: a key of the table ("sky").
    """
    return _found(Same(scene), name)


@lru_cache(4)
def _found(same: Same, name: str) -> Stuff | None:
    view = view_of(same)
    mask = _FINDERS[name](view)
    return None if mask is None else _described(name, view, mask)


def _described(name: str, view: View, mask: Mask) -> Stuff:
    middle = medians(within(view.lab, mask))
    shares = colour_shares(view.pixels, mask)
    colour = _NAMERS[name](middle, shares)
    darker, rest = (view.lab[..., 0] < middle[0]) & ~mask, np.count_nonzero(~mask)
    above = np.count_nonzero(darker) / rest if rest else 1.0
    return Stuff(name, colour, middle, mask, percentile(view.steep[mask], 50), shares, above)


def _colour_of_court(middle: Floats, shares: Floats) -> str:
    """The name that most of a court has; pale blue and green paint is called so too."""
    best = int(shares[: len(NAMES)].argmax())
    if shares[best] > 0.5:
        return NAMES[best]
    _, chroma, hue = (float(value) for value in to_lch(middle))
    if chroma < 0.03:
        return ""
    return "blue" if 225 < hue < 280 else "green" if 130 < hue < 170 else ""


def _colour_of_grass(middle: Floats, shares: Floats) -> str:
    """Green, also where it is too yellow for a thing to be called so."""
    return "green" if to_lch(middle)[2] > 104 else ""


def _colour_of_sky(middle: Floats, shares: Floats) -> str:
    """What a sky is called; haze and clouds leave its colour a name that they take from things."""
    lightness, chroma, hue = (float(value) for value in to_lch(middle))
    mixed = sum(float(shares[NAMES.index(name)]) for name in CHROMATIC if name != "blue")
    if mixed > 0.1:
        return ""
    blue = float(shares[NAMES.index("blue")])
    if blue > 0.55 and chroma > 0.05 and 215 < hue < 288:
        return "blue"
    if chroma > 0.035 or blue > 0.1:
        return ""
    return "white" if lightness > 0.85 else "grey"


_NAMERS: dict[str, Callable[[Floats, Floats], str]] = {
    "sky": _colour_of_sky,
    "court": _colour_of_court,
    "grass": _colour_of_grass,
    "water": _colour_of_court,
}
_FINDERS: dict[str, Callable[[View], Mask | None]] = {
    "sky": find_sky,
    "court": find_court,
    "grass": find_grass,
    "water": find_water,
}
