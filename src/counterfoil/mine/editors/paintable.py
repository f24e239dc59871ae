"""Whether a thing can be painted at all: a scene and a region in, what the painting needs out.

Rules ask beforehand, so that no edit is proposed that nobody can draw; the editor asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from counterfoil.mine.editors.ambience import ambience_of
from counterfoil.mine.editors.editor import Refused
from counterfoil.mine.editors.hole import share
from counterfoil.mine.editors.matte import matte, shrunk
from counterfoil.mine.editors.paint import ACHROMATIC, Body, body_of, body_without_name, paint_amount
from counterfoil.mine.editors.tones import TONES, Ambience
from counterfoil.mine.editors.view import View, look_at, looseness
from counterfoil.mine.perceive.colour import core, region_colour
from counterfoil.mine.perceive.oklab import Floats, to_oklab
from counterfoil.mine.percentile import percentile
from counterfoil.mine.within import within
from counterfoil.records import Mask, Same, Scene


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an editor of colours still paints.

    Args:
        min_area: smallest mask, as a share of the picture.
        min_side: shorter side of its box, in pixels.
        min_fill: the mask as a share of that box: slivers of what is hidden have less.
        min_piece: the largest connected piece, as a share of the mask.
        min_contrast: how well the edge can be told, 0..1 (see `Matte`), for black, white and grey.
        max_spill: how much of what lies around it looks like its paint, 0..1.
        max_seen_spill: the same where its edge shows all the same, with that contrast; never for black.
        alike: from which such share on paint is not looked for beyond the soft edge.
        max_lift: how much lighter the paint may become, in OKLab lightness.
        max_glow: how much lighter than what is light nearby.
        min_light: least lightness of the old paint; in deeper black no shading is left.
        night: lightness of its surroundings below which grey is not painted.
        max_blown: how much of the old paint may be overexposed, 0..1: there no shading is left either.
    """

    min_area: float = 0.003
    min_side: int = 24
    min_fill: float = 0.15
    min_piece: float = 0.55
    min_contrast: float = 0.5
    max_spill: float = 0.35
    max_seen_spill: float = 0.6
    alike: float = 0.25
    max_lift: float = 0.4
    max_glow: float = 0.15
    min_light: float = 0.08
    night: float = 0.35
    max_blown: float = 0.7


_DISC = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)), np.uint8)


class Known(NamedTuple):
    """What decides whether a thing can take a colour.

    Args:
        name: of its paint; "" where it has none.
        lightness: of its paint in OKLab, 0..1.
        share: how much of its outline shows the paint, 0..1.
        light: lightness of what is light nearby, 0..1.
        ambience: the light around it, and how colourful what is there.
    """

    name: str
    lightness: float
    share: float
    light: float
    ambience: Ambience


class Ready(NamedTuple):
    """A region looked at: its crop, there and in OKLab, its paint, and how much of each pixel is paint."""

    view: View
    lab: Floats
    body: Body
    amount: Floats
    known: Known


def can_paint(scene: Scene, region: int, told: str, name: str, limits: Limits) -> bool:
    """Whether a thing can be shown in another colour.

    Args:
        scene: the scene.
        region: the thing.
        told: its colour before, as the edit says it ("red", "not blue").
        name: its colour after.
        limits: the editor's.
    """
    known = _know(Same(scene), region, own_name(told), limits)
    return not isinstance(known, Refused) and unfit(known, name, limits) is None


def paint_share(scene: Scene, region: int, limits: Limits) -> float:
    """How much of a thing's outline shows its one paint, 0..1; 0 where it cannot be painted."""
    known = _know(Same(scene), region, "", limits)
    return 0.0 if isinstance(known, Refused) else known.share


def own_name(told: str) -> str:
    """What a thing is called now; "" where only what it is not is told."""
    return "" if told.startswith("not ") else told


def unfit(known: Known, name: str, limits: Limits) -> Refused | None:
    """Refuse paint much lighter than the old (noise would show), or than anything near it (it would glow)."""
    if known.name == name:
        return Refused("no_colour_to_change", f"it is {name} already")
    old, new = known.lightness, float(TONES[name].at(known.lightness, known.ambience)[0])
    if new - old > limits.max_lift or new > max(known.light, old) + limits.max_glow:
        return Refused(
            "too_dark", f"{known.name} of lightness {old:.2f} in light of {known.light:.2f} to {name}"
        )
    return None


@lru_cache(64)
def _know(same: Same, region: int, told: str, limits: Limits) -> Known | Refused:
    """What is known of a region, small enough to be kept from one rule to the next."""
    ready = look(same, region, told, limits)
    return ready if isinstance(ready, Refused) else ready.known


