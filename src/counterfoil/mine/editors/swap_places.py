"""Two things change places: a proposal in, a patch with each where the other stood (or a refusal) out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.editors.hole import around, patch_of, share
from counterfoil.mine.editors.matte import soft_mask
from counterfoil.mine.editors.mirror import mirror
from counterfoil.mine.editors.remove import LIMITS, SURFACES, Limits, erase, refusal
from counterfoil.mine.stage import Run
from counterfoil.pictures import to_pixels
from counterfoil.records import Kind, Mask, Operation, Pixels, Region, Reworded, Scene

EDGE = 3
"""How far an outline may be wrong, in pixels."""


class Piece(NamedTuple):
    """A thing cut out of its picture: its crop, how much of each pixel it is, and where it goes."""

    pixels: Pixels
    alpha: NDArray[np.float32]
    left: int
    top: int


@dataclass(frozen=True, kw_only=True)
class SwapPlaces:
    """Cut two things out, fill what they leave, and set each on the other's foot.

    An edit without a box is of the whole picture: the two change places in its mirror image.

    Args:
        limits: what can be taken out.
        max_hidden: largest share of a thing that may then hide other things.
        max_letters: see `Mirror`.
    """

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("swap", "object")})
    version: ClassVar[int] = 2
    limits: Limits = LIMITS
    max_hidden: float = 0.02
    max_letters: int = 3

    def load(self, run: Run) -> Paint:
        """Get ready and return the function that paints."""
        return self._paint

    def _paint(self, proposal: Reworded, rng: random.Random) -> Painted | Refused:
        if proposal.edit.box is None:
            return mirror(proposal.scene, self.max_letters)
        return self._exchange(proposal.scene, proposal.targets, rng)

    def _exchange(self, scene: Scene, targets: tuple[int, ...], rng: random.Random) -> Painted | Refused:
        first, second = targets
        if not alike(scene.regions[first], scene.regions[second]):
            return Refused("unlike", "the two differ too much in size or in how low they stand")
        if refused := refusal(scene, targets, self.limits):
            return refused
        one, other = _piece(scene, first, second), _piece(scene, second, first)
        if not (_inside(one, scene) and _inside(other, scene)):
            return Refused("off_frame", "one of the two would be cut off by the frame")
        erased = erase(scene, targets, rng, self.limits)
        if isinstance(erased, Refused):
            return erased
        canvas, changed = erased.patch.onto(scene.pixels), np.zeros((scene.height, scene.width), bool)
        changed[erased.patch.window()] = erased.patch.mask
        pasted = _set(canvas, one), _set(canvas, other)
        if (hidden := _hidden(scene, targets, pasted)) > self.max_hidden:
            return Refused("would_cover", f"{hidden:.0%} of a thing would stand before others")
        return Painted(patch_of(canvas, changed | pasted[0] | pasted[1]), erased.facts)


def alike(first: Region, second: Region) -> bool:
    """Whether two things of different kinds can stand in each other's place at their own size."""
    low, high = sorted((first.area, second.area))
    level = abs(first.box[3] - second.box[3])
    return first.label != second.label and high <= 3 * low and level <= 0.08


def _piece(scene: Scene, region: int, place: int) -> Piece:
    """A region cut out, on the middle of another region's foot."""
    mask = scene.mask(region)
    rows, columns = around(mask, 0, least=3 * EDGE)
    crop = np.ascontiguousarray(scene.pixels[rows, columns])
    alpha = soft_mask(crop, np.ascontiguousarray(mask[rows, columns]), EDGE)
    here = to_pixels(scene.regions[region].box, scene.height, scene.width)
    there = to_pixels(scene.regions[place].box, scene.height, scene.width)
    across, down = (there[0] + there[2] - here[0] - here[2]) // 2, there[3] - here[3]
    return Piece(crop, alpha, columns.start + across, rows.start + down)


def _inside(piece: Piece, scene: Scene) -> bool:
    """Whether a piece lies in the picture as a whole."""
    height, width = piece.alpha.shape
    return bool(0 <= piece.left <= scene.width - width and 0 <= piece.top <= scene.height - height)


def _set(canvas: Pixels, piece: Piece) -> Mask:
    """Lay a piece over the canvas; where it did."""
    height, width = piece.alpha.shape
    window = slice(piece.top, piece.top + height), slice(piece.left, piece.left + width)
    below, share = canvas[window].astype(np.float32), piece.alpha[..., None]
    canvas[window] = np.rint(below + (piece.pixels - below) * share).astype(np.uint8)
    where = np.zeros(canvas.shape[:2], bool)
    where[window] = piece.alpha > 0
    return where


def _hidden(scene: Scene, targets: tuple[int, ...], pasted: tuple[Mask, Mask]) -> float:
    """The largest share of a pasted thing that lies on other things, or on the other pasted one."""
    others = np.zeros((scene.height, scene.width), bool)
    for index, region in enumerate(scene.regions):
        if index not in targets and region.label not in SURFACES:
            others |= scene.mask(index)
    one, other = pasted
    overlaps = (one & (others | other), one), (other & (others | one), other)
    return max(share(over, whole) for over, whole in overlaps)
