"""Clothes in another colour: a foil of what one person wears.

In: a reworded proposal whose target is a person and whose value is the new colour; the garment is the
one of the old colour whose box is the edit's. Out: a patch around it. Skin, print and whatever else
is not of the cloth stays as it is; where too much of the old colour would stay too, nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, NamedTuple

import cv2
import numpy as np

from counterfoil.mine.editors.cover import cover
from counterfoil.mine.editors.dye import DYES, LIT, dye, dyed
from counterfoil.mine.editors.editor import NOT_MINE, Paint, Painted, Refused
from counterfoil.mine.editors.hole import share
from counterfoil.mine.editors.matte import guided
from counterfoil.mine.editors.paint import is_seen
from counterfoil.mine.editors.view import View, look_at, looseness
from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.perceive.fabric import Tinted, calm, likeness, ramp, tinted
from counterfoil.mine.perceive.garment import SIDE, Garment, garments
from counterfoil.mine.perceive.oklab import Floats, from_oklab, to_oklab
from counterfoil.mine.percentile import percentile
from counterfoil.mine.stage import Run
from counterfoil.mine.within import put_within
from counterfoil.records import Box, Kind, Mask, Operation, Patch, Pixels, Reworded, Same, Scene

PERSON = "person"

DIM = 0.6
"""Least lightness that white is taken to have: in less a camera exposes for longer."""

MAX_LIFT = 0.21
"""So much lighter cloth may become, in OKLab lightness."""


class Worn(NamedTuple):
    """A garment of a person in a scene: where the person's crop lies, the garment in it, and its box."""

    view: View
    garment: Garment
    box: Box


@dataclass(frozen=True, kw_only=True)
class ClothesLimits:
    """What is still painted.

    Args:
        min_area: smallest garment, as a share of the picture.
        min_contrast: how well its edge can be told, 0..1 (see `Cover`).
        max_left: how much of the old cloth may stay near it, as a share of the garment.
        max_bare: how much of the garment may stay as it is, 0..1.
        max_blown: how much of the cloth may be overexposed, 0..1.
        min_light: least lightness of the old cloth: in deeper black no folds are left.
    """

    min_area: float = 0.003
    min_contrast: float = 0.45
    max_left: float = 0.022
    max_bare: float = 0.08
    max_blown: float = 0.3
    min_light: float = 0.12


@dataclass(frozen=True, kw_only=True)
class Clothes:
    """Dye one garment of one person."""

    limits: ClothesLimits = field(default_factory=ClothesLimits)
    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "attribute")})
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda foil, rng: _paint(foil, self.limits)


def worn_by(scene: Scene, region: int) -> Sequence[Worn]:
    """The garments of one colour each that a person of a scene wears, the largest first."""
    return _worn_by(Same(scene), region)


@lru_cache(16)
def _worn_by(same: Same, region: int) -> Sequence[Worn]:
    scene: Scene = same.value
    view = look_at(scene, region, margin=3 * looseness(scene, region))
    return [Worn(view, found, _box(scene, view, found)) for found in garments(view.pixels, view.mask)]


def garment_mask(foil: Reworded, region: int) -> Mask | None:
    """The garment that an edit of a person is about, at the picture's size; None where it is about none."""
    scene = foil.scene
    if scene.regions[region].label != PERSON:
        return None
    for view, found, box in worn_by(scene, region):
        if box == foil.edit.box:
            mask = np.zeros((scene.height, scene.width), bool)
            height, width = found.mask.shape
            mask[view.top : view.top + height, view.left : view.left + width] = found.mask
            return mask
    return None


def _box(scene: Scene, view: View, found: Garment) -> Box:
    left, top, width, height = cv2.boundingRect(found.mask.view(np.uint8))
    left, top = left + view.left, top + view.top
    right, bottom = left + width, top + height
    return left / scene.width, top / scene.height, right / scene.width, bottom / scene.height


def can_paint(scene: Scene, region: int, worn: Worn, limits: ClothesLimits | None = None) -> bool:
    """Whether a garment can be dyed at all, without leaving too much of the old colour."""
    which = [other.box for other in worn_by(scene, region)].index(worn.box)
    return isinstance(_look(Same(scene), region, which, limits or ClothesLimits()), _Ready)


def can_become(worn: Worn, name: str) -> bool:
    """Whether a garment is light enough for a colour: a light one on dark cloth would glow."""
    new = dyed(worn.garment.middle, name, _light(worn))
    return float(new[0]) - worn.garment.lightness <= MAX_LIFT


