"""What a crop shows: a foil of one in, shares of what it must not and what it must show out.

| score | what |
|---|---|
| `frame.left` | of what is to be out of view the largest share of a box that is still shown, 0..1 |
| `frame.enlarged` | how many times larger everything is |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.crop import crop_of
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.records import Foil


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a crop leaves in view."""

    version: ClassVar[int] = 1

    def load(self, run: Run) -> Measure:
        """Nothing to load: return the function that measures."""
        return measure


def measure(foil: Foil) -> dict[str, float]:
    """The scores of a crop; {} for other edits and for words."""
    crop = None if foil.patch is None else crop_of(foil.values)
    if crop is None:
        return {}
    scores = {"frame.enlarged": 1 / crop.side}
    if foil.edit.kind in ("object", "count"):
        scores["frame.left"] = max(crop.shown(foil.scene.regions[target].box) for target in foil.targets)
    return scores
