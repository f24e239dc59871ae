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
    """A score must lie in [min, max]; where it was not measured, nothing is asked.

    Args:
        name: of the score ("seam.ratio").
        editors: whose foils it is asked of; () for all.
    """

    name: str
    min: float = -math.inf
    max: float = math.inf
    editors: tuple[str, ...] = ()

    def broken(self, editor: str, scores: Mapping[str, float]) -> str:
        """What is wrong, in words; "" where nothing is."""
        value = scores.get(self.name)
        if value is None or (self.editors and editor not in self.editors):
            return ""
        if value < self.min:
            return f"{self.name} is {value:.3g}, below {self.min:g}"
        return f"{self.name} is {value:.3g}, above {self.max:g}" if value > self.max else ""


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
            if detail := limit.broken(editor, scores):
                side = "low" if scores[limit.name] < limit.min else "high"
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
