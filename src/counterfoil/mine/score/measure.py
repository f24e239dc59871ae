"""The Score stage: every scorer measures every foil; the raw numbers are kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from counterfoil.frozen import grow
from counterfoil.mine.score.scorer import Measure, Scorer, finite
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Foil, Scored


@dataclass(frozen=True, kw_only=True)
class Score:
    """Measure foils; judging is the filter's."""

    takes: ClassVar[type] = Foil
    gives: ClassVar[type] = Scored
    version: ClassVar[int] = 1
    scorers: tuple[Scorer, ...] = field(default=())

    def load(self, run: Run) -> Apply:
        """Load every scorer."""
        measures = [scorer.load(run) for scorer in self.scorers]

        def score(foils: Sequence[Foil]) -> list[Scored]:
            return [grow(foil, Scored, scores=_measured(foil, measures)) for foil in foils]

        return score


def _measured(foil: Foil, measures: Sequence[Measure]) -> dict[str, float]:
    return finite(foil.key, {name: value for measure in measures for name, value in measure(foil).items()})
