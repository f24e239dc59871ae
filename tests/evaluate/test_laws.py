"""What holds of every benchmark: an oracle has 1, a constant 0, chance what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from math import sqrt

import pytest

from counterfoil.errors import ScoreError
from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.scorers import chance, constant, oracle

SMALL = {"quads": {"number": 25}, "choice": {"number": 25}, "retrieval": {"number": 60}}


@cache
def small(name: str) -> Benchmark:
    """The benchmark with few items, made once."""
    benchmark = BENCHMARKS[name](**SMALL.get(name.split("-")[-2], {"per_class": 8}))
    items = benchmark.items()
    return replace(benchmark, items=lambda: items)


@pytest.fixture(params=BENCHMARKS)
def benchmark(request: pytest.FixtureRequest) -> Benchmark:
    return small(request.param)


def test_an_oracle_has_everything_right(benchmark: Benchmark) -> None:
    assert {rate.value for rate in evaluate(benchmark, oracle).metrics.values()} == {1.0}


def test_a_constant_has_nothing_right_and_every_answer_is_a_tie(benchmark: Benchmark) -> None:
    for rate in evaluate(benchmark, constant).metrics.values():
        assert rate.value == 0.0
        assert rate.ties == rate.n


def test_chance_is_what_the_benchmark_says(benchmark: Benchmark) -> None:
    for name, rate in evaluate(benchmark, chance).metrics.items():
        expected = benchmark.chance[name.split("/")[-1]]
        assert abs(rate.value - expected) <= 4 * sqrt(expected * (1 - expected) / rate.n)


def test_the_order_of_items_changes_nothing(benchmark: Benchmark) -> None:
    turned = replace(benchmark, items=lambda: benchmark.items()[::-1])
    assert evaluate(turned, chance) == evaluate(benchmark, chance)


def test_no_items_and_no_numbers_are_errors(benchmark: Benchmark) -> None:
    def broken(items: list[Item]) -> Iterator[object]:
        return (scores * float("nan") for scores in constant(items))

    with pytest.raises(ScoreError, match="no items"):
        evaluate(replace(benchmark, items=list), oracle)
    with pytest.raises(ScoreError, match="NaN"):
        evaluate(benchmark, broken)  # type: ignore[arg-type]
