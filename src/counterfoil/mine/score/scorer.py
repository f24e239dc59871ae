"""What a scorer is: foils in, named numbers out. It never judges; the filter does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Protocol

from counterfoil.errors import ScoreError
from counterfoil.mine.stage import Run
from counterfoil.records import Foil

Scores = dict[str, float]

Measure = Callable[[Foil], Scores]


class Scorer(Protocol):
    """A frozen dataclass that measures foils; {} where it has nothing to say of one."""

    version: ClassVar[int]

    def load(self, run: Run) -> Measure:
        """Get ready, once per worker, and return the function that measures."""
        ...


MeasureAll = Callable[[Sequence[Foil]], list[Scores]]
"""All foils of some scenes in, in any order; the scores of each out, in that order."""


class BatchScorer(Protocol):
    """A scorer that looks at many foils at once: a model, or what compares the foils of a scene."""

    version: ClassVar[int]

    def load(self, run: Run) -> MeasureAll:
        """Get ready, once per worker, and return the function that measures."""
        ...


def finite(key: str, scores: Mapping[str, float]) -> dict[str, float]:
    """The scores of a foil.

    Raises:
        ScoreError: one of them is no number.
    """
    if wrong := [name for name, value in scores.items() if not math.isfinite(value)]:
        raise ScoreError(f"{key}: {wrong[0]} is {scores[wrong[0]]}, which is no score")
    return dict(scores)
