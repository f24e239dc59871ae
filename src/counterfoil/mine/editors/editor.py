"""What an editor is: a reworded proposal in, a painted patch or a refusal out."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

from counterfoil.mine.stage import Run
from counterfoil.records import Kind, Operation, Patch, Reworded


@dataclass(frozen=True)
class Painted:
    """An editor's work, and what only the editor knows of it, by name, for the scorers."""

    patch: Patch
    facts: dict[str, float] = field(default_factory=dict)


class Refused(NamedTuple):
    """An edit that an editor will not draw: a reason that can be counted, and the values."""

    reason: str
    detail: str = ""


NOT_MINE = Refused("not_mine")
"""What an editor answers to an edit of a cell that it draws, but of a form that it does not."""

Paint = Callable[[Reworded, random.Random], Painted | Refused]


class Editor(Protocol):
    """A frozen dataclass that draws some kinds of edit; `load` runs once per worker."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]]
    version: ClassVar[int]

    def load(self, run: Run) -> Paint:
        """Get ready and return the function that paints."""
        ...
