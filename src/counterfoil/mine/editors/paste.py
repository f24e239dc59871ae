"""A thing from another photo put into this one: a scene, a cut-out and a box in, a patch out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.cutouts import Cutout, Cutouts
from counterfoil.mine.donors import SUPPORTS, Cut, kinds
from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.editors.harmonise import as_sharp_as, cast, in_light_of, scaled, with_grain
from counterfoil.mine.editors.remove import Limits, erase, refusal
from counterfoil.mine.editors.shadow import contact_shadow, sunk
from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.stage import Run
from counterfoil.mine.terrain import FARTHER, MOST_HIDDEN, may_be_hidden
from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Kind, Mask, Operation, Patch, Pixels, Reworded, Scene

Spot = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

MAX_UPSCALE = 1.2
MAX_AREA = 0.3
MIN_SEEN = 20.0
_PLAIN = 8.0
"""Standard deviation in grey levels of ground that shows no texture, sharp or not."""
_GOING = Limits(max_cover=1.0)
_LITTLE_OPEN, MAX_OPEN = 0.01, 0.02
"""Share of the picture that a thing leaves open where another comes: so little can always be filled; most."""


@dataclass(frozen=True, kw_only=True)
class Add:
    """Paste a thing of a category that the picture lacks into the edit's box."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("add", "object")})
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Paint:
        """Open the bank and return the function that paints."""
        cutouts = Cutouts(run.folder)
        return lambda edited, rng: paste(edited.scene, cutouts, edited, rng)


@dataclass(frozen=True, kw_only=True)
class Replace:
    """Take a thing out, and paste one of another category in its place."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "object")})
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Paint:
        """Open the bank and return the function that paints."""
        cutouts = Cutouts(run.folder)
        return lambda edited, rng: paste(edited.scene, cutouts, edited, rng, edited.targets[0])


def paste(
    scene: Scene, cutouts: Cutouts, edited: Reworded, rng: random.Random, instead_of: int | None = None
) -> Painted | Refused:
    """Find the cut-out that the edit's box was made for, and paste it."""
    if edited.edit.box is None or not edited.values:
        return Refused("no_place", "the edit names no box or no category")
    label, box = edited.values[0], edited.edit.box
    cutout = cutouts.fitting(label, scene.key, box, scene.width, scene.height)
    if cutout is None:
        return Refused("no_cutout", f"no {label} of that shape in another photo")
    return paste_cutout(scene, cutout, cutouts.pixels(cutout.id), box, rng, instead_of=instead_of)


def paste_cutout(
    scene: Scene,
    cutout: Cutout,
    cut: Cut,
    box: Box,
    rng: random.Random,
    *,
    instead_of: int | None = None,
) -> Painted | Refused:
    """Paste a cut-out into a box of a scene, in the light of what is around it.

    Args:
        scene: the picture that changes.
        cutout: what is pasted.
        cut: its pixels.
        box: where; the thing's foot stands on its lower edge.
        rng: the only source of chance.
        instead_of: a region whose thing goes.
    """
    spot = to_pixels(box, scene.height, scene.width)
    if refused := _refusal(scene, cutout, cut, spot, instead_of):
        return refused
    before, gone = _cleared(scene, instead_of, cut[..., 3], spot, rng)
    if isinstance(before, Refused):
        return before
    room = _room(spot, gone)
    placed = _placed(scaled(cut, spot[2] - spot[0], spot[3] - spot[1]), spot, room)
    noise = np.random.default_rng(rng.getrandbits(64))
    a, b = cast(scene.pixels).tolist()
    painted, changed = _composed(placed, before[room], kinds()[cutout.label].stands != "sky", noise, (a, b))
    seen = _seen(placed[..., 3], painted, before[room])
    if seen < MIN_SEEN:
        return Refused("hardly_seen", f"{seen:.0f} levels of Lab from what is behind")
    mask = changed | gone[room]
    pixels = np.asarray(cv2.copyTo(painted, mask.view(np.uint8), scene.pixels[room].copy()), np.uint8)
    patch = Patch(left=room[1].start, top=room[0].start, pixels=pixels, mask=mask)
    scale = (spot[3] - spot[1]) / cutout.height
    return Painted(patch, {"cutout": float(cutout.id), "paste.scale": scale, "paste.seen": seen})


def _refusal(scene: Scene, cutout: Cutout, cut: Cut, spot: Spot, instead_of: int | None) -> Refused | None:
    """Why a cut-out cannot go there; None where it can."""
    left, top, right, bottom = spot
    scale, share = (bottom - top) / cutout.height, (right - left) * (bottom - top) / scene.pixels[..., 0].size
    if cutout.key == scene.key:
        return Refused("no_cutout", "the cut-out comes from this very photo")
    if scale > MAX_UPSCALE:
        return Refused("upscaled", f"the {cutout.label} would be {scale:.2f} times as large as it was")
    if share > MAX_AREA:
        return Refused("too_large", f"{share:.0%} of the picture")
    shape = cv2.resize(cut[..., 3], (right - left, bottom - top), interpolation=cv2.INTER_AREA) > 127
    for index, region in enumerate(scene.regions):
        if index != instead_of and region.label not in SUPPORTS and _meet(region.box, spot, scene):
            hidden = np.count_nonzero(scene.mask(index)[top:bottom, left:right] & shape)
            farther = may_be_hidden(region) and region.box[3] < bottom / scene.height - FARTHER
            allowed = (
                MOST_HIDDEN * np.count_nonzero(scene.mask(index)) if farther and instead_of is None else 0
            )
            if hidden > max(0.01 * np.count_nonzero(shape), allowed):
                return Refused("would_cover", f"{hidden} pixels of a {region.label}")
    return None


