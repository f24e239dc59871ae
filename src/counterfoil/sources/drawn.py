"""The drawn world as a source: "drawn:train" gives scenes with captions and exact regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pycocotools import mask as coco_mask

from counterfoil.pictures import encode_bmp
from counterfoil.records import ImageFile, Region, RunLengths, Sample
from counterfoil.world.deal import check_split, deal, keys
from counterfoil.world.drawing import Drawing
from counterfoil.world.paint import check_side, paint, visible, window_of
from counterfoil.world.splits import held_out


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Scenes of the drawn world.

    Args:
        path: the split: "train", "validation", "test" or "held_out".
        seed: of the world: which scenes there are, and which compositions training lacks.
        size: side of the pictures, 32..512 pixels.
        number: how many scenes.
    """

    path: str
    seed: int = 0
    size: int = 64
    number: int = 1000

    recipe = "drawn"
    """How it is mined if nobody says otherwise."""
    streams = True
    """There is no file to look at beforehand, and scenes are not drawn twice to be counted."""

    def __post_init__(self) -> None:
        """Refuse a world that cannot be drawn.

        Raises:
            DataError: an unknown split, a size outside of 32..512, a negative seed or number.
        """
        check_split(self.path)
        check_side(self.size)
        keys(self.path, self.seed, self.number)

    @property
    def total(self) -> int:
        """How many samples there are to come."""
        return self.number

    @property
    def about(self) -> str:
        """For the card of what is mined from it: which world, and what its training lacks."""
        return (
            f"{self.number:,} scenes of the drawn world's split {self.path!r} (seed {self.seed}, "
            f"{self.size} pixels). Held out of train, validation and test: {held_out(self.seed)}."
        )

    def read(self) -> Iterator[Sample]:
        """The scenes in the order of their keys."""
        for key in keys(self.path, self.seed, self.number):
            dealt = deal(key)
            picture = encode_bmp(paint(dealt.drawing, self.size))
            yield Sample(
                key=key,
                image=ImageFile(f"{key}.bmp", picture),
                captions=tuple(caption.text for caption in dealt.captions),
                licence="CC0-1.0",
                regions=tuple(regions(dealt.drawing, self.size)),
            )


def regions(drawing: Drawing, size: int) -> Iterator[Region]:
    """The items as an annotator would mark them: what is seen of each."""
    for item, seen in zip(drawing.items, visible(drawing, size), strict=True):
        run_lengths = coco_mask.encode(np.asfortranarray(seen.view(np.uint8)))
        left, top, right, bottom = (edge / size for edge in window_of(seen))
        yield Region(
            label=item.shape,
            box=(left, top, right, bottom),
            outline=RunLengths(size, size, run_lengths["counts"]),
        )
