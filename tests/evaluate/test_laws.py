"""What holds of every benchmark: an oracle has 1, a constant 0, chance what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from official import WRITERS

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Written
from counterfoil.evaluate.rates import Rate
from counterfoil.evaluate.scorers.bounds import chance, constant, oracle
from counterfoil.evaluate.verdicts import Scores

SMALL = {"per_class": 8, "number": 25}


@cache
def small(name: str) -> Benchmark:
    """The benchmark with few items, made once: drawn, or read from small files in its official form."""
    reader: Any = BENCHMARKS[name]
    if name in WRITERS:
        folder = Path(mkdtemp(prefix=name))
        WRITERS[name](folder)
        opened: Benchmark = reader.open(Data(folder))
    else:
        known = {f.name for f in fields(reader)}
        opened = replace(reader, **{k: v for k, v in SMALL.items() if k in known}).open(Data())
    items = list(opened.items())
    return replace(opened, items=lambda: items)


@pytest.fixture(params=BENCHMARKS)
def benchmark(request: pytest.FixtureRequest) -> Benchmark:
    return small(request.param)


def test_every_benchmark_is_called_as_the_table_calls_it(benchmark: Benchmark) -> None:
    assert BENCHMARKS[benchmark.name]


def test_an_oracle_has_everything_right(benchmark: Benchmark) -> None:
    assert {rate.value for rate in evaluate(benchmark, oracle).metrics.values()} == {1.0}


def test_a_constant_has_nothing_right_and_every_answer_is_a_tie(benchmark: Benchmark) -> None:
    for rate in evaluate(benchmark, constant).metrics.values():
        assert rate.value == 0.0
        assert rate.ties == rate.n


def test_chance_is_what_the_benchmark_says(benchmark: Benchmark) -> None:
    for name, rate in evaluate(benchmark, chance).metrics.items():
        assert abs(rate.value - benchmark.chance_of(name)) <= 2 * _reach(rate), name


def _reach(rate: Rate) -> float:
    """Two standard errors."""
    return max(rate.value - rate.low, rate.high - rate.value)


def test_the_order_of_items_changes_nothing(benchmark: Benchmark) -> None:
    turned = replace(benchmark, items=lambda: reversed(list(benchmark.items())))
    found, other = evaluate(turned, chance), evaluate(benchmark, chance)
    assert found.items == other.items
    assert found.metrics.keys() == other.metrics.keys()
    for name, rate in found.metrics.items():
        assert rate.value == pytest.approx(other.metrics[name].value, abs=1e-12)


def test_no_items_and_no_numbers_are_errors(benchmark: Benchmark) -> None:
    def broken(items: Iterable[Item]) -> Iterator[Scores]:
        return (scores * float("nan") for scores in constant(items))

    with pytest.raises(ScoreError, match="no items"):
        evaluate(replace(benchmark, items=list), oracle)
    with pytest.raises(ScoreError, match="NaN"):
        evaluate(benchmark, broken)


@pytest.mark.parametrize("name", WRITERS)
def test_a_benchmark_whose_files_are_missing_says_how_to_get_them(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Get it|no finished dataset"):
        BENCHMARKS[name].open(Data(tmp_path))


@pytest.mark.parametrize("name", WRITERS)
def test_files_that_are_cut_off_are_an_error(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    ends_whole = {".json", ".jsonl", ".parquet"}  # a table may end anywhere
    files = [path for path in tmp_path.rglob("*") if path.suffix in ends_whole]
    for path in files:
        path.write_bytes(path.read_bytes()[:-7])
    if not files:
        pytest.skip("its files are tables, which may end after any row")
    with pytest.raises(DataError, match=r"no whole|cannot be read"):
        list(BENCHMARKS[name].open(Data(tmp_path)).items())


@pytest.mark.parametrize("name", WRITERS)
def test_items_are_the_same_each_time_they_are_read(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    opened = BENCHMARKS[name].open(Data(tmp_path))
    assert list(opened.items()) == list(opened.items())


@pytest.mark.parametrize("name", WRITERS)
def test_pictures_are_found_and_can_be_looked_at(name: str) -> None:
    for item in small(name).items():
        for picture in item.pictures:
            assert isinstance(picture, Written) or picture.pixels().ndim == 3
