"""Sample in, pictured sample out: the one place where a run reads pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.frozen import grow
from counterfoil.mine.stage import Apply, Run
from counterfoil.pictures import PictureError, decode
from counterfoil.records import Pictured, Pixels, Region, Rejected, Sample


@dataclass(frozen=True, kw_only=True)
class Decode:
    """Read each picture: upright, RGB, shrunk where it is large.

    Regions whose outline was drawn on a frame of another shape (more than 2 % off in width to
    height: a picture that EXIF turns, and that was annotated unturned) belong to no place in the
    decoded picture: the sample goes on without regions. A square picture cannot be told so.

    Args:
        max_pixels: of the file; more is refused before it is decoded.
        max_side: longer side of the decoded picture, pixels.
        min_side: shorter side that is refused below, pixels.
    """

    takes: ClassVar[type] = Sample
    gives: ClassVar[type] = Pictured
    version: ClassVar[int] = 1

    max_pixels: int = 50_000_000
    max_side: int = 1024
    min_side: int = 16

    def load(self, run: Run) -> Apply:
        """Return the function that decodes."""

        def apply(batch: Sequence[Sample]) -> list[Pictured | Rejected]:
            return [self._decode(sample) for sample in batch]

        return apply

    def _decode(self, sample: Sample) -> Pictured | Rejected:
        try:
            pixels = decode(sample.image, self.max_pixels, self.max_side, self.min_side)
        except PictureError as error:
            return Rejected(
                record=sample, key=sample.key, stage="decode", reason=error.reason, detail=str(error)
            )
        regions = () if _of_another_shape(sample.regions, pixels) else sample.regions
        return grow(sample, Pictured, pixels=pixels, regions=regions)


def _of_another_shape(regions: Sequence[Region], pixels: Pixels) -> bool:
    """Whether an outline's frame is more than 2 % wider or narrower than the picture, or than a pixel."""
    height, width, _ = pixels.shape
    for outline in (region.outline for region in regions if region.outline is not None):
        tall = outline.height * width / outline.width
        if abs(tall - height) > max(0.02 * height, 1):
            return True
    return False
