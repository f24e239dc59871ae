"""What an evaluation leaves on disk, and how two are compared on the same items."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from evaluate.squares import RIGHT, TIED, WRONG, Given, square, squares

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.paired import differences
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.results import Answers, answers_path, read_results
from counterfoil.evaluate.verdicts import Scores
from counterfoil.shards import write_json

ITEMS = tuple(square(str(number), "swap" if number < 4 else "replace") for number in range(10))
MACRO = Mean(metric="group", parts=("swap", "replace"))


def _write(path: Path, right: str, items: int = 10) -> Path:
    """Results in which the items of these numbers are right; of the others every third is a tie."""
    scores: dict[str, Scores] = {
        item.key: RIGHT if item.key in right else TIED if int(item.key) % 3 == 0 else WRONG for item in ITEMS
    }
    benchmark = squares(*ITEMS[:items], macro=MACRO)
    with Answers(answers_path(path, "squares")) as answers:
        result = evaluate(benchmark, Given(scores), answers)
    write_json(path, {"benchmarks": {"squares": result.as_json() | {"digest": answers.digest}}})
    return path


def test_every_answer_is_kept_with_its_scores_and_margins(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.json", "012345")
    first, *_, last = pq.read_table(answers_path(path, "squares")).to_pylist()
    assert (first["key"], first["parts"], first["pictures"]) == ("0", ["swap"], 2)
    assert (first["scores"], first["group"]) == ([1, 0, 0, 1], [1.0])
    assert (last["scores"], last["group"]) == ([1, 1, 0, 1], [0.0])


def test_the_digest_is_of_the_questions_and_not_of_the_answers(tmp_path: Path) -> None:
    digests = []
    for name, items, scores in (("a", ITEMS, RIGHT), ("b", ITEMS, WRONG), ("c", ITEMS[1:], RIGHT)):
        with Answers(tmp_path / name) as answers:
            evaluate(squares(*items), Given({item.key: scores for item in ITEMS}), answers)
        digests.append(answers.digest)
    assert digests[0] == digests[1] != digests[2]


def test_answers_that_were_interrupted_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Answers(tmp_path / "squares.parquet") as answers:
        evaluate(squares(*ITEMS), Given({"0": RIGHT}), answers)
    assert list(tmp_path.iterdir()) == []


def test_a_difference_counts_the_questions_that_one_alone_has_right(tmp_path: Path) -> None:
    # right of swap (0 to 3) and replace (4 to 9): the first 4 and 2, the second 3 and 5
    first, second = _write(tmp_path / "a.json", "012345"), _write(tmp_path / "b.json", "01245678")
    found = differences(first, second, read_results(first), read_results(second))["squares"]
    group = found["group"]
    assert (group.better, group.worse) == (3, 1)
    assert group.p == pytest.approx(0.625)  # 2 (1 + 4) / 2^4
    assert group.value == pytest.approx(0.2)
    assert group.low < group.value < group.high
    assert found["swap/group"].value == pytest.approx(-1 / 4)
    assert found["replace/group"].value == pytest.approx(3 / 6)
    macro = found["macro/group"]
    assert macro.value == pytest.approx((-1 / 4 + 1 / 2) / 2)
    assert macro.p is None


def test_a_paired_interval_is_that_of_resampled_items(tmp_path: Path) -> None:
    # 10 items, 4 better and 0 worse: the mean of resampled changes is binomial(10, 0.4) / 10, whose
    # quantiles at 2.5 and 97.5 % are 1 and 7
    first, second = _write(tmp_path / "a.json", "01"), _write(tmp_path / "b.json", "012345")
    found = differences(first, second, read_results(first), read_results(second))["squares"]["group"]
    assert astuple(found) == pytest.approx((0.4, 0.1, 0.7, 4, 0, 0.125))


def test_a_model_does_not_differ_from_itself(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.json", "0123")
    for found in differences(path, path, read_results(path), read_results(path))["squares"].values():
        assert (found.value, found.low, found.high, found.better, found.worse) == (0, 0, 0, 0, 0)


def test_answers_to_other_items_are_not_compared(tmp_path: Path) -> None:
    first, second = _write(tmp_path / "a.json", "01"), _write(tmp_path / "b.json", "01", items=9)
    with pytest.raises(DataError, match=r"answers to 10 items and .* to 9"):
        differences(first, second, read_results(first), read_results(second))


def test_answers_left_by_an_earlier_run_are_not_compared(tmp_path: Path) -> None:
    first, second = _write(tmp_path / "a.json", "01"), _write(tmp_path / "b.json", "012")
    write_json(second, {"benchmarks": {}})
    assert differences(first, second, read_results(first), read_results(second)) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"benchmarks": []}', '{"benchmarks": {"a": {}}}'])
def test_what_is_no_results_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(DataError, match=r"results\.json"):
        read_results(tmp_path / "results.json")
