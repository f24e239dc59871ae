"""Things painted another colour: a foil of one changed attribute, or of two that are exchanged.

In: a reworded proposal whose first target becomes the first of its values (for a swap, both). Out:
a patch around the targets; pixels that show no paint of theirs stay exactly as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, NamedTuple

import cv2
import numpy as np

from counterfoil.mine.editors.editor import NOT_MINE, Paint, Painted, Refused
from counterfoil.mine.editors.matte import matte, shrunk
from counterfoil.mine.editors.paint import (
    ACHROMATIC,
    TONES,
    Body,
    body_of,
    body_without_name,
    paint_amount,
    repaint,
)
from counterfoil.mine.editors.view import View, look_at, looseness, soft
from counterfoil.mine.perceive.colour import core, region_colour
from counterfoil.mine.perceive.garment import LIKE_SKIN, garment
from counterfoil.mine.perceive.oklab import Floats, from_oklab, to_oklab
from counterfoil.mine.stage import Run
from counterfoil.records import Kind, Mask, Operation, Patch, Pixels, Reworded, Same, Scene


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an editor of colours still paints.

    Args:
        min_area: smallest mask, as a share of the picture.
        min_side: shorter side of its box, in pixels.
        min_piece: the largest connected piece, as a share of the mask.
        min_contrast: how well the edge can be told, 0..1 (see `Matte`); only for black, white, grey.
        max_spill: how much of what lies around it looks like its paint, 0..1.
        max_lift: how much lighter the paint may become, in OKLab lightness.
        max_glow: how much lighter than what is light nearby.
        min_light: least lightness of the old paint; in deeper black no shading is left.
        night: lightness of its surroundings below which grey is not painted.
        max_blown: how much of the old paint may be overexposed, 0..1: there no shading is left either.
    """

    min_area: float = 0.003
    min_side: int = 24
    min_piece: float = 0.55
    min_contrast: float = 0.5
    max_spill: float = 0.35
    max_lift: float = 0.47
    max_glow: float = 0.15
    min_light: float = 0.08
    night: float = 0.35
    max_blown: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Recolour:
    """Paint one thing another colour."""

    limits: Limits = field(default_factory=Limits)
    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "attribute")})
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda foil, rng: _paint_all(foil, self.limits)


@dataclass(frozen=True, kw_only=True)
class SwapColours:
    """Paint two things, each in the other's colour."""

    limits: Limits = field(default_factory=Limits)
    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("swap", "attribute")})
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda foil, rng: _paint_all(foil, self.limits)


def _paint_all(foil: Reworded, limits: Limits) -> Painted | Refused:
    if not foil.targets:
        return NOT_MINE
    told = (foil.edit.before,) if foil.edit.operation == "replace" else foil.values[::-1]
    patches: list[Patch] = []
    for region, before, after in zip(foil.targets, told, foil.values, strict=True):
        patch = _paint_one(foil.scene, region, before, after, limits)
        if isinstance(patch, Refused):
            return patch
        patches.append(patch)
    return Painted(patches[0] if len(patches) == 1 else _joined(foil.scene.pixels, patches))


class _Ready(NamedTuple):
    """A region looked at: its crop, there and in OKLab, its paint, and how much of each pixel is paint."""

    view: View
    lab: Floats
    body: Body
    amount: Floats


def _paint_one(scene: Scene, region: int, told: str, name: str, limits: Limits) -> Patch | Refused:
    """The patch that shows one region in another colour."""
    ready = _look(Same(scene), region, "" if told.startswith("not ") else told, limits)
    if isinstance(ready, Refused):
        return ready
    view, lab, body, amount = ready
    if body.name == name:
        return Refused("no_colour_to_change", f"region {region} is {name} already")
    if refused := _glows(lab, body, name, limits):
        return refused
    touched = amount > 0.02
    painted = from_oklab(repaint(lab, body, amount, name))
    painted = np.asarray(cv2.copyTo(painted, touched.view(np.uint8), view.pixels.copy()), np.uint8)
    return Patch(left=view.left, top=view.top, pixels=painted, mask=touched)


@lru_cache(8)
def _look(same: Same, region: int, told: str, limits: Limits) -> _Ready | Refused:
    """Look at a region once for all the colours that it is to be painted in.

    Args:
        same: the scene.
        region: which.
        told: what it is called now; "" where only what it is not is told.
        limits: what is still painted.
    """
    scene: Scene = same.value
    radius = looseness(scene, region)
    view = look_at(scene, region, margin=3 * radius)
    if scene.regions[region].label == "person":
        view = _dressed(view)
    if refused := _too_little(view, scene, limits):
        return refused
    lab = to_oklab(view.pixels)
    body = _body(view, lab, told)
    if body is None:
        return Refused("no_colour_to_change", f"no one colour of region {region} dominates")
    edge = matte(lab, view.mask, radius, body.seen)
    spill = _spill(lab, body, view.mask, radius)
    if refused := _hard_to_tell(body, edge.contrast, spill, limits) or _no_shading(lab, body, limits):
        return refused
    return _Ready(view, lab, body, paint_amount(lab, body) * _reach(edge.alpha, body) * (1 - view.taken))


