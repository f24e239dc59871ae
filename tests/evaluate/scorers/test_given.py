"""Scores from a file are those that stand in it; what does not fit names the file and the place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from counterfoil.errors import ScoreError
from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.pictures import Written
from counterfoil.evaluate.scorers.bounds import chance
from counterfoil.evaluate.scorers.given import FIELDS, Given, writing
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

HEAD = ",".join(FIELDS)


def save(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, **arrays)


def item(key: str, texts: int = 2) -> Item:
    pictures = Written("one"), Written("other")
    return Item(
        key=key, pictures=pictures, texts=tuple(map(str, range(texts))), owners=(0, 1, *(-1,) * (texts - 2))
    )


def bench(name: str, *keys: str) -> Benchmark:
    return Benchmark(
        name=name,
        items=lambda: [item(key) for key in keys],
        verdict=two_by_two,
        chance=QUAD_CHANCE,
        source="",
        licence="",
    )


def lines(*rows: str) -> str:
    return "\n".join((HEAD, *rows, ""))


def square(benchmark: str, key: str, *scores: float) -> list[str]:
    places = ((0, 0), (0, 1), (1, 0), (1, 1))
    return [f"{benchmark},{key},{p},{t},{s}" for (p, t), s in zip(places, scores, strict=True)]


def scored(path: Path, items: Iterable[Item], benchmark: str = "squares") -> list[list[list[float]]]:
    return [score_IT.tolist() for score_IT in Given(path, benchmark)(items)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    rows = [
        *square("squares", "a", 1, 2, 3, 4),
        *square("others", "a", 0, 0, 0, 0),
        *square("squares", "b", 5, 6, 7, 8),
    ]
    path.write_text(lines(*rows))
    return path


A, B = [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]


def test_a_table_gives_each_item_its_scores_in_any_order(table: Path) -> None:
    assert scored(table, [item("a"), item("b")]) == [A, B]
    assert scored(table, [item("b"), item("a")]) == [B, A]
    assert scored(table, [item("a")], "others") == [[[0, 0], [0, 0]]]


def test_what_is_written_is_read_back_to_the_last_bit(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    benchmarks = bench("one", "a", "b, c", 'd "e"'), bench("two", "a", "f\ng")
    with writing(path) as write:
        results = [
            evaluate(each, chance, lambda answer, name=each.name: write(name, answer))  # type: ignore[misc]
            for each in benchmarks
        ]
    for each, result in zip(benchmarks, results, strict=True):
        given = list(Given(path, each.name)(each.items()))
        assert np.array_equal(given, list(chance(each.items())))
        assert evaluate(each, Given(path, each.name)) == result


@pytest.mark.parametrize("form", ["stacked", "single"])
def test_arrays_give_each_item_its_scores(tmp_path: Path, form: str) -> None:
    path = tmp_path / "scores.npz"
    if form == "stacked":
        save(path, {"squares/key": np.array(["b", "a"]), "squares/scores": np.array([B, A])})
        assert scored(path, [item("a"), item("b")]) == [A, B]
    else:
        wide = np.arange(6).reshape(2, 3)
        save(path, {"squares/scores/a/1": np.array(A), "squares/scores/b": wide})
        assert scored(path, [item("b", texts=3), item("a/1")]) == [wide.tolist(), A]


def test_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ScoreError, match=r"no file of scores at .*none\.csv"):
        scored(tmp_path / "none.csv", [item("a")])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (square("squares", "a", 1, 2, float("nan"), 4), r"row 3 \(item a\): the score is nan"),
        (square("squares", "a", 1, 2, float("inf"), 4), r"row 3 \(item a\): the score is inf"),
        (square("squares", "a", 1, 2, 1e39, 4), r"row 3 \(item a\): the score is 1e\+39"),
        (["squares,a,0,0,high"], "Row #2: .*invalid value 'high'"),
        (["squares,a,0,0"], "Row #2: Expected 5 columns, got 4"),
        (square("squares", "a", 1, 2, 3, 4)[:3], r"a has 3 scores, not .*\(2, 2\).*picture 1 and text 1"),
        (["squares,a,0,2,1"], r"row 1 .*picture 0 and text 2, where the item has 2 and 2"),
        (["squares,a,-1,0,1"], r"picture -1"),
        (["squares,a,0,0,1", "squares,a,0,0,1"], r"row 2 .*picture 0 and text 0 have a second score"),
        (square("squares", "b", 1, 2, 3, 4), r"no scores for item a of squares"),
        (["squares,b,0,0,1", "squares,c,0,0,1", "squares,b,0,1,1"], "item b do not stand together"),
        (square("square", "a", 1, 2, 3, 4), "unknown benchmark 'squares': did you mean 'square'"),
        ([], "unknown benchmark 'squares'"),
    ],
)
def test_a_table_that_does_not_fit_is_an_error(tmp_path: Path, rows: list[str], told: str) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(lines(*rows))
    with pytest.raises(ScoreError, match=told) as error:
        scored(path, [item("a")])
    assert str(path) in str(error.value)


def test_a_table_with_other_columns_says_which_it_wants(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("benchmark,key,score\nsquares,a,1\n")
    with pytest.raises(ScoreError, match=r"no table of benchmark, key, picture, text, score: .*picture"):
        scored(path, [item("a")])


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        (
            {"squares/key": ["a"], "squares/scores": [[[1, 2, 3], [4, 5, 6]]]},
            r"item a has scores of \(2, 3\), not .*\(2, 2\)",
        ),
        ({"squares/key": ["a"], "squares/scores": [[[1, 2], [np.nan, 3]]]}, "a score of item a is NaN"),
        ({"squares/key": ["a", "b"], "squares/scores": [A]}, r"2 of squares/key, but 1 of squares/scores"),
        ({"squares/key": ["b"], "squares/scores": [A]}, "no scores for item a of squares"),
        ({"squares/scores/b": A}, "no scores for item a of squares"),
        ({"square/scores/a": A}, "unknown benchmark 'squares': did you mean 'square'"),
    ],
)
def test_arrays_that_do_not_fit_are_an_error(
    tmp_path: Path, arrays: dict[str, list[object]], told: str
) -> None:
    path = tmp_path / "scores.npz"
    save(path, {name: np.array(array) for name, array in arrays.items()})
    with pytest.raises(ScoreError, match=told) as error:
        scored(path, [item("a")])
    assert str(path) in str(error.value)


def test_files_that_are_no_arrays_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    save(path, {"squares/scores/a": np.array([A, None], object)})
    with pytest.raises(ScoreError, match="write plain arrays"):
        scored(path, [item("a")])
    for damaged in (path.read_bytes()[:100], b"\x93NUMPY\x01\x00\x0a\x00{'descr': ("):
        path.write_bytes(damaged)
        with pytest.raises(ScoreError, match="no whole npz file"):
            scored(path, [item("a")])