def _meet(box: Box, spot: Spot, scene: Scene) -> bool:
    left, top, right, bottom = to_pixels(box, scene.height, scene.width)
    return left < spot[2] and spot[0] < right and top < spot[3] and spot[1] < bottom


def _left_open(old: Mask, shape: NDArray[np.uint8], spot: Spot) -> float:
    """Share of the picture where a thing goes and the one that comes in its place does not hide it."""
    left, top, right, bottom = spot
    alpha = cv2.resize(shape, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    hidden = np.count_nonzero(old[top:bottom, left:right] & (alpha > 127))
    return float(np.count_nonzero(old) - hidden) / old.size


def _cleared(
    scene: Scene, gone: int | None, shape: NDArray[np.uint8], spot: Spot, rng: random.Random
) -> tuple[Pixels | Refused, Mask]:
    """The picture without the thing that goes, and where it was."""
    where = np.zeros((scene.height, scene.width), bool)
    if gone is None:
        return scene.pixels, where
    left_open = _left_open(scene.mask(gone), shape, spot)
    if left_open > MAX_OPEN:
        return Refused("left_open", f"{left_open:.1%} of the picture"), where
    if left_open > _LITTLE_OPEN and (refused := refusal(scene, (gone,), _GOING)):
        return refused, where
    erased = erase(scene, (gone,), rng, _GOING)
    if isinstance(erased, Refused):
        return erased, where
    where[erased.patch.window()] = erased.patch.mask
    return erased.patch.onto(scene.pixels), where


def _room(spot: Spot, gone: Mask) -> tuple[slice, slice]:
    """The rows and columns of a box and of what goes, with room for a shadow and for surroundings."""
    left, top, right, bottom = spot
    margin = max(12, round(0.6 * max(right - left, bottom - top)))
    if gone.any():
        x, y, width, height = cv2.boundingRect(gone.view(np.uint8))
        left, top, right, bottom = min(left, x), min(top, y), max(right, x + width), max(bottom, y + height)
    rows = slice(max(top - margin, 0), min(bottom + margin, gone.shape[0]))
    return rows, slice(max(left - margin, 0), min(right + margin, gone.shape[1]))


def _placed(cut: Cut, spot: Spot, room: tuple[slice, slice]) -> Cut:
    """A cut-out at its place in an otherwise empty crop."""
    rows, columns = room
    placed = np.zeros((rows.stop - rows.start, columns.stop - columns.start, 4), np.uint8)
    top, left = spot[1] - rows.start, spot[0] - columns.start
    placed[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return placed


def _seen(alpha: NDArray[np.uint8], painted: Pixels, before: Pixels) -> float:
    """How much a thing differs from what it hides, median distance in Lab, each 0..255."""
    inside = alpha > 127
    after, old = (
        cv2.cvtColor(crop, cv2.COLOR_RGB2LAB).astype(np.float32)[inside] for crop in (painted, before)
    )
    return float(np.median(magnitude(*(after - old).T))) if inside.any() else 0.0


def _beside(alpha: NDArray[np.float32]) -> Mask:
    """What lies around a thing, no farther away than a third of its size."""
    shown = alpha > 0.05
    _, _, width, height = cv2.boundingRect(shown.view(np.uint8))
    reach = 2 * max(6, round(0.3 * max(width, height))) + 1
    return np.asarray((cv2.dilate(shown.view(np.uint8), np.ones((reach, reach), np.uint8)) > 0) & ~shown)


def _in_focus(alpha: NDArray[np.float32], crop: Pixels) -> Pixels:
    """The rows of a crop around a thing's foot, else all of it where the ground is too plain."""
    rows = np.flatnonzero((alpha > 0.5).any(1))
    reach = max(8, round(0.2 * len(rows)))
    ground = crop[max(rows[-1] - reach, 0) : rows[-1] + reach] if len(rows) else crop
    return ground if ground.mean(2).std() > _PLAIN else crop


def _composed(
    placed: Cut, crop: Pixels, stands: bool, noise: np.random.Generator, tint: tuple[float, float]
) -> tuple[Pixels, Mask]:
    """The cut-out over the crop in the crop's light, with its shadow, and what of the crop it changed."""
    alpha = placed[..., 3].astype(np.float32) / np.float32(255)
    colours = in_light_of(placed[..., :3], alpha, crop[_beside(alpha)][:, None], tint)
    colours = as_sharp_as(colours, alpha, _in_focus(alpha, crop) if stands else crop)
    colours = with_grain(colours, alpha, crop, noise)
    light = contact_shadow(alpha) if stands else np.ones_like(alpha)
    alpha = sunk(alpha, crop) if stands else alpha
    shaded = crop * cv2.merge([light] * 3)
    shaded += (colours - shaded) * cv2.merge([alpha] * 3)
    return np.asarray(cv2.convertScaleAbs(shaded), np.uint8), (alpha > 0) | (light < 0.99)
