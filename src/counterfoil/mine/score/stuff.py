"""Whether stuff that was painted another colour has it: a foil in, two shares (0..1) out.

The area that was found in the original is named again in the result, pixel by pixel, by the same
table that names things. Only foils of stuff, which have no region, are measured:

| score | what |
|---|---|
| `colour.share` | share of the area (less its border) with the new name, shadow and highlights left out |
| `colour.old_share` | share of it that has the old name |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.perceive.colour import NAMES, colour_shares, plain_share
from counterfoil.mine.perceive.stuff import stuff
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.records import Foil


@dataclass(frozen=True, kw_only=True)
class StuffVerified:
    """Name painted stuff again."""

    version: ClassVar[int] = 1

    def load(self, run: Run) -> Measure:
        """Nothing to load: return the function that measures."""
        return measure_stuff


def measure_stuff(foil: Foil) -> dict[str, float]:
    """`colour.share` and `colour.old_share`; {} for every other foil."""
    if foil.patch is None or foil.targets or len(foil.values) != 2 or foil.edit.kind != "attribute":
        return {}
    found = stuff(foil.scene, foil.values[0])
    if found is None:
        return {}
    size = found.mask.shape[1], found.mask.shape[0]
    now = cv2.resize(foil.patch.onto(foil.scene.pixels), size, interpolation=cv2.INTER_AREA)
    shares = colour_shares(np.asarray(now, np.uint8), found.mask)
    old = float(shares[NAMES.index(foil.edit.before)]) if foil.edit.before in NAMES else 0.0
    return {"colour.share": plain_share(shares, foil.edit.after), "colour.old_share": old}
