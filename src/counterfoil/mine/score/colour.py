"""Whether a painted colour is there: a foil in, the share of the new and of the old colour out.

The region is named again in the result, by the same table that named it in the original. Only
foils of a changed or exchanged colour are measured:

| score | what |
|---|---|
| `colour.share` | share of the region (less its border) with the new name, against what had the old, 0..1 |
| `colour.old_share` | share of it that still has the old name, 0..1 |

Of two regions the worse counts. What is excused as window, shadow or highlight when a region is
named is left out here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.editors.clothes import garment_mask
from counterfoil.mine.perceive.colour import NAMES, UNNAMED, colour_shares, plain_share, shares_of
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.score.seam import Part, shown
from counterfoil.mine.stage import Run
from counterfoil.pictures import to_pixels
from counterfoil.records import Foil, Patch


@dataclass(frozen=True, kw_only=True)
class ColourVerified:
    """Name the painted regions again."""

    version: ClassVar[int] = 1

    def load(self, run: Run) -> Measure:
        """Nothing to load: return the function that measures."""
        return measure_colours


def measure_colours(foil: Foil) -> dict[str, float]:
    """`colour.share` and `colour.old_share`; {} for a foil of another kind, or of words alone."""
    edit = foil.edit
    if (
        edit.kind != "attribute"
        or edit.operation not in ("replace", "swap")
        or (patch := foil.patch) is None
        or not foil.targets
        or not set(NAMES).issuperset(foil.values)
    ):
        return {}
    old = (edit.before,) if edit.operation == "replace" else foil.values[::-1]
    pairs = [
        _measure_one(foil, patch, region, before, name)
        for region, before, name in zip(foil.targets, old, foil.values, strict=True)
    ]
    return {"colour.share": min(new for new, _ in pairs), "colour.old_share": max(old for _, old in pairs)}


def _measure_one(foil: Foil, patch: Patch, region: int, before: str, name: str) -> tuple[float, float]:
    """How much of what had its old name has the new one in one region, and how much still has the old."""
    scene = foil.scene
    left, top, right, bottom = to_pixels(scene.regions[region].box, scene.height, scene.width)
    part = Part(top, left, bottom, right)
    worn = garment_mask(foil, region)
    if worn is None:
        mask, was = scene.mask(region)[part.window], shares_of(scene, region)
    else:  # of a person the garment that the edit is about, not the whole thing
        mask = worn[part.window]
        was = colour_shares(scene.pixels[part.window], mask)
    shares = colour_shares(shown(scene, patch, part), mask)
    if before == f"not {name}":
        return plain_share(shares, name), float(was[NAMES.index(name)])
    told = before in NAMES and was[NAMES.index(before)] > 0.1
    old = before if told else NAMES[int(was[:UNNAMED].argmax())]
    share = plain_share(shares, name) / max(plain_share(was, old), 0.1)
    return min(share, 1.0), float(shares[NAMES.index(old)]) if old != name else 1.0
