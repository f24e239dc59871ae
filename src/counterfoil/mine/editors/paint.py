"""The colour of one thing changed: pixels and a mask in, the same thing painted another colour out.

A painted surface shows its colour on a line: in shade it runs towards black, all three OKLab
coordinates alike; in highlights towards white (Shafer's dichromatic model). So each pixel has a
place on the line of the old colour, and gets the colour at the same place of the new line. How
much of a pixel is paint at all is read from its chroma along the old hue (an edge pixel that mixes
two things is unmixed by it, windows and skin keep their colour), or, where the old colour is
black, white or grey, from its lack of chroma and its lightness.

Source: Shafer, "Using color to separate reflection components", Color Res. Appl. 10, 1985.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from counterfoil.mine.editors.tones import PLAIN, TONES, Ambience
from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.perceive.colour import NAMES, name_pixels
from counterfoil.mine.perceive.fabric import ramp
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.mine.percentile import medians, percentile, some_within
from counterfoil.mine.within import within
from counterfoil.records import Mask, Pixels

BRIGHTEST = 1.12
"""Up to so many times its middle lightness a pixel is paint in more light; beyond, a highlight."""

ACHROMATIC = ("black", "white", "grey")


STRAY = 0.6
"""How much of a pixel's hue that is not the old paint's (reflections, noise) goes with it."""


_WIDEST, _BINS, _ONE_PAINT, _HUED, _DARK, _NOISY = 0.32, 64, 0.05, 0.035, 0.4, 0.3

_MIDDLES = (np.linspace(-_WIDEST, _WIDEST, _BINS, endpoint=False) + _WIDEST / _BINS).astype(np.float32)
_IS_HUED = np.hypot(_MIDDLES[:, None], _MIDDLES) >= _HUED
"""The middle of each bin of both axes, and which bins show a hue."""


class Body(NamedTuple):
    """The paint of a thing: its name or "", its middle colour in OKLab, and which pixels show it."""

    name: str
    middle: Floats
    seen: Mask


def body_of(pixels: Pixels, lab: Floats, mask: Mask, name: str) -> Body:
    """The pixels of a mask that have a name, and their median colour.

    White is only ever darkened by light, so that its own lightness is that of its lighter half; where
    hardly any of it looks white it lies in shade, and shows as grey.
    """
    names = name_pixels(pixels)
    seen = mask & (names == NAMES.index(name))
    if name == "white" and 4 * np.count_nonzero(seen) < np.count_nonzero(mask):
        seen |= mask & (names == NAMES.index("grey"))
    shown = some_within(lab, seen)
    middle = medians(shown)
    if name == "white":
        middle[0] = percentile(shown[:, 0], 75)
    return Body(name, middle, seen)


def body_without_name(lab: Floats, mask: Mask) -> Body | None:
    """The most frequent colour of a mask that no basic term names (beige, teal), or None.

    Half of the mask must show it, of a hue (navy among windows and tyres) a quarter. What has hardly any
    chroma is treated as grey or white, by its lightness; where it is dark too, paint could not be told
    from windows, tyres and shadow.
    """
    shown = some_within(lab, mask)
    if not len(shown):
        return None
    exact = cv2.calcHist([shown[:, None]], [1, 2], None, [_BINS, _BINS], [-_WIDEST, _WIDEST] * 2)
    counts = np.asarray(cv2.blur(exact, (3, 3)), np.float32)
    return _around(lab, mask, counts, 0.5) or _around(lab, mask, counts * _IS_HUED, 0.25)


def _around(lab: Floats, mask: Mask, counts: Floats, least: float) -> Body | None:
    """The paint around the highest of some counts over both axes, if `least` of the mask shows it."""
    a, b = (_MIDDLES[place] for place in np.unravel_index(int(counts.argmax()), counts.shape))
    step = lab[..., 1] - a, lab[..., 2] - b
    seen = mask & (step[0] * step[0] + step[1] * step[1] < _ONE_PAINT**2)
    if np.count_nonzero(seen) < least * np.count_nonzero(mask):
        return None
    middle = medians(some_within(lab, seen))
    if np.hypot(*middle[1:]) >= (_HUED if least < 0.5 else _ONE_PAINT):
        return Body("", middle, seen)
    if middle[0] < _DARK or least < 0.5:
        return None
    return Body("white" if middle[0] > 0.8 else "grey", middle, seen)


def paint_amount(lab: Floats, body: Body) -> Floats:
    """How much of each pixel is the old paint, 0..1.2, wherever it lies."""
    if body.name in ACHROMATIC:
        return _neutral_amount(lab, body)
    _, a, b = body.middle.tolist()
    chroma = math.hypot(a, b)
    along, across = (
        np.asarray(cv2.transform(lab, np.array([[0, *axis]]) / chroma), np.float32)
        for axis in ((a, b), (-b, a))
    )
    turned = 1 - _ramp(np.abs(across) / along.clip(1e-3), 0.7, 1.4)  # 35 to 55 degrees of hue
    expected = chroma * np.minimum(shading(lab[..., 0], body), 1)
    part = (along / np.maximum(expected, 0.02)).clip(0, 1.2)
    part *= turned
    return part


def repaint(lab: Floats, body: Body, amount: Floats, name: str, ambience: Ambience = PLAIN) -> Floats:
    """The pixels that are seen to change, n x 1 x 3, with their old paint the new one in that light."""
    where, old = is_seen(amount), body.middle
    new = TONES[name].at(float(old[0]), ambience)
    lightness, *hues = np.ascontiguousarray(within(lab, where).T)
    amount = amount[where]
    quiet = lightness if old[0] >= _NOISY else _quiet(lab[..., 0])[where]
    full = BRIGHTEST * float(old[0])
    shade = np.minimum(shading(quiet, body), BRIGHTEST)
    shine = ((lightness - full) / max(1 - full, 0.05)).clip(0, 1)
    fade = shade ** _contrast(float(old[0]), float(new[0]), name)
    if name == "black":
        shine *= 0.6
    source, target = (1 - STRAY) * shade * (1 - shine), fade * (1 - shine)
    axes = [lightness + amount * (target * new[0] + shine - lightness)]
    for hue, before, after in zip(hues, old[1:], new[1:], strict=True):
        axes.append(hue + amount * (target * after - source * before - STRAY * hue))
    return np.asarray(cv2.merge([axis[:, None] for axis in axes]), np.float32)


def is_seen(amount: Floats) -> Mask:
    """Where there is so much of the old paint that the new one is seen."""
    return amount > 0.02


def _quiet(lightness: Floats) -> Floats:
    """Lightness less the noise of dark paint, which light paint in its place would show."""
    return np.asarray(0.3 * lightness + 0.7 * cv2.GaussianBlur(lightness, (0, 0), 1.5), np.float32)


def shading(lightness: Floats, body: Body) -> Floats:
    """Lightness against the paint's own; dark paint is lifted, or its noise would count as shading."""
    lift = max(0.5 - float(body.middle[0]), 0) * 0.8
    return np.asarray((lightness + lift) / (float(body.middle[0]) + lift), np.float32)


