"""One more of a thing of this very photo: a scene, one of its things and a box in, a patch out.

No other cut-out has the light, the grain, the sharpness and the viewpoint of the picture. The thing's
shadow comes along: what the ground at its foot lacks of light, the ground at the new place lacks too.
"""

from __future__ import annotations

import json
import random
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.donors import Cut, corrected, cut_along, overlap
from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.matte import soft_mask
from counterfoil.mine.percentile import percentile_of_all
from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Mask, Patch, Pixels, Reworded, Scene

Floats = NDArray[np.float32]
Window = tuple[slice, slice]

MIN_AGREEMENT, WELL_DRAWN, MAX_PX = 0.75, 0.85, 240
"""Intersection over union of the corrected outline and the drawn one, at least, and where the drawn one
is right; how large the thing is looked at for this."""

_DARKEST, _HARDLY_DARKER = 0.3, 0.94


class Stances(NamedTuple):
    """Which labels can have a twin, and where; see twins.json.

    Args:
        ground, table, air: what stands on the ground, on a table, and what flies or hangs.
        one_way: what must not be mirrored, for it bears writing.
    """

    ground: frozenset[str]
    table: frozenset[str]
    air: frozenset[str]
    one_way: frozenset[str]


@cache
def stances() -> Stances:
    """The table of twins.json."""
    text = files("counterfoil.mine.propose").joinpath("twins.json").read_text()
    return Stances(**{name: frozenset(labels) for name, labels in json.loads(text).items()})


def is_twin(proposal: Reworded) -> bool:
    """Whether a proposal's box is as large as its one target: made for a copy of it."""
    if len(proposal.targets) != 1 or proposal.edit.box is None:
        return False
    old, new = proposal.scene.regions[proposal.targets[0]].box, proposal.edit.box
    return all(abs(new[side + 2] - new[side] - old[side + 2] + old[side]) < 1e-6 for side in (0, 1))


def twin(scene: Scene, donor: int, box: Box, rng: random.Random) -> Painted | Refused:
    """Paste a copy of a region into a box of the same size, now and then mirrored.

    Args:
        scene: the picture that changes.
        donor: which of its regions is copied.
        box: where the copy goes.
        rng: the only source of chance.
    """
    label = scene.regions[donor].label
    old, new = (to_pixels(place, scene.height, scene.width) for place in (scene.regions[donor].box, box))
    window = _around(old, scene)
    crop, mask = np.ascontiguousarray(scene.pixels[window]), np.ascontiguousarray(scene.mask(donor)[window])
    cut, agreement = _cut(crop, mask)
    if agreement < MIN_AGREEMENT:
        return Refused("no_cutout", f"outlines of the {label} agree to {agreement:.2f}")
    light = (
        _light(crop, mask, old[3] - old[1])
        if label in stances().ground | stances().table
        else np.ones_like(cut[..., 0], np.float32)
    )
    left, top = window[1].start + new[0] - old[0], window[0].start + new[1] - old[1]
    if label not in stances().one_way and rng.random() < 0.5:
        cut, light = cut[:, ::-1], light[:, ::-1]
        left = new[0] + old[2] - window[1].stop
    patch = _pasted(scene, cut, light, left, top)
    return Painted(patch, {"twin.agreement": agreement})


def _around(spot: tuple[int, int, int, int], scene: Scene) -> Window:
    """The window of a thing with room for its shadow."""
    left, top, right, bottom = spot
    beside, below = max(12, round(0.4 * (right - left))), max(12, round(0.25 * (bottom - top)))
    rows = slice(max(top - 12, 0), min(bottom + below, scene.height))
    return rows, slice(max(left - beside, 0), min(right + beside, scene.width))


def _cut(crop: Pixels, mask: Mask) -> tuple[Cut, float]:
    """A thing, and how well its drawn outline agrees with its own; soft along the one that is right.

    Where they agree, the drawn one is right: it holds what is dark in its own shadow, as wheels are.
    Where they do not, it was drawn loosely, and only at the foot is it followed.
    """
    own = corrected(crop, mask, MAX_PX)
    agreement = 0.0 if own is None else overlap(own, mask)
    if own is None or agreement >= WELL_DRAWN:
        radius = int(np.clip(round(0.015 * max(mask.shape)), 2, 4))
        alpha = np.rint(255 * soft_mask(crop, mask, radius)).astype(np.uint8)
        return np.dstack([crop, alpha]), agreement
    rows = np.flatnonzero(mask.any(1))
    foot = rows[-1] - round(0.2 * len(rows))
    own[foot:] |= mask[foot:]
    return cut_along(crop, own), agreement


def _light(crop: Pixels, mask: Mask, height: int) -> Floats:
    """Share of its light that the ground has under a thing: 1 where no shadow falls.

    The ground's own light is what most of it has beside the thing, on the level of its foot.
    """
    bare = (cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)) == 0).astype(np.float32)
    foot = int(np.flatnonzero(mask.any(1))[-1])
    grey = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY).astype(np.float32)
    beside = bare[foot - height // 8 :] > 0
    level = percentile_of_all(grey[foot - height // 8 :][beside], 60) if beside.any() else 255.0
    sigma = max(1.0, 0.015 * height)
    weight = cv2.GaussianBlur(bare, (0, 0), sigma)
    seen = (cv2.GaussianBlur(grey * bare, (0, 0), sigma) + 1e-3 * level) / (weight + 1e-3)
    light = np.clip(seen / max(level * _HARDLY_DARKER, 1.0), _DARKEST, 1)
    return np.asarray(1 - (1 - light) * _underneath(mask, foot, height), np.float32)


def _underneath(mask: Mask, foot: int, height: int) -> Floats:
    """How much a pixel lies under a thing, near its foot: 0..1, soft.

    A shadow reaches as far into the picture as the thing is deep, and so no further than it is wide.
    """
    under = np.maximum.accumulate(mask, axis=0).astype(np.float32)
    depth = min(height, int(np.count_nonzero(mask.any(0))))
    rows = (np.arange(len(mask)) - foot) / depth
    near = np.clip(np.minimum(rows + 0.3, 0.2 - rows) / 0.15, 0, 1).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(under, (0, 0), max(1.0, 0.04 * height)) * near[:, None])


def _pasted(scene: Scene, cut: Cut, light: Floats, left: int, top: int) -> Patch:
    """A cut-out with its shadow, the part of it within the frame, with (left, top) its corner."""
    rows = slice(max(top, 0), min(top + cut.shape[0], scene.height))
    columns = slice(max(left, 0), min(left + cut.shape[1], scene.width))
    part = slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)
    under = scene.pixels[rows, columns]
    alpha = cut[part][..., 3:].astype(np.float32) / np.float32(255)
    shaded = under * light[part][..., None]
    painted = np.rint(shaded + (cut[part][..., :3] - shaded) * alpha).astype(np.uint8)
    changed = (alpha[..., 0] > 0) | (light[part] < 0.995)
    pixels = np.where(changed[..., None], painted, under)
    return Patch(left=columns.start, top=rows.start, pixels=pixels, mask=changed)
