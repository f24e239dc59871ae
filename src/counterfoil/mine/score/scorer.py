"""What a scorer is: a foil in, named numbers out. It never judges; the filter does."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from counterfoil.mine.stage import Run
from counterfoil.records import Foil

Measure = Callable[[Foil], dict[str, float]]


class Scorer(Protocol):
    """A frozen dataclass that measures foils; {} where it has nothing to say of one."""

    version: ClassVar[int]

    def load(self, run: Run) -> Measure:
        """Get ready, once per worker, and return the function that measures."""
        ...
