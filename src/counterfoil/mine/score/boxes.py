"""Whether boxes and counts say what the negative caption says: a foil in, 1 or 0 out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.crop import crop_of
from counterfoil.mine.english import NUMBERS
from counterfoil.mine.perceive.relations import beside, edges, places, stand
from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Foil


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """The new relation and the new count, recomputed from the boxes as they are after the edit.

    | score | what |
    |---|---|
    | boxes.relation | 1 where the mirrored, cropped or exchanged boxes stand as `edit.after` says, else 0 |
    | boxes.count | 1 where as many regions are left (or there) as `edit.after` says, else 0 |
    """

    version: ClassVar[int] = 4

    def load(self, run: Run) -> Measure:
        """Get ready and return the function that measures."""
        return measure


def measure(foil: Foil) -> dict[str, float]:
    """Recompute what a mirror, an exchange of places or a count changed; {} for other edits and for words."""
    if foil.patch is None:
        return {}
    match foil.edit.operation, foil.edit.kind:
        case "replace", "relation":
            after = _after_crop(foil) if crop_of(foil.values) else (_after_mirror(foil),)
            return {"boxes.relation": float(foil.edit.after in after)}
        case "swap", "object":
            return {"boxes.relation": float(_exchanged(foil))}
        case "replace", "count":
            return {"boxes.count": float(_count(foil) == _number(foil.edit.after))}
        case _:
            return {}


def _after_crop(foil: Foil) -> tuple[str, ...]:
    """Where the targets stand in a crop, and how they are to its edges."""
    crop = crop_of(foil.values)
    boxes = [crop.moved(foil.scene.regions[target].box) for target in foil.targets] if crop else []
    return (stand(boxes), *edges(boxes)) if boxes else ()


def _after_mirror(foil: Foil) -> str:
    """What stands in the mirror image as it is told: a relation of two kinds, or a place in the picture."""
    boxes = [[mirrored(box) for box in kind] for kind in _kinds(foil)]
    if len(boxes) == 2:
        return beside(*boxes)
    return foil.edit.after if len(boxes) == 1 and foil.edit.after in places(boxes[0]) else ""


def _exchanged(foil: Foil) -> bool:
    """Whether each thing's box, moved as it was painted, stands on the other side of the other."""
    kinds = _kinds(foil)
    if len(kinds) != 2:
        return False
    before = beside(*kinds)
    if foil.edit.box is None:
        after = beside(*([mirrored(box) for box in kind] for kind in kinds))
    else:
        (first, *_), (second, *_) = kinds
        after = beside([moved(first, second)], [moved(second, first)])
    return {before, after} == {"left of", "right of"}


def _kinds(foil: Foil) -> list[list[Box]]:
    """The boxes of the targets, those of one label together."""
    boxes: dict[str, list[Box]] = {}
    for target in foil.targets:
        region = foil.scene.regions[target]
        boxes.setdefault(region.label, []).append(region.box)
    return list(boxes.values())


def _count(foil: Foil) -> int:
    """How many there are after the edit: one less where a target went, one more where a value came."""
    if not (foil.targets or foil.values):
        return -1
    comes = bool(foil.values) and crop_of(foil.values) is None
    label = foil.values[0] if comes else foil.scene.regions[foil.targets[0]].label
    there = sum(region.label == label and not region.crowd for region in foil.scene.regions)
    return there + 1 if comes else there - len(foil.targets)


def _number(text: str) -> int:
    word = text.lower().partition(" ")[0]
    return NUMBERS.index(word) if word in NUMBERS else int(word) if word.isdigit() else -2


def mirrored(box: Box) -> Box:
    """A box in the picture's mirror image."""
    return 1 - box[2], box[1], 1 - box[0], box[3]


def moved(box: Box, to: Box) -> Box:
    """A box of the same size whose foot stands in the middle of another's foot."""
    across = (to[0] + to[2] - box[0] - box[2]) / 2
    down = to[3] - box[3]
    return box[0] + across, box[1] + down, box[2] + across, box[3] + down
