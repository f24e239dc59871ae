"""The sky, a court or the grass in another colour: a proposal without targets in, a patch out.

In: a proposal whose values are the stuff's name and its new colour. A sky has no paint but light,
so that its new colour replaces the mean of the old: what is lighter than that (clouds) stays
lighter and gets less of it, and its hue runs from the horizon upwards as that of a real sky does.
A court or a lawn is painted as things are, see `paint.py`.

Source: the soft edge is that of `matte.py`; the tones of skies are our own.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

import cv2
import numpy as np

from counterfoil.mine.editors.editor import NOT_MINE, Paint, Painted, Refused
from counterfoil.mine.editors.matte import matte, shrunk
from counterfoil.mine.editors.paint import Body, paint_amount
from counterfoil.mine.editors.view import soft
from counterfoil.mine.perceive.oklab import Floats, from_oklab, to_oklab
from counterfoil.mine.perceive.stuff import Stuff, stuff
from counterfoil.mine.perceive.stuff_view import SIDE
from counterfoil.mine.percentile import percentile, thinned
from counterfoil.mine.stage import Run
from counterfoil.mine.within import put_within, summed_near, within
from counterfoil.records import Kind, Mask, Operation, Patch, Reworded, Same, Scene

LOOSE = 0.005
"""How far the outline of a thing in front may reach beyond it, as a share of the picture's longer side."""


class Light(NamedTuple):
    """A sky's colour.

    Args:
        lightness: from and to which it keeps its name.
        span: how much lighter the lightest parts may be than the darkest and have the name still.
        chroma: of the middle lightness.
        low: hue at the horizon, in degrees.
        high: hue above.
    """

    lightness: tuple[float, float]
    span: float
    chroma: float
    low: float
    high: float


LIGHTS = {
    "blue": Light((0.60, 0.76), 0.34, 0.105, 242, 257),
    "orange": Light((0.74, 0.80), 0.18, 0.152, 69, 56),
    "pink": Light((0.74, 0.82), 0.22, 0.105, 18, 352),
    "purple": Light((0.40, 0.58), 0.24, 0.110, 318, 304),
}


class Ground(NamedTuple):
    """The colour of what one stands on: the span of its lightness, its chroma and its hue."""

    lightness: tuple[float, float]
    chroma: float
    hue: float


GROUNDS = {
    "blue": Ground((0.42, 0.62), 0.115, 255),
    "green": Ground((0.42, 0.62), 0.100, 150),
    "red": Ground((0.42, 0.54), 0.150, 29),
    "purple": Ground((0.40, 0.54), 0.110, 306),
    "brown": Ground((0.40, 0.53), 0.075, 68),
}
"""Duller than the paint of things: asphalt, clay and dry grass."""


@dataclass(frozen=True, kw_only=True)
class RepaintStuff:
    """Paint stuff that nobody annotated another colour.

    Args:
        max_lift: by how much of OKLab's lightness it may change: the rest of the picture keeps its light.
    """

    max_lift: float = 0.24
    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "attribute")})
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda proposal, rng: self._paint(proposal)

    def _paint(self, proposal: Reworded) -> Painted | Refused:
        if proposal.targets or len(proposal.values) != 2:
            return NOT_MINE
        name, colour = proposal.values
        found = stuff(proposal.scene, name)
        if found is None:
            return Refused("stuff_not_found", f"no {name} is sure")
        look = _look(Same(proposal.scene), name)
        light = LIGHTS[colour] if name == "sky" else GROUNDS[colour]
        lift = float(np.clip(found.middle[0], *light.lightness) - found.middle[0])
        if abs(lift) > self.max_lift:
            return Refused("too_dark" if lift > 0 else "too_bright", f"by {lift:.2f} to {colour}")
        middle = found.middle
        painted = _lit(look, middle, light) if isinstance(light, Light) else _dyed(look, middle, light)
        return _patch(proposal.scene, look, painted)


class _Look(NamedTuple):
    """Stuff looked at: its rows of the picture, and what of it is seen there, pixel by pixel.

    Args:
        top: the first row.
        seen: rows x width.
        lab: of what is seen in OKLab, 3 x n.
        share: how much of each of these pixels is the stuff.
        own: the colour of that share, 3 x n.
        light: its lightness in some of all pixels of the rows.
        height: of each row, 0 where the stuff ends below, and 1 where it ends above.
    """

    top: int
    seen: Mask
    lab: Floats
    share: Floats
    own: Floats
    light: Floats
    height: Floats


