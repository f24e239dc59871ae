"""Things painted another colour: a foil of one changed attribute, or of two that are exchanged.

In: a reworded proposal whose first target becomes the first of its values (for a swap, both). Out:
a patch around the targets; pixels that show no paint of theirs stay exactly as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from counterfoil.mine.editors.editor import NOT_MINE, Paint, Painted, Refused
from counterfoil.mine.editors.paint import is_seen, repaint
from counterfoil.mine.editors.paintable import Limits, look, own_name, unfit
from counterfoil.mine.editors.tones import TONES
from counterfoil.mine.perceive.oklab import from_oklab
from counterfoil.mine.stage import Run
from counterfoil.mine.within import put_within
from counterfoil.records import Kind, Operation, Patch, Pixels, Reworded, Same, Scene


@dataclass(frozen=True, kw_only=True)
class Recolour:
    """Paint one thing another colour."""

    limits: Limits = field(default_factory=Limits)
    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "attribute")})
    version: ClassVar[int] = 5

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda foil, rng: _paint_all(foil, self.limits)


@dataclass(frozen=True, kw_only=True)
class SwapColours:
    """Paint two things, each in the other's colour."""

    limits: Limits = field(default_factory=Limits)
    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("swap", "attribute")})
    version: ClassVar[int] = 5

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda foil, rng: _paint_all(foil, self.limits)


def _paint_all(foil: Reworded, limits: Limits) -> Painted | Refused:
    labels = [foil.scene.regions[region].label for region in foil.targets]
    # Nobody paints people: their clothes have an editor of their own.
    if not labels or "person" in labels or not TONES.keys() >= set(foil.values):
        return NOT_MINE
    told = (foil.edit.before,) if foil.edit.operation == "replace" else foil.values[::-1]
    patches: list[Patch] = []
    for region, before, after in zip(foil.targets, told, foil.values, strict=True):
        patch = _paint_one(foil.scene, region, before, after, limits)
        if isinstance(patch, Refused):
            return patch
        patches.append(patch)
    return Painted(patches[0] if len(patches) == 1 else _joined(foil.scene.pixels, patches))


def _paint_one(scene: Scene, region: int, told: str, name: str, limits: Limits) -> Patch | Refused:
    """The patch that shows one region in another colour."""
    ready = look(Same(scene), region, own_name(told), limits)
    if isinstance(ready, Refused):
        return ready
    if refused := unfit(ready.known, name, limits):
        return refused
    view, lab, body, amount, known = ready
    touched = is_seen(amount)
    painted = from_oklab(repaint(lab, body, amount, name, known.ambience))
    pixels = view.pixels.copy()
    put_within(pixels, touched, painted[:, 0])
    return Patch(left=view.left, top=view.top, pixels=pixels, mask=touched)


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
