"""How much of the picture changed, and where: a foil in, three shares out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.records import Foil


@dataclass(frozen=True, kw_only=True)
class Area:
    """Changed pixels inside and outside the painted mask.

    | score | what | range |
    |---|---|---|
    | area.inside | share of the mask that changed by more than `visible` grey levels | 0..1 |
    | area.outside | mean absolute change outside the mask, within the patch, in grey levels | 0..255 |
    | area.share | share of the picture that the mask covers | 0..1 |
    """

    version: ClassVar[int] = 1
    visible: int = 8

    def load(self, run: Run) -> Measure:
        """Get ready and return the function that measures."""
        return self._measure

    def _measure(self, foil: Foil) -> dict[str, float]:
        if foil.patch is None:
            return {}
        mask, scene = foil.patch.mask, foil.scene
        change = cv2.absdiff(foil.patch.pixels, scene.pixels[foil.patch.window()])
        red, green, blue = cv2.split(change)
        largest = cv2.copyTo(cv2.max(cv2.max(red, green), blue), mask.view(np.uint8))
        _, visible = cv2.threshold(largest, self.visible, 1, cv2.THRESH_BINARY)
        size = cv2.countNonZero(mask.view(np.uint8))
        # thrice as fast as the mean over a mask
        outside = sum(cv2.sumElems(cv2.copyTo(change, (~mask).view(np.uint8)))) if size < mask.size else 0.0
        return {
            "area.inside": cv2.countNonZero(visible) / max(size, 1),
            "area.outside": outside / max(3 * (mask.size - size), 1),
            "area.share": size / (scene.height * scene.width),
        }