@lru_cache(8)
def look(same: Same, region: int, told: str, limits: Limits) -> Ready | Refused:
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
    reach = _reach(edge.alpha, body, alike=spill > limits.alike)
    amount = _trimmed(paint_amount(lab, body) * reach * (1 - view.taken), view.mask)
    painted = share((amount > 0.5) & view.mask, view.mask)
    light = percentile(lab[::4, ::4, 0].ravel(), 95)
    known = Known(body.name, float(body.middle[0]), painted, light, ambience_of(scene, region, body))
    return Ready(view, lab, body, amount, known)


def _body(view: View, lab: Floats, told: str) -> Body | None:
    """What is to be painted: the paint that is told of, else the one that it shows most."""
    if not told:
        return body_without_name(lab, core(view.mask))
    now = region_colour(view.pixels, view.mask, told)
    return now and body_of(view.pixels, lab, core(view.mask), now.name)


def _too_little(view: View, scene: Scene, limits: Limits) -> Refused | None:
    """Refuse what is too small, thin or torn for a new colour to be seen."""
    area, height, width = (np.count_nonzero(part) for part in (view.mask, view.mask.any(1), view.mask.any(0)))
    if area < limits.min_area * scene.width * scene.height or min(height, width) < limits.min_side:
        return Refused("too_small", f"{area} pixels of {width} x {height}")
    if area < limits.min_fill * width * height:
        return Refused("too_thin", f"{area} pixels of {width} x {height}")
    _, _, pieces, _ = cv2.connectedComponentsWithStats(view.mask.view(np.uint8))
    largest = int(pieces[1:, cv2.CC_STAT_AREA].max())
    if largest < limits.min_piece * area:
        return Refused("fragmented", f"the largest piece has {largest} of {area} pixels")
    return None


def _reach(alpha: Floats, body: Body, *, alike: bool) -> Floats:
    """How far the paint is looked for, from the soft edge.

    Beyond it where its own hue tells what is paint; not as far as it for black, which shadows are too, and
    where what lies around is alike.
    """
    tight = 0.5, 1.0
    plain = tight if alike else (0.1, 0.65)
    ramps = {"black": tight, "white": plain, "grey": plain}
    low, high = ramps.get(body.name, (0.3, 0.8) if alike else (0.02, 0.35))
    return np.asarray(np.clip((alpha - low) / (high - low), 0, 1), np.float32)


def _trimmed(amount: Floats, mask: Mask) -> Floats:
    """The paint less thin lines that stick out of the outline: markings on a road, joints of a wall."""
    whole = ((amount > 0.1) | mask).view(np.uint8)
    solid = cv2.morphologyEx(whole, cv2.MORPH_OPEN, _DISC) | mask.view(np.uint8)
    return np.asarray(amount * cv2.dilate(solid, np.ones((3, 3), np.uint8)), np.float32)


def _hard_to_tell(body: Body, contrast: float, spill: float, limits: Limits) -> Refused | None:
    """Refuse what does not stand out from what is around it."""
    is_seen = contrast >= limits.min_contrast
    if body.name in ACHROMATIC and not is_seen:
        return Refused("edge_not_visible", f"contrast {contrast:.2f}")
    if spill > (limits.max_seen_spill if is_seen and body.name != "black" else limits.max_spill):
        return Refused("background_alike", f"{spill:.2f} of its surroundings is {body.name} too")
    return None


def _no_shading(lab: Floats, body: Body, limits: Limits) -> Refused | None:
    """Refuse what is so dark or so bright that paint on it would be flat or noisy; at night all is grey."""
    around = percentile(lab[::4, ::4, 0].ravel(), 50)
    if body.middle[0] < limits.min_light or (body.name == "grey" and around < limits.night):
        return Refused("too_dark", f"{body.name} of lightness {body.middle[0]:.2f} among {around:.2f}")
    blown = float((lab[..., 0][body.seen] > 0.97).mean()) if body.name == "white" else 0.0
    return Refused("overexposed", f"{blown:.2f} of the white") if blown > limits.max_blown else None


def _spill(lab: Floats, body: Body, mask: Mask, radius: int) -> float:
    """The share of a ring around the thing, beyond its loose outline, that has its very colour."""
    ring = shrunk(~mask, radius) & ~shrunk(~mask, 3 * radius)
    around = within(lab[::2, ::2], ring[::2, ::2]) - body.middle
    lightness, a, b = (around * around).T
    alike = lightness + a + b < 0.1**2
    return np.count_nonzero(alike) / len(around) if len(around) else 0.0