def _body(view: View, lab: Floats, told: str) -> Body | None:
    """What is to be painted: the paint that is told of, else the one that it shows most."""
    if not told:
        return body_without_name(lab, core(view.mask))
    now = region_colour(view.pixels, view.mask, told)
    return now and body_of(view.pixels, lab, core(view.mask), now.name)


def _dressed(view: View) -> View:
    """Of a person the clothes alone; where skin might pass for their paint, the rest is out of reach."""
    found = garment(view.pixels, view.mask)
    if found is None:
        return view._replace(mask=np.zeros_like(view.mask))
    bare = view.mask & ~found.mask if found.colour in LIKE_SKIN else np.zeros_like(view.mask)
    return view._replace(mask=found.mask, taken=np.maximum(view.taken, soft(bare)))


def _too_little(view: View, scene: Scene, limits: Limits) -> Refused | None:
    """Refuse what is too small, thin or torn for a new colour to be seen."""
    area, height, width = (int(part.sum()) for part in (view.mask, view.mask.any(1), view.mask.any(0)))
    if area < limits.min_area * scene.width * scene.height or min(height, width) < limits.min_side:
        return Refused("too_small", f"{area} pixels of {width} x {height}")
    _, _, pieces, _ = cv2.connectedComponentsWithStats(view.mask.view(np.uint8))
    largest = int(pieces[1:, cv2.CC_STAT_AREA].max())
    if largest < limits.min_piece * area:
        return Refused("fragmented", f"the largest piece has {largest} of {area} pixels")
    return None


def _reach(alpha: Floats, body: Body) -> Floats:
    """How far the paint is looked for, from the soft edge.

    Beyond it where its own hue tells what is paint; not as far as it for black, which shadows are too.
    """
    low, high = {"black": (0.5, 1.0), "white": (0.1, 0.65), "grey": (0.1, 0.65)}.get(body.name, (0.02, 0.35))
    return np.asarray(np.clip((alpha - low) / (high - low), 0, 1), np.float32)


def _hard_to_tell(body: Body, contrast: float, spill: float, limits: Limits) -> Refused | None:
    """Refuse what does not stand out from what is around it."""
    if body.name in ACHROMATIC and contrast < limits.min_contrast:
        return Refused("edge_not_visible", f"contrast {contrast:.2f}")
    if spill > limits.max_spill:
        return Refused("background_alike", f"{spill:.2f} of its surroundings is {body.name} too")
    return None


def _no_shading(lab: Floats, body: Body, limits: Limits) -> Refused | None:
    """Refuse what is so dark or so bright that paint on it would be flat or noisy; at night all is grey."""
    around = float(np.median(lab[::4, ::4, 0]))
    if body.middle[0] < limits.min_light or (body.name == "grey" and around < limits.night):
        return Refused("too_dark", f"{body.name} of lightness {body.middle[0]:.2f} among {around:.2f}")
    blown = float((lab[..., 0][body.seen] > 0.97).mean()) if body.name == "white" else 0.0
    return Refused("overexposed", f"{blown:.2f} of the white") if blown > limits.max_blown else None


def _glows(lab: Floats, body: Body, name: str, limits: Limits) -> Refused | None:
    """Refuse paint much lighter than the old (noise would show), or than anything near it (it would glow)."""
    old, new = float(body.middle[0]), float(TONES[name].at(body.middle[0])[0])
    light = float(np.percentile(lab[::4, ::4, 0], 95))
    if new - old > limits.max_lift or new > max(light, old) + limits.max_glow:
        return Refused("too_dark", f"{body.name} of lightness {old:.2f} in light of {light:.2f} to {name}")
    return None


def _spill(lab: Floats, body: Body, mask: Mask, radius: int) -> float:
    """The share of a ring around the thing, beyond its loose outline, that has its very colour."""
    ring = shrunk(~mask, radius) & ~shrunk(~mask, 3 * radius)
    around = lab[::2, ::2][ring[::2, ::2]] - body.middle
    return float(((around * around).sum(1) < 0.1**2).mean()) if len(around) else 0.0


def _joined(pixels: Pixels, patches: Sequence[Patch]) -> Patch:
    """One patch that holds several; where two paint the same pixel the later one shows."""
    left, top = min(p.left for p in patches), min(p.top for p in patches)
    right = max(p.left + p.mask.shape[1] for p in patches)
    bottom = max(p.top + p.mask.shape[0] for p in patches)
    painted = pixels[top:bottom, left:right].copy()
    mask = np.zeros(painted.shape[:2], bool)
    for patch in patches:
        rows = slice(patch.top - top, patch.top - top + patch.mask.shape[0])
        columns = slice(patch.left - left, patch.left - left + patch.mask.shape[1])
        painted[rows, columns][patch.mask] = patch.pixels[patch.mask]
        mask[rows, columns] |= patch.mask
    return Patch(left=left, top=top, pixels=painted, mask=mask)
