"""What a segmenter is: pictures with boxes in, a mask of the thing in each box out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from counterfoil.records import Box, Mask, Pixels

Boxed = tuple[Pixels, Sequence[Box]]
"""A picture, and the boxes of its things: at least one."""

Segment1 = Callable[[Sequence[Boxed]], list[list[Mask]]]


class Segmenter(Protocol):
    """A frozen dataclass of settings; `load` gives the function that segments."""

    def load(self) -> Segment1:
        """Load the weights."""
        ...
