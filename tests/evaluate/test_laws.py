"""What holds of every benchmark: an oracle has 1, a constant 0, chance what is said of it."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from official import WRITERS

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Written
from counterfoil.testing.benchmarks import check_benchmark

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


def test_a_benchmark_keeps_the_laws(benchmark: Benchmark) -> None:
    check_benchmark(benchmark)


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
