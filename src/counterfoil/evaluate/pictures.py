"""Pictures of items: drawn when asked for, or decoded from a file's bytes."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.pictures import decode
from counterfoil.records import ImageFile, Pixels
from counterfoil.world.drawing import Drawing
from counterfoil.world.paint import paint


@dataclass(frozen=True, slots=True)
class Painted:
    """A drawing at a resolution, in pixels a side."""

    drawing: Drawing
    side: int

    def pixels(self) -> Pixels:
        """The picture."""
        return paint(self.drawing, self.side)


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture in a file or in its bytes."""

    image: ImageFile

    def pixels(self) -> Pixels:
        """The picture, upright and RGB.

        Raises:
            PictureError: it cannot be read.
        """
        return decode(self.image)
