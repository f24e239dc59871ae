"""Whether what was painted has the photo's own noise and sharpness: a foil in, two log ratios out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.percentile import percentile, some_of
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.score.seam import Outlined, shrunk, steepness, surroundings, swollen
from counterfoil.mine.stage import Run
from counterfoil.records import Foil

_SECOND_DIFFERENCES = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""Immerkaer's noise kernel: blind to slopes and straight edges; white noise deviates six times as much."""


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
        if foil.patch is None or foil.patch.is_everywhere:
            return {}
        pixels, mask = surroundings(foil.scene, foil.patch, self.reach)
        places = _places(Outlined(mask), self.reach)
        if not all(map(len, places)):
            return {}
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        noise, steep = np.asarray(cv2.filter2D(grey, cv2.CV_16S, _SECOND_DIFFERENCES)), steepness(grey)
        return {
            "grain.ratio": self._log_ratio(*(percentile(np.abs(noise.take(at)), 50) / 6 for at in places)),
            "sharpness.ratio": self._log_ratio(*(percentile(steep.take(at), 75) for at in places)),
        }

    def _log_ratio(self, inside: float, ring: float) -> float:
        return math.log((inside + self.floor) / (ring + self.floor))


@lru_cache(4)
def _places(outlined: Outlined, reach: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where some pixels inside a mask are, and some in the ring around it; the last are kept."""
    mask = outlined.mask.view(np.uint8)
    return some_of(shrunk(mask, 2)), some_of(swollen(mask, reach) > swollen(mask, 2))
