"""Benchmarks of a few squares whose answers are given, for tests of rates, results and reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.verdicts import QUAD_CHANCE, Scores, two_by_two
from counterfoil.records import Pixels

RIGHT, TIED, WRONG = (
    np.array(rows, np.float32) for rows in ([[1, 0], [0, 1]], [[1, 1], [0, 1]], [[0, 1], [1, 0]])
)


@dataclass(frozen=True)
class Blank:
    """A picture of which nobody asks for the pixels."""

    name: str

    def pixels(self) -> Pixels:
        raise AssertionError(self.name)

    def identity(self) -> str:
        raise AssertionError(self.name)


@dataclass(frozen=True)
class Given:
    """Scores by key."""

    scores: Mapping[str, Scores]

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        return (self.scores[item.key] for item in items)


def square(key: str, *parts: str) -> Item:
    """Two pictures and two texts."""
    return Item(
        key=key,
        pictures=(Blank(f"{key}/0"), Blank(f"{key}/1")),
        texts=(f"{key} 0", f"{key} 1"),
        owners=(0, 1),
        parts=parts,
    )


def squares(*items: Item, general: bool = False, **means: Mean) -> Benchmark:
    """A benchmark of them."""
    return Benchmark(
        name="squares",
        items=lambda: items,
        verdict=two_by_two,
        chance=QUAD_CHANCE,
        source="by hand",
        licence="CC0-1.0",
        means=means,
        general=general,
    )
