"""What a describer is: pictures in; of each a caption, and what it names, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from counterfoil.records import Pixels


class Description(NamedTuple):
    """What a model says of a picture.

    Args:
        caption: one sentence or a few; "" where it said nothing.
        tags: things that it names, where it tells them apart from the caption.
    """

    caption: str
    tags: tuple[str, ...] = ()


Describe1 = Callable[[Sequence[Pixels]], list[Description]]


class Describer(Protocol):
    """A frozen dataclass of settings; `load` gives the function that describes."""

    def load(self) -> Describe1:
        """Load the weights."""
        ...
