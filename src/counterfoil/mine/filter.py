"""The Filter stage: limits on scores, the first that is not met is the reason."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Rejected, Scored


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A score must lie in [min, max] and above `above`; where it was not measured, nothing is asked.

    Args:
        name: of the score ("seam.ratio").
        min, max: the least and the most that it may be.
        above: what it must be more than.
        editors: whose foils it is asked of; () for all.
    """

    name: str
    min: float = -math.inf
    max: float = math.inf
    above: float = -math.inf
    editors: tuple[str, ...] = ()

    def broken(self, editor: str, scores: Mapping[str, float]) -> tuple[str, str] | None:
        """On which side the score is out of its limits, and how, in words; None where it is within."""
        value = scores.get(self.name)
        if value is None or (self.editors and editor not in self.editors):
            return None
        if value < self.min:
            return "low", f"{self.name} is {value:.3g}, below {self.min:g}"
        if value <= self.above:
            return "low", f"{self.name} is {value:.3g}, not above {self.above:g}"
        return ("high", f"{self.name} is {value:.3g}, above {self.max:g}") if value > self.max else None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Keep a foil whose scores are within every limit."""

    takes: ClassVar[type] = Scored
    gives: ClassVar[type] = Scored
    version: ClassVar[int] = 1
    limits: tuple[Limit, ...] = field(default=())

    def judge(self, editor: str, scores: Mapping[str, float]) -> tuple[str, str] | None:
        """The reason and detail for which a foil is refused; None where it is kept."""
        for limit in self.limits:
            # most foils are of words alone, and have no scores
            if limit.name in scores and (broken := limit.broken(editor, scores)):
                side, detail = broken
                return f"{limit.name}_too_{side}", detail
        return None

    def load(self, run: Run) -> Apply:
        """Nothing to get ready."""

        def keep(foils: Sequence[Scored]) -> list[Scored | Rejected]:
            return [self._kept(foil) for foil in foils]

        return keep

    def _kept(self, foil: Scored) -> Scored | Rejected:
        refusal = self.judge(foil.editor, foil.scores)
        if refusal is None:
            return foil
        reason, detail = refusal
        return Rejected(record=foil, key=foil.key, stage="filter", reason=reason, detail=detail)
