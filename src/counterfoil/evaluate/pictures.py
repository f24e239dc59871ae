"""Pictures of items: drawn when asked for, decoded from a file, cut out of one; or a text in their place."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.errors import ScoreError
from counterfoil.pictures import decode
from counterfoil.records import ImageFile, Pixels
from counterfoil.world.drawing import Drawing
from counterfoil.world.paint import paint

if TYPE_CHECKING:
    from counterfoil.evaluate.benchmark import Picture

_whole = partial(decode, max_side=2**31, min_side=1)
"""As models were measured: nothing made smaller before the model's own preprocessing."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A drawing at a resolution, in pixels a side."""

    drawing: Drawing
    side: int

    def pixels(self) -> Pixels:
        """The picture."""
        return paint(self.drawing, self.side)

    def identity(self) -> str:
        """None: it is drawn faster than looked up."""
        return ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture in a file or in its bytes."""

    image: ImageFile

    def pixels(self) -> Pixels:
        """The picture, upright and RGB.

        Raises:
            PictureError: it cannot be read.
        """
        return _whole(self.image)

    def identity(self) -> str:
        """The hash of its bytes."""
        data = self.image.data
        return sha256(Path(self.image.path).read_bytes() if data is None else data).hexdigest()


@dataclass(frozen=True, slots=True)
class Cropped:
    """A part of a picture.

    Args:
        of: the whole.
        left, top, width, height: in pixels of the whole; what lies outside of it is left out.
    """

    of: Stored
    left: int
    top: int
    width: int
    height: int

    def pixels(self) -> Pixels:
        """The part.

        Raises:
            PictureError: the whole cannot be read.
            ScoreError: nothing of the part lies within the picture.
        """
        left, top = max(self.left, 0), max(self.top, 0)
        part = self.of.pixels()[top : self.top + self.height, left : self.left + self.width]
        if not part.size:
            raise ScoreError(f"{self.of.image.path}: a box of {self} lies outside the picture")
        return part

    def identity(self) -> str:
        """The whole's, and the box."""
        return f"{self.of.identity()} {self.left} {self.top} {self.width} {self.height}"


@dataclass(frozen=True, slots=True)
class Written:
    """A text in a picture's place: the question is which texts mean the same."""

    text: str

    def pixels(self) -> Pixels:
        """None.

        Raises:
            ScoreError: always; a scorer that can compare texts reads `text`.
        """
        raise ScoreError(f"{self.text!r} is to be compared with texts, which this model cannot: texts=false")

    def identity(self) -> str:
        """None; texts are kept as texts."""
        return ""


def file_of(picture: Picture) -> ImageFile | None:
    """The file, or the bytes, that a picture is read from; None if from neither."""
    whole = picture.of if isinstance(picture, Cropped) else picture
    return whole.image if isinstance(whole, Stored) else None


def has_bytes(picture: Picture) -> bool:
    """Whether a picture holds its bytes, so that many are not to be held."""
    image = file_of(picture)
    return image is not None and image.data is not None


def key_of(picture: Picture) -> Hashable:
    """What stands for a picture, equal for equal ones, when its bytes are let go."""
    return picture.identity() if has_bytes(picture) else picture