@lru_cache(2)
def _look(same: Same, name: str) -> _Look:
    """Look at stuff once for all the colours that it is to be painted in."""
    scene: Scene = same.value
    found = stuff(scene, name)
    assert found is not None
    scale = max(1.0, max(scene.height, scene.width) / SIDE)
    radius = max(round(3 * scale), 3)
    rows = np.flatnonzero(found.mask.any(1)) * scene.height / len(found.mask)
    top, bottom = max(int(rows[0]) - 3 * radius, 0), int(rows[-1] + scale) + 3 * radius
    window = slice(top, bottom)
    mask = _enlarged(found.mask.astype(np.float32), scene)[window] > 0.5
    lab = to_oklab(scene.pixels[window])
    alpha = matte(lab, mask, radius).alpha * (1 - _in_front(scene)[window])
    own = _enlarged(_own(scene, found), scene)[window]
    if name != "sky":
        alpha = (alpha / 0.35).clip(0, 1) * paint_amount(lab, Body(found.colour, found.middle, mask)).clip(
            0, 1
        )
    steps = (rows[-1] - top - np.arange(len(mask))) / max(rows[-1] - rows[0], 1)
    seen = alpha > 0.02
    share, shown, hidden = alpha[seen], *(np.ascontiguousarray(within(part, seen).T) for part in (lab, own))
    some, light, behind = (thinned(part.ravel()) for part in (alpha, lab[..., 0], own[..., 0]))
    return _Look(
        top,
        seen,
        shown,
        share,
        own=share * shown + (1 - share) * hidden,
        light=some * light + (1 - some) * behind,
        height=steps.clip(0, 1).astype(np.float32),
    )


def _own(scene: Scene, found: Stuff) -> Floats:
    """The stuff's own colour near each pixel, at the reduced size."""
    size = found.mask.shape[1], found.mask.shape[0]
    lab = to_oklab(np.asarray(cv2.resize(scene.pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
    summed, share = summed_near(lab, found.mask, 11)
    total = cv2.transform(summed, np.column_stack([np.eye(3), 1e-3 * found.middle]))
    return np.asarray(cv2.divide(total, cv2.merge([share + np.float32(1e-3)] * 3)), np.float32)


def _enlarged(values: Floats, scene: Scene) -> Floats:
    large = cv2.resize(values, (scene.width, scene.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, np.float32)


def _in_front(scene: Scene) -> Floats:
    """How much of each pixel is surely an annotated thing, 0..1."""
    taken = np.zeros((scene.height, scene.width), bool)
    for index, region in enumerate(scene.regions):
        if region.outline is not None:
            taken |= scene.mask(index)
    loose = max(round(LOOSE * max(scene.height, scene.width)), 1)
    return soft(shrunk(taken, loose))


def _lit(look: _Look, middle: Floats, light: Light) -> Floats:
    """The sky in another light; where it shows through only in part, that part changes."""
    spread = percentile(look.light, 95) - percentile(look.light, 5)
    lighter = (look.own[0] - middle[0]) * min(1.0, light.span / max(spread, 1e-3))
    hue = np.deg2rad(light.low + (light.high - light.low + 180) % 360 * look.height - 180 * look.height)
    number = np.count_nonzero(look.seen, axis=1)
    across, down = np.repeat(np.cos(hue), number), np.repeat(np.sin(hue), number)
    chroma = light.chroma * (1 - 0.4 * (lighter / 0.3).clip(0, 1))
    new = np.stack([middle[0].clip(*light.lightness) + lighter, chroma * across, chroma * down])
    return np.asarray(look.lab + look.share * (new - look.own), np.float32)


def _dyed(look: _Look, middle: Floats, ground: Ground) -> Floats:
    """The ground with its hue turned and its lightness scaled, each blade and grain of it alike."""
    lightness, a, b = look.own
    turn = ground.chroma * cmath.exp(1j * math.radians(ground.hue)) / complex(*middle[1:].tolist())
    scale = middle[0].clip(*ground.lightness) / middle[0]
    new = np.stack([lightness * scale, a * turn.real - b * turn.imag, a * turn.imag + b * turn.real])
    return np.asarray(look.lab + look.share * (new - look.own), np.float32)


def _patch(scene: Scene, look: _Look, painted: Floats) -> Painted:
    """The painted rows; what shows hardly any of the stuff stays as it is."""
    pixels = scene.pixels[look.top : look.top + len(look.seen)].copy()
    put_within(pixels, look.seen, from_oklab(cv2.merge([axis[:, None] for axis in painted]))[:, 0])
    return Painted(Patch(left=0, top=look.top, pixels=pixels, mask=look.seen))
