"""The Match stage: scorers that look at many foils at once add their numbers to those of each foil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from counterfoil.mine.score.scorer import BatchScorer, finite
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Scored


@dataclass(frozen=True, kw_only=True)
class Match:
    """Measure foils with models, and against each other; judging is the filter's."""

    takes: ClassVar[type] = Scored
    gives: ClassVar[type] = Scored
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True
    together: ClassVar[bool] = True
    scorers: tuple[BatchScorer, ...] = field(default=())

    def load(self, run: Run) -> Apply:
        """Load every scorer."""
        measures = [scorer.load(run) for scorer in self.scorers]

        def match(foils: Sequence[Scored]) -> list[Scored]:
            found = [dict(foil.scores) for foil in foils]
            for measure in measures:
                for known, more in zip(found, measure(foils), strict=True):
                    known.update(more)
            return [
                replace(foil, scores=finite(foil.key, scores))
                for foil, scores in zip(foils, found, strict=True)
            ]

        return match
