"""A colour photo turned black and white: a proposal without targets in, the whole picture out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.editors.editor import NOT_MINE, Paint, Painted, Refused
from counterfoil.mine.propose.monochrome import MONOCHROME
from counterfoil.mine.stage import Run
from counterfoil.records import Kind, Operation, Patch, Pixels, Reworded


@dataclass(frozen=True, kw_only=True)
class Monochrome:
    """Take the colour out of the whole picture; its light stays as it is (Rec. 601 luma)."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "attribute")})
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda proposal, rng: _paint(proposal)


def _paint(proposal: Reworded) -> Painted | Refused:
    if proposal.targets or proposal.values != (MONOCHROME,):
        return NOT_MINE
    pixels = proposal.scene.pixels
    return Painted(Patch(left=0, top=0, pixels=grey(pixels), mask=np.ones(pixels.shape[:2], bool)))


def grey(pixels: Pixels) -> Pixels:
    """The same picture without colour, still with three channels."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
