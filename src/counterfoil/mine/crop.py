"""A part of a picture with the picture's own proportions: how it is named in a proposal, and what it shows.

All lengths are shares of the whole picture, 0..1. A crop is enlarged to the size of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from counterfoil.records import Box

_NAME = "crop"


class Crop(NamedTuple):
    """The part that starts at (left, top) and is `side` of the width wide and `side` of the height high."""

    left: float
    top: float
    side: float

    @property
    def box(self) -> Box:
        """The part as a box of the whole picture."""
        return self.left, self.top, self.left + self.side, self.top + self.side

    @property
    def value(self) -> str:
        """The crop as a value of a proposal: "crop 0.12 0 0.8"."""
        return f"{_NAME} {self.left:g} {self.top:g} {self.side:g}"

    def moved(self, box: Box) -> Box:
        """Where a box of the picture lies in the crop; beyond 0..1 where it reaches out of it."""
        left, top, right, bottom = box
        return (
            (left - self.left) / self.side,
            (top - self.top) / self.side,
            (right - self.left) / self.side,
            (bottom - self.top) / self.side,
        )

    def shown(self, box: Box) -> float:
        """The share of a box that the crop shows, 0..1."""
        left, top, right, bottom = self.moved(box)
        across, down = min(right, 1) - max(left, 0), min(bottom, 1) - max(top, 0)
        return max(across, 0) * max(down, 0) / ((right - left) * (bottom - top))


def crop_of(values: Sequence[str]) -> Crop | None:
    """The crop that the values of a proposal name; None where they name something else."""
    if len(values) != 1 or not values[0].startswith(f"{_NAME} "):
        return None
    _, *numbers = values[0].split()
    if len(numbers) != 3:
        return None
    left, top, side = map(float, numbers)
    return Crop(left, top, side)
