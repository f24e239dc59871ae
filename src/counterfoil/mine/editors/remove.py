"""Take things out of a picture: regions in, a patch without them (or a refusal) out.

A thing can go where nothing else holds it, covers it or stands right behind it: the masks around it
tell. What is left behind it is filled in by `fill`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.editors.fill import fill_and_judge
from counterfoil.mine.editors.hole import around, extent, hole_of, patch_of
from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.near import Window, near
from counterfoil.mine.percentile import percentile, some_of
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Kind, Mask, Operation, Pictured, Reworded, Same

SURFACES = ("bed", "bench", "couch", "dining table")
"""What things stand on: background to a thing on it, not a neighbour."""


@dataclass(frozen=True)
class Limits:
    """What can be taken out of a picture.

    Args:
        min_share: least area of a mask, as a share of the picture: less is not missed.
        max_share: largest area: more cannot be made up.
        max_frame: largest share of a mask's outline that lies on the picture's frame.
        max_contact: largest share of a mask's surroundings that is one other thing.
        max_cover: largest share of another thing that is touched: more hangs on this one.
        strict: what becomes of both where one of the two is a person, who holds, wears and rides.
        max_structure: steepest edges around it in a slightly blurred picture, in grey levels per pixel
            (90th percentile): lines, writing and clutter are not continued well.
        max_small_structure: the same around a mask of at most `small`, where little is to be continued.
        small: area of such a mask, as a share of the picture.
        max_mismatch: largest `Filled.mismatch`, in grey levels.
    """

    min_share: float = 0.0015
    max_share: float = 0.12
    max_frame: float = 0.25
    max_contact: float = 0.3
    max_cover: float = 0.35
    strict: float = 0.15
    max_structure: float = 4.0
    max_small_structure: float = 4.0
    small: float = 0.02
    max_mismatch: float = 36.0


LIMITS = Limits()

_LOOSE, _AROUND = 4, 40
"""How far a mask may reach out of its box, and how much around a thing shows what is behind it; in pixels."""

OF_SEVERAL = Limits(max_small_structure=11.0)
"""Of a small one of several its fellows show what is behind it, and a rest is not missed."""


@dataclass(frozen=True, kw_only=True)
class Remove:
    """The only thing of a category, or all of them, goes."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("remove", "object")})
    version: ClassVar[int] = 3
    limits: Limits = LIMITS

    def load(self, run: Run) -> Paint:
        """Get ready and return the function that paints."""

        def paint(proposal: Reworded, rng: random.Random) -> Painted | Refused:
            if refused := refusal(proposal.scene, proposal.targets, self.limits):
                return refused
            return erase(proposal.scene, proposal.targets, rng, self.limits)

        return paint


def refusal(scene: Pictured, targets: Sequence[int], limits: Limits) -> Refused | None:
    """Why regions cannot be taken out of a picture; None where they can.

    The last few answers are kept: rules ask beforehand, and the editor asks again.
    """
    return _refusal(Same(scene), tuple(targets), limits)


@lru_cache(64)
def _refusal(same: Same, targets: tuple[int, ...], limits: Limits) -> Refused | None:
    scene: Pictured = same.value
    for target in targets:
        if scene.regions[target].outline is None:
            return Refused("no_outline", "only the box of the thing is known")
        mask = scene.mask(target)
        size = cv2.countNonZero(mask.view(np.uint8)) / mask.size
        if not limits.min_share <= size <= limits.max_share:
            return Refused("size", f"{size:.2%} of the picture")
        if (frame := _on_frame(scene, target)) > limits.max_frame:
            return Refused("cut_off", f"{frame:.0%} of the outline lies on the frame")
        if refused := _held(scene, target, targets, limits):
            return refused
        most = limits.max_small_structure if size <= limits.small else limits.max_structure
        if (edges := structure(scene, target)) > most:
            return Refused("background", f"edges of {edges:.1f} grey levels per pixel around it")
    return None


def erase(scene: Pictured, targets: Sequence[int], rng: random.Random, limits: Limits) -> Painted | Refused:
    """Take regions out of a picture, one after the other; nothing is copied from any other region."""
    canvas = scene.pixels.copy()
    erased, worst = np.zeros((scene.height, scene.width), bool), 0.0
    for target in targets:
        mask = scene.mask(target)
        if not mask.any():
            return Refused("no_mask", f"region {target} covers nothing")
        window = around(mask, 0.75)
        others = [region for region in near(scene, window) if region != target]
        kept = _union(scene, [region for region in others if region not in targets])
        hole = hole_of(canvas, mask, kept)
        avoid = _union(scene, others) | erased
        try:
            filled = fill_and_judge(canvas[window], hole[window], rng, avoid[window])
        except ValueError as error:
            return Refused("no_source", str(error))
        if filled.mismatch > limits.max_mismatch:
            return Refused("background", f"mismatch of {filled.mismatch:.0f} grey levels")
        canvas[window] = filled.pixels
        worst = max(worst, filled.mismatch)
        erased |= hole
    if not erased.any():
        return Refused("no_mask", "other things cover all of it")
    return Painted(patch_of(canvas, erased), {"fill.mismatch": worst})


@lru_cache(64)
def _extent(same: Same, target: int) -> tuple[int, int, int, int]:
    """First row of a region's mask and the one after its last, first column and the one after the last.

    The last few are kept, for all is asked there.
    """
    scene: Pictured = same.value
    return extent(scene.mask(target))


