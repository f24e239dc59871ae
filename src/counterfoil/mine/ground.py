"""The Ground stage: where in the picture the things are that its tags name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from counterfoil.mine.segment import outline
from counterfoil.mine.stage import Apply, Run
from counterfoil.models.detector import Detected, Detector
from counterfoil.records import Box, Described, Region


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Add regions that a detector finds to those that are known; the surest first.

    A picture in which nothing is found goes on without regions.

    Args:
        detector: the model. It gets all tags of a picture at once.
        overlap: a box that overlaps a known or a surer one by more (intersection over union) is dropped.
    """

    takes: ClassVar[type] = Described
    gives: ClassVar[type] = Described
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True

    detector: Detector
    overlap: float = 0.25

    def load(self, run: Run) -> Apply:
        """Load the detector."""
        detect = self.detector.load()

        def apply(batch: Sequence[Described]) -> list[Described]:
            found = iter(detect([(picture.pixels, picture.tags) for picture in batch if picture.tags]))
            return [self._grounded(picture, next(found)) if picture.tags else picture for picture in batch]

        return apply

    def _grounded(self, picture: Described, found: Sequence[Detected]) -> Described:
        regions = list(picture.regions)
        for thing in sorted(found, key=lambda thing: -thing.score):
            if all(iou(thing.box, region.box) <= self.overlap for region in regions):
                shape = None if thing.mask is None else outline(thing.mask)
                regions.append(Region(label=thing.label, box=thing.box, outline=shape))
        return replace(picture, regions=tuple(regions))


def iou(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0..1."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(wide, 0.0) * max(high, 0.0)
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - shared
    return shared / both if both else 0.0