def _neutral_amount(lab: Floats, body: Body) -> Floats:
    """Of black, white or grey paint: near its own (little) chroma, and near enough to its lightness."""
    chroma = magnitude(lab[..., 1] - body.middle[1], lab[..., 2] - body.middle[2])
    plain = 1 - _ramp(chroma, 0.04, 0.08)
    middle = float(body.middle[0])
    low, high = (0.5, 0.72) if body.name == "grey" else (0.35, 0.6)  # windows are nearer to grey
    dark_side = _ramp(lab[..., 0], low * middle, high * middle) if body.name != "black" else 1.0
    light_side = 1 - _ramp(lab[..., 0], middle + 0.25, middle + 0.45) if body.name == "black" else 1.0
    return np.asarray(plain * dark_side * light_side, np.float32)


def _contrast(old: float, new: float, name: str) -> float:
    """The exponent of shading: weaker where deep shade would take the new colour its name."""
    gentle = {"white": 0.4, "yellow": 0.6, "orange": 0.6, "pink": 0.7, "red": 0.75}.get(name, 1.0)
    return gentle * (0.8 if new - old > 0.3 else 1.0)


def _ramp(values: Floats, low: float, high: float) -> Floats:
    """0 up to `low`, 1 from `high` on, smooth between."""
    return ramp((values - low) / (high - low))
