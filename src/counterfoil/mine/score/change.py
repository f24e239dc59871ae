"""How strongly the stated region changed, and how much else: a foil in, two numbers out.

For editors that give back a whole picture, and so may leave grain everywhere, hardly paint at all, or
spoil what they were not asked to touch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.records import Foil


@dataclass(frozen=True, kw_only=True)
class Change:
    """Strength inside the painted mask, and spill outside of it.

    | score | what | range |
    |---|---|---|
    | change.inside | mean change of the more changed half of the mask, in grey levels | 0..255 |
    | change.spill | pixels outside the mask that changed visibly, per cent of the picture | 0..100 |

    Args:
        visible: more than so many grey levels, in any band; well above an editor's grain.
    """

    version: ClassVar[int] = 1
    visible: int = 24

    def load(self, run: Run) -> Measure:
        """Get ready and return the function that measures."""
        return self._measure

    def _measure(self, foil: Foil) -> dict[str, float]:
        if foil.patch is None:
            return {}
        scene = foil.scene
        red, green, blue = cv2.split(cv2.absdiff(foil.patch.pixels, scene.pixels[foil.patch.window()]))
        change = cv2.max(cv2.max(red, green), blue)
        inside = change[foil.patch.mask]
        spilled = np.count_nonzero(change > self.visible) - np.count_nonzero(inside > self.visible)
        half = len(inside) // 2
        if half:
            inside.partition(half)
        upper = inside[half:]
        return {
            "change.inside": int(upper.sum()) / max(len(upper), 1),
            "change.spill": 100.0 * spilled / (scene.height * scene.width),
        }
