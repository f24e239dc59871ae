"""Intervals of shares, and of weighted means of shares."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

Z = 1.959963984540054
"""Of a 95 % interval."""


class Part(NamedTuple):
    """A share (0..1) with its interval, and what it counts in a mean."""

    weight: float
    value: float
    low: float
    high: float


def wilson(right: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % score interval of a share.

    Source: Wilson, JASA 1927; https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval

    Example:
        >>> [round(end, 4) for end in wilson(9, 10)]
        [0.5958, 0.9821]
    """
    share, spread = right / n, Z * Z / n
    middle = share + spread / 2
    half = Z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max((middle - half) / (1 + spread), 0.0), min((middle + half) / (1 + spread), 1.0)


def mean(parts: Iterable[Part]) -> tuple[float, float, float]:
    """Weighted mean of independent shares, with its interval (MOVER), which holds at 0 and 1 too.

    Source: Zou and Donner, Statistics in Medicine 2008.

    Args:
        parts: at least one; their weights are taken as shares of their sum.

    Returns:
        The mean and the ends of its interval.
    """
    parts = list(parts)
    whole = math.fsum(part.weight for part in parts)  # 1 but for rounding, which a perfect score would show
    value = math.fsum(part.weight * part.value for part in parts) / whole
    down = math.hypot(*(part.weight * (part.value - part.low) for part in parts)) / whole
    up = math.hypot(*(part.weight * (part.high - part.value) for part in parts)) / whole
    return value, value - down, value + up
