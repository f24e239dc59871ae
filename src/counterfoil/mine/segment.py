"""The Segment stage: masks of the regions of which only the box is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from pycocotools import mask as coco

from counterfoil.mine.stage import Apply, Run
from counterfoil.models.segmenter import Segmenter
from counterfoil.records import Mask, Pictured, Region, RunLengths


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Fill in outlines. A record leaves as the kind that it came as; one without such regions, untouched.

    Args:
        segmenter: the model. A picture goes through its large part once for all of its boxes.
    """

    takes: ClassVar[type] = Pictured
    gives: ClassVar[type] = Pictured
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True

    segmenter: Segmenter

    def load(self, run: Run) -> Apply:
        """Load the segmenter."""
        segment = self.segmenter.load()

        def apply(batch: Sequence[Pictured]) -> list[Pictured]:
            open_ = [[r.box for r in picture.regions if _is_open(r)] for picture in batch]
            boxed = [(p.pixels, boxes) for p, boxes in zip(batch, open_, strict=True) if boxes]
            masks = iter(segment(boxed))
            return [
                _outlined(picture, iter(next(masks))) if boxes else picture
                for picture, boxes in zip(batch, open_, strict=True)
            ]

        return apply


def _is_open(region: Region) -> bool:
    return region.outline is None and not region.crowd


def _outlined(picture: Pictured, masks: Iterator[Mask]) -> Pictured:
    regions = (replace(r, outline=outline(next(masks))) if _is_open(r) else r for r in picture.regions)
    return replace(picture, regions=tuple(regions))


def outline(mask: Mask) -> RunLengths:
    """A mask in run lengths."""
    coded = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    height, width = mask.shape
    return RunLengths(height, width, coded["counts"])