def _paint(foil: Reworded, limits: ClothesLimits) -> Painted | Refused:
    scene = foil.scene
    if len(foil.targets) != 1 or scene.regions[foil.targets[0]].label != PERSON:
        return NOT_MINE
    (region,), (name,) = foil.targets, foil.values
    which = [i for i, worn in enumerate(worn_by(scene, region)) if worn.box == foil.edit.box]
    if not which or name not in DYES:
        return Refused("no_garment", f"region {region} wears nothing that could become {name}")
    ready = _look(Same(scene), region, which[0], limits)
    if isinstance(ready, Refused):
        return ready
    worn = worn_by(scene, region)[which[0]]
    if not can_become(worn, name):
        return Refused("too_dark", f"cloth of lightness {worn.garment.lightness:.2f} to {name}")
    new = dyed(worn.garment.middle, name, _light(worn))
    touched, pixels = is_seen(ready.amount), ready.pixels.copy()
    painted = from_oklab(dye(ready.lab, ready.amount, ready.like, ready.garment.middle, new))
    put_within(pixels, touched, painted[:, 0])
    return Painted(
        Patch(left=ready.left, top=ready.top, pixels=pixels, mask=touched), {"clothes.left": ready.rest}
    )


class _Ready(NamedTuple):
    """A garment looked at once for all its new colours: its crop, and how much of each pixel is cloth."""

    left: int
    top: int
    pixels: Pixels
    lab: Floats
    garment: Garment
    amount: Floats
    like: Floats
    rest: float


@lru_cache(16)
def _look(same: Same, region: int, which: int, limits: ClothesLimits) -> _Ready | Refused:
    scene: Scene = same.value
    view, found, _ = worn_by(scene, region)[which]
    radius = _radius(scene, region, view)
    rows, columns = _window(found.mask, 4 * radius)
    pixels, mask, body = view.pixels[rows, columns], found.mask[rows, columns], view.mask[rows, columns]
    lab = to_oklab(pixels)
    if refused := _unfit(scene, lab, mask, found, limits):
        return refused
    shown = tinted(calm(lab))
    like = likeness(shown, found.middle)
    edge = cover(lab, like, mask, body, radius)
    if edge.contrast < limits.min_contrast:
        return Refused("edge_not_visible", f"contrast {edge.contrast:.2f}")
    free = _cloth(shown, found.middle, radius) * (1 - view.taken[rows, columns])
    amount = np.asarray(edge.amount * free, np.float32)
    bare = share((amount < 0.5) & mask, mask)
    rest = _left_over(like, amount, mask, body, radius)
    if bare > limits.max_bare or rest > limits.max_left:
        return Refused("colour_left_over", f"{bare:.2f} of it stays, {rest:.2f} around it")
    return _Ready(view.left + columns.start, view.top + rows.start, pixels, lab, found, amount, like, rest)


def _radius(scene: Scene, region: int, view: View) -> int:
    """How far the garment's outline may be wrong: by the outline of the person, and by a searched pixel."""
    searched = max(int(view.mask.shape[0]), int(view.mask.shape[1])) / SIDE
    return max(looseness(scene, region), round(searched) + 1)


def _window(mask: Mask, margin: int) -> tuple[slice, slice]:
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    rows = slice(max(top - margin, 0), top + height + margin)
    return rows, slice(max(left - margin, 0), left + width + margin)


def _unfit(scene: Scene, lab: Floats, mask: Mask, found: Garment, limits: ClothesLimits) -> Refused | None:
    """Refuse what is too small to be seen, or too dark or bright to show its folds."""
    area = np.count_nonzero(mask) / (scene.width * scene.height)
    if area < limits.min_area:
        return Refused("too_small", f"{area:.4f} of the picture")
    if found.lightness < limits.min_light:
        return Refused("too_dark", f"cloth of lightness {found.lightness:.2f}")
    blown = share((lab[..., 0] > 0.975) & mask, mask)
    return Refused("overexposed", f"{blown:.2f} of the cloth") if blown > limits.max_blown else None


def _cloth(shown: Tinted, middle: Floats, radius: int) -> Floats:
    """Where it might be cloth, print and skin being none, 0..1; what is dark may be in deep shade."""
    _, u, v = tinted(middle)
    away = magnitude(shown.u - u, shown.v - v) / (0.08 + 0.75 * float(np.hypot(u, v)))
    lightness = shown.lightness / max(float(middle[0]), 0.3)
    other = ramp((away - 0.8) / 0.5) * ramp((lightness - 0.35) / 0.3)
    return guided(shown.lightness, 1 - other, max(radius // 2, 1)).clip(0, 1)


def _left_over(like: Floats, amount: Floats, mask: Mask, body: Mask, radius: int) -> float:
    """How much of the old cloth stays on the person near the garment, as a share of the garment."""
    size = 4 * radius + 3
    near = cv2.dilate(mask.view(np.uint8), np.ones((size, size), np.uint8)).view(np.bool_)
    stays = near & body & (like > 0.5) & (amount < 0.4)
    return share(stays, mask)


def _light(worn: Worn) -> float:
    """How light white is there: as the garment's own white, or as what is lightest around."""
    if worn.garment.colour == "white":
        return worn.garment.lightness
    around = to_oklab(worn.view.pixels[::4, ::4])[..., 0]
    return min(max(percentile(around.ravel(), 97), DIM), LIT)
