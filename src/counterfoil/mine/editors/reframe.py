"""A part of the picture at the picture's own size: a proposal that names a crop in, the whole picture out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.crop import Crop, crop_of
from counterfoil.mine.editors.editor import NOT_MINE, Paint, Painted, Refused
from counterfoil.mine.stage import Run
from counterfoil.pictures import to_pixels
from counterfoil.records import Kind, Operation, Patch, Pixels, Reworded


@dataclass(frozen=True, kw_only=True)
class Reframe:
    """Crop the picture and enlarge what is left (Lanczos, 8 x 8) to the size of the whole."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset(
        {("remove", "object"), ("replace", "count"), ("replace", "relation"), ("replace", "attribute")}
    )
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda proposal, rng: _paint(proposal)


def _paint(proposal: Reworded) -> Painted | Refused:
    crop = crop_of(proposal.values)
    if crop is None:
        return NOT_MINE
    return Painted(Patch.whole(cropped(proposal.scene.pixels, crop)))


def cropped(pixels: Pixels, crop: Crop) -> Pixels:
    """The part of a picture that a crop shows, as large as the picture."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = to_pixels(crop.box, height, width)
    part = pixels[top:bottom, left:right]
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_LANCZOS4), np.uint8)