def _window(scene: Pictured, target: int, margin: int) -> Window:
    """The window of a region with so many pixels around it."""
    top, bottom, left, right = _extent(Same(scene), target)
    rows = slice(max(top - margin, 0), min(bottom + margin, scene.height))
    return rows, slice(max(left - margin, 0), min(right + margin, scene.width))


def _on_frame(scene: Pictured, target: int) -> float:
    """The share of a mask's outline that lies on the picture's frame (2 pixels of tolerance)."""
    top, bottom, left, right = _extent(Same(scene), target)
    if min(top, left, scene.height - bottom, scene.width - right) >= 2:
        return 0.0
    mask, window = scene.mask(target), _window(scene, target, 1)
    sides = zip(window, mask.shape, strict=True)
    clear = tuple(slice(max(part.start, 2), min(part.stop, side - 2)) for part, side in sides)
    small = mask[window].view(np.uint8)
    on_frame = cv2.countNonZero(small) - np.count_nonzero(mask[clear])
    inner = cv2.erode(small, np.ones((3, 3), np.uint8), borderValue=0)
    return on_frame / max(cv2.countNonZero(small) - cv2.countNonZero(inner), 1) / 2


def _held(scene: Pictured, target: int, group: Sequence[int], limits: Limits) -> Refused | None:
    """Whether another thing touches this one so much that it would be left in the air, or cut."""
    box, total = scene.regions[target].box, 0.0
    for other, contact, cover in _touching(scene, target, group):
        region, total = scene.regions[other], total + contact
        is_person = "person" in (scene.regions[target].label, region.label)
        scale = limits.strict if is_person else 1.0
        hangs = cover > scale * limits.max_cover and (is_person or _is_borne(region.box, box))
        if total > scale * limits.max_contact or hangs:
            return Refused("touched", f"{region.label} is {contact:.0%} of what is around; {cover:.0%} of it")
        if contact > 0.03 and _stands_higher(region.box, box) and _overlaps(region.box, box):
            return Refused(
                "in_front", f"{region.label} is {contact:.0%} of what is around, and behind or on it"
            )
    return None


def _touching(scene: Pictured, target: int, group: Sequence[int]) -> Iterator[tuple[int, float, float]]:
    """The others that touch a region, how much of its surroundings each is, how much of each is so near."""
    reach = max(5, round(0.012 * max(scene.height, scene.width)))
    window, size = _window(scene, target, reach + _LOOSE), 2 * reach + 1
    own = scene.mask(target)[window]
    swollen = cv2.dilate(own.view(np.uint8), np.ones((size, size), np.uint8)).view(np.bool_)
    ring = swollen > own
    surroundings = max(int(np.count_nonzero(ring)), 1)
    for other in near(scene, window):
        if other not in group and not _stands_on(scene, target, other):
            whole = scene.mask(other)
            if touched := np.count_nonzero(whole[window] & swollen):
                beside = np.count_nonzero(whole[window] & ring)
                yield other, beside / surroundings, touched / cv2.countNonZero(whole.view(np.uint8))


def _stands_on(scene: Pictured, target: int, surface: int) -> bool:
    """Whether a region is a surface that reaches under the middle of the target's foot."""
    (left, _, right, bottom), under = scene.regions[target].box, scene.regions[surface]
    middle = (left + right) / 2
    return (
        under.label in SURFACES
        and under.box[0] < middle < under.box[2]
        and under.box[1] < bottom < under.box[3]
    )


def _overlaps(first: Box, second: Box) -> bool:
    """Whether two boxes share more than a little of the narrower one's width."""
    shared = min(first[2], second[2]) - max(first[0], second[0])
    return shared > 0.3 * min(first[2] - first[0], second[2] - second[0])


def _is_borne(other: Box, target: Box) -> bool:
    """Whether the other's middle is over or in the target's box, and not merely beside it."""
    return target[0] < (other[0] + other[2]) / 2 < target[2] and (other[1] + other[3]) / 2 < target[3]


def _stands_higher(other: Box, target: Box) -> bool:
    """Whether the other's foot is clearly higher than the target's: it stands behind it, or on it."""
    return other[3] < target[3] - 0.15 * (target[3] - target[1])


def closeness(scene: Pictured, target: int) -> float:
    """How much of what is around a region other things are, 0..1: cut where they touch, they look odd."""
    return sum(contact for _, contact, _ in _touching(scene, target, ()))


def structure(scene: Pictured, target: int) -> float:
    """How steep the edges of a slightly blurred picture are around a region, 90th percentile."""
    return _structure(Same(scene), target)


@lru_cache(64)
def _structure(same: Same, target: int) -> float:
    scene, window = same.value, _window(same.value, target, _AROUND)
    grey = cv2.GaussianBlur(cv2.cvtColor(scene.pixels[window], cv2.COLOR_RGB2GRAY), (0, 0), 2)
    small = scene.mask(target)[window].view(np.uint8)
    ring = cv2.dilate(small, np.ones((33, 33), np.uint8)) > cv2.dilate(small, np.ones((13, 13), np.uint8))
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8)
    where = some_of(ring)
    return percentile(magnitude(across.take(where), down.take(where)), 90) if len(where) else 0.0


def _union(scene: Pictured, regions: Sequence[int]) -> Mask:
    """All that the regions cover, but surfaces and crowds, which are mostly what lies between."""
    union = np.zeros((scene.height, scene.width), bool)
    for region in regions:
        if scene.regions[region].label not in SURFACES and not scene.regions[region].crowd:
            union |= scene.mask(region)
    return union
