"""One more blind reader of words: how much more often each stands on one side, all of them counted alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterfoil.audit.intervals import Numbers
from counterfoil.audit.reader import Answers, Groups, Said, Sides, crossed


@dataclass(frozen=True, kw_only=True)
class NaiveBayes:
    """A reader that adds up what each word says by itself. It finds what weights do not: many small leanings.

    Args:
        alpha: counted more of each word on either side.
        folds: parts that the groups are dealt into.
        seed: by which the groups are dealt; None for parts of like size.
    """

    alpha: float = 1.0
    folds: int = 5
    seed: int | None = None

    def read(self, sides: Sides, groups: Groups) -> Said:
        """What it says of every foil; `sides` are sparse counts."""
        return crossed(groups, self.folds, lambda *parts: self.answers(*map(sides.at, parts)), self.seed)

    def answers(self, learnt: Sides, asked: Sides) -> Answers:
        """What it says of some foils once it has learnt from others: logarithms of odds."""
        alone = self._weights(learnt.true, learnt.negative)
        gone = (learnt.true - learnt.negative).maximum(0)
        come = (learnt.negative - learnt.true).maximum(0)
        together = self._weights(gone, come)
        return asked.true @ alone, asked.negative @ alone, (asked.negative - asked.true) @ together

    def _weights(self, true: Any, negative: Any) -> Numbers:
        counts = [np.asarray(side.sum(0)).ravel() for side in (true, negative)]
        known = (counts[0] + counts[1]) > 0  # of what it has not seen it says nothing
        first, second = (np.log((count + self.alpha) / (count + self.alpha)[known].sum()) for count in counts)
        return np.where(known, second - first, 0.0)
