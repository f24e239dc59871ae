"""AUC and shares with 95 % intervals, by a bootstrap over groups: foils of one group are one draw."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

DRAWS = 1000
_CELLS = 4_000_000


class Interval(NamedTuple):
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float

    def best_of(self, number: int) -> Interval:
        """Its interval where it was chosen as the best of some: as much wider as Bonferroni asks.

        Source: Dunn, Multiple Comparisons Among Means, JASA 1961, with normal quantiles.
        """
        from scipy.stats import norm

        wider = float(norm.isf(0.025 / number) / norm.isf(0.025))
        low, high = (
            self.value - wider * (self.value - self.low),
            self.value + wider * (self.high - self.value),
        )
        return Interval(self.value, max(low, 0.0), min(high, 1.0))


def auc(true: Numbers, negative: Numbers, groups: NDArray[np.int64]) -> Interval:
    """How likely a negative side scores above a true side of any foil; a tie counts half.

    Args:
        true: scores of the true sides of n foils.
        negative: scores of their negative sides.
        groups: n numbers; foils of one group share theirs.

    Example:
        >>> auc(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([0, 1]))
        Interval(value=1.0, low=1.0, high=1.0)
    """
    from scipy.sparse import csr_matrix

    _, place = np.unique(np.concatenate([true, negative]), return_inverse=True)
    bins, count = int(place.max()) + 1, int(groups.max()) + 1
    sides = [
        csr_matrix((np.ones(len(groups)), (side, groups)), (bins, count))
        for side in (place[: len(true)], place[len(true) :])
    ]
    once = _areas(sides, _present(groups)[:, None])
    step = max(1, _CELLS // bins)
    drawn = _drawn(groups)
    areas = np.concatenate([_areas(sides, drawn[:, at : at + step]) for at in range(0, DRAWS, step)])
    return _interval(float(once[0]), areas)


def share(right: Numbers, groups: NDArray[np.int64]) -> Interval:
    """The mean of n numbers from 0 to 1."""
    sums, sizes = np.bincount(groups, right), np.bincount(groups).astype(np.float64)
    drawn = _drawn(groups)
    return _interval(float(right.mean()), (sums @ drawn) / (sizes @ drawn))


def _areas(sides: list[Any], weights: Numbers) -> Numbers:
    """The area under the curve for each column of weights of the groups."""
    true, negative = (side @ weights for side in sides)
    below = np.cumsum(true, axis=0) - true / 2
    areas: Numbers = (negative * below).sum(0) / (negative.sum(0) * true.sum(0))
    return areas


def _present(groups: NDArray[np.int64]) -> Numbers:
    return (np.bincount(groups) > 0).astype(np.float64)


def _drawn(groups: NDArray[np.int64]) -> Numbers:
    """How often each group (row) is in each draw (column); groups without foils never are."""
    present = np.flatnonzero(_present(groups))
    drawn = np.zeros((int(groups.max()) + 1, DRAWS))
    chance = np.full(len(present), 1 / len(present))
    drawn[present] = np.random.default_rng(0).multinomial(len(present), chance, DRAWS).T
    return drawn


def _interval(value: float, draws: Numbers) -> Interval:
    low, high = (float(end) for end in np.quantile(draws, (0.025, 0.975)))
    return Interval(value, min(low, value), max(high, value))  # of few groups the draws may all lie aside
