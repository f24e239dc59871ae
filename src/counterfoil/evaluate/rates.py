"""Rates with intervals, and means of them: the one place where ties are decided."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from counterfoil.evaluate.verdicts import Margins

Z = 1.959963984540054
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often the answer was right, strictly: a tie is wrong.

    Args:
        value: share of right answers, 0..1.
        low, high: its 95 % interval; Wilson's, or of a mean see `Mean`.
        n: answers.
        ties: answers that equal scores alone made wrong.
        lenient: the share of right answers if ties were right.
    """

    value: float
    low: float
    high: float
    n: int
    ties: int
    lenient: float


@dataclass(slots=True)
class Tally:
    """Answers as they come in."""

    n: int = 0
    right: int = 0
    ties: int = 0

    def add(self, margins: Margins) -> None:
        """Count answers: above 0 is right, 0 is a tie."""
        self.n += margins.size
        self.right += int((margins > 0).sum())
        self.ties += int((margins == 0).sum())

    def rate(self) -> Rate:
        """Of what was counted."""
        low, high = wilson(self.right, self.n)
        return Rate(self.right / self.n, low, high, self.n, self.ties, (self.right + self.ties) / self.n)


@dataclass(frozen=True, kw_only=True)
class Mean:
    """The mean of the rates of parts, each part counting the same however many items it has ("macro").

    Args:
        metric: of each part.
        parts: names of parts, or means of parts; empty for all parts that have the metric.
        at_least: parts with fewer answers are left out.
        without: parts that are left out.
    """

    metric: str
    parts: tuple[str | Mean, ...] = ()
    at_least: int = 1
    without: frozenset[str] = frozenset()

    def __call__(self, rates: Mapping[str, Rate]) -> Rate | None:
        """The mean, or None where a part that it names was not measured: a mean of less would lie.

        Its interval takes each part's Wilson interval as independent of the others' (MOVER: Zou and
        Donner, Statistics in Medicine 2008, with equal weights), so it holds at 0 and 1 too.
        """
        found = [rate for rate in self._of(rates) if rate is None or rate.n >= self.at_least]
        known = [rate for rate in found if rate]
        if not known or len(known) < len(found):
            return None
        value, lenient = (
            sum(values) / len(known) for values in zip(*((r.value, r.lenient) for r in known), strict=True)
        )
        down = math.hypot(*(r.value - r.low for r in known)) / len(known)
        up = math.hypot(*(r.high - r.value for r in known)) / len(known)
        n, ties = sum(r.n for r in known), sum(r.ties for r in known)
        return Rate(value, value - down, value + up, n, ties, lenient)

    def _of(self, rates: Mapping[str, Rate]) -> Iterator[Rate | None]:
        for part in self.parts or _parts(rates, self.metric):
            if isinstance(part, Mean):
                yield part(rates)
            elif part not in self.without:
                yield rates.get(f"{part}/{self.metric}")


def wilson(right: int, n: int) -> tuple[float, float]:
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


def _parts(rates: Mapping[str, Rate], metric: str) -> list[str]:
    ending = f"/{metric}"
    return [name.removesuffix(ending) for name in rates if name.endswith(ending)]
