"""Whether what was painted has the photo's own noise and sharpness: a foil in, two log ratios out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.percentile import percentile
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.score.seam import shrunk, steepness, surroundings, swollen
from counterfoil.mine.stage import Run
from counterfoil.records import Foil

_SECOND_DIFFERENCES = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
"""Immerkaer's noise kernel: blind to slopes and straight edges; keeps the deviation of white noise."""


@dataclass(frozen=True, kw_only=True)
class Grain:
    """Noise and sharpness inside the mask against the ring around it, as natural logarithms.

    0 is alike; -0.7 is half as noisy or sharp inside, 0.7 twice as much.

    Args:
        reach: width of the ring in pixels.
        floor: grey levels added to both sides of each ratio, so that two clean areas are alike.

    Source:
        Noise: J. Immerkaer, "Fast noise variance estimation", CVIU 64 (1996), with the median.
    """

    version: ClassVar[int] = 3
    reach: int = 16
    floor: float = 0.5

    def load(self, run: Run) -> Measure:
        """Get ready and return the function that measures."""
        return self._measure

    def _measure(self, foil: Foil) -> dict[str, float]:
        if foil.patch is None or foil.patch.mask.all():
            return {}
        pixels, mask = surroundings(foil.scene, foil.patch, self.reach)
        inside = shrunk(mask.view(np.uint8), 2)
        ring = swollen(mask.view(np.uint8), self.reach) & ~swollen(mask.view(np.uint8), 2)
        if not (inside.any() and ring.any()):
            return {}
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
        noise, steep = cv2.filter2D(grey, -1, _SECOND_DIFFERENCES), steepness(pixels)
        return {
            "grain.ratio": self._log_ratio(np.abs(noise[inside]), np.abs(noise[ring]), 50),
            "sharpness.ratio": self._log_ratio(steep[inside], steep[ring], 75),
        }

    def _log_ratio(self, inside: NDArray[np.float32], ring: NDArray[np.float32], percent: int) -> float:
        return math.log((percentile(inside, percent) + self.floor) / (percentile(ring, percent) + self.floor))
