"""Rates with intervals, and means of them: the one place where ties are decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from counterfoil.evaluate.verdicts import Margins
from counterfoil.intervals import Part, mean, wilson


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

        Its interval takes each part's Wilson interval as independent of the others': see `intervals.mean`.
        """
        weights = self.weights(rates)
        if not weights:
            return None
        parts = [(weight, rates[f"{part}/{self.metric}"]) for part, weight in weights.items()]
        value, low, high = mean(Part(w, r.value, r.low, r.high) for w, r in parts)
        lenient, _, _ = mean(Part(w, r.lenient, r.lenient, r.lenient) for w, r in parts)
        n, ties = sum(r.n for _, r in parts), sum(r.ties for _, r in parts)
        return Rate(value, low, high, n, ties, lenient)

    def weights(self, rates: Mapping[str, Rate]) -> dict[str, float]:
        """What each part counts, together 1; nothing where a part that it names was not measured."""
        found = list(self._weights(rates))
        if not all(found):
            return {}
        return {part: weight / len(found) for weights in found for part, weight in weights.items()}

    def _weights(self, rates: Mapping[str, Rate]) -> Iterator[dict[str, float]]:
        for part in self.parts or _parts(rates, self.metric):
            if isinstance(part, Mean):
                yield part.weights(rates)
            elif (rate := rates.get(f"{part}/{self.metric}")) is None:
                yield {}
            elif part not in self.without and rate.n >= self.at_least:
                yield {part: 1.0}


def _parts(rates: Mapping[str, Rate], metric: str) -> list[str]:
    ending = f"/{metric}"
    return [name.removesuffix(ending) for name in rates if name.endswith(ending)]
