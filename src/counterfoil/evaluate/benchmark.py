"""A benchmark is a value: items, a verdict, and what chance would get. A scorer in, rates out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from counterfoil.errors import ScoreError
from counterfoil.evaluate.verdicts import Margins, Scores, Verdict
from counterfoil.records import Pixels

Z = 1.959963984540054
"""Of a 95 % interval."""


class Picture(Hashable, Protocol):
    """A picture that is had when it is asked for. Equal ones are encoded once."""

    def pixels(self) -> Pixels:
        """Height x width x 3, RGB."""
        ...


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a benchmark: pictures and texts, and which belong together.

    Args:
        key: names it in messages and in results.
        pictures, texts: rows and columns of the score matrix.
        owners: of each text the picture that it is true of, -1 for none.
        part: of the benchmark ("swap attribute"), whose rates are given by themselves too; "" for none.
    """

    key: str
    pictures: tuple[Picture, ...]
    texts: tuple[str, ...]
    owners: tuple[int, ...]
    part: str = ""


Scorer = Callable[[Sequence[Item]], Iterable[Scores]]
"""Fills the score matrix of each item, in order: pictures x texts, float32."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """What is asked, and how answers are judged.

    Args:
        name: as results name it.
        items: makes or reads them.
        verdict: see `verdicts`.
        chance: of each metric, what random scores get, 0..1.
        source: paper or URL.
        licence: of the items.
    """

    name: str
    items: Callable[[], Sequence[Item]]
    verdict: Verdict
    chance: Mapping[str, float]
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class Rate:
    """How often the answer was right, strictly: a tie is wrong.

    Args:
        value: share of right answers, 0..1.
        low, high: Wilson's 95 % interval of it.
        n: answers.
        ties: answers that equal scores alone made wrong; `lenient` counts them as right.
    """

    value: float
    low: float
    high: float
    n: int
    ties: int

    @property
    def lenient(self) -> float:
        """The share of right answers if ties were right."""
        return self.value + self.ties / self.n


@dataclass(frozen=True)
class Result:
    """What a scorer got on a benchmark: the number of items, and the rate of each metric."""

    items: int
    metrics: dict[str, Rate]

    def as_json(self) -> dict[str, Any]:
        """As it stands in results.json under the benchmark's name."""
        return asdict(self)


def evaluate(benchmark: Benchmark, scorer: Scorer) -> Result:
    """Score every item and judge it.

    A metric is named "group" for all items, and "swap attribute/group" for a part of them.

    Raises:
        ScoreError: there are no items, or a score is no number, or a matrix has the wrong shape.
    """
    items = benchmark.items()
    if not items:
        raise ScoreError(f"{benchmark.name} has no items: a rate over none would be a lie")
    found: defaultdict[str, list[Margins]] = defaultdict(list)
    for item, score_IT in zip(items, scorer(items), strict=True):
        _check(benchmark.name, item, score_IT)
        for metric, margins in benchmark.verdict(score_IT, np.array(item.owners)).items():
            for name in (metric, f"{item.part}/{metric}") if item.part else (metric,):
                found[name].append(margins)
    return Result(len(items), {name: rate(np.concatenate(parts)) for name, parts in found.items()})


def rate(margins: Margins) -> Rate:
    """The rate of right answers: the one place where ties are decided."""
    low, high = wilson(int((margins > 0).sum()), len(margins))
    return Rate(float((margins > 0).mean()), low, high, len(margins), int((margins == 0).sum()))


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


def _check(name: str, item: Item, score_IT: Scores) -> None:
    shape = len(item.pictures), len(item.texts)
    if score_IT.shape != shape:
        raise ScoreError(
            f"{name}, item {item.key}: scores are {score_IT.shape}, not pictures x texts {shape}"
        )
    if not np.isfinite(score_IT).all():
        raise ScoreError(f"{name}, item {item.key}: a score is NaN or infinite: look at the model's weights")
