"""Features that lean to one side: a sign test over groups, so that many foils of one picture count once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.reader import Groups, Sides


class Leaning(NamedTuple):
    """A feature, and how often it is larger on either side.

    Args:
        name: of the feature.
        negative, true: foils in which the negative, or the true side, has more of it.
        only: it never occurs on a true side.
        chance: two-sided p of the sign test, times the number of uneven features (Bonferroni), at most 1.
        groups: those in which it is uneven.
    """

    name: str
    negative: int
    true: int
    only: bool
    chance: float
    groups: int

    @property
    def told(self) -> int:
        """Foils more that it tells right than wrong."""
        return abs(self.negative - self.true)


def leanings(sides: Sides, groups: Groups) -> list[Leaning]:
    """The features that are uneven at all, those first that lean most surely, then those of most foils."""
    from scipy.sparse import csc_matrix, csr_matrix
    from scipy.stats import binom

    signs = csc_matrix(csr_matrix(sides.negative - sides.true).sign())
    of_group = csr_matrix((np.ones(len(groups)), (groups, np.arange(len(groups)))))
    sums = (of_group @ signs).sign()
    up, down = _count(sums > 0), _count(sums < 0)
    tried = np.count_nonzero(up + down)
    chances = np.minimum(1, 2 * binom.cdf(np.minimum(up, down), up + down, 0.5) * tried)
    negative, true = _count(signs > 0), _count(signs < 0)
    only = np.asarray(abs(sides.true).sum(0)).ravel() == 0
    found = [
        Leaning(name, int(n), int(t), bool(o), float(chance), int(g))
        for name, n, t, o, chance, g in zip(
            sides.names, negative, true, only, chances, up + down, strict=True
        )
        if n + t
    ]
    return sorted(found, key=lambda one: (one.chance, -one.told, one.name))


def _count(matrix: Any) -> NDArray[np.int64]:
    return np.asarray(matrix.sum(0), np.int64).ravel()
