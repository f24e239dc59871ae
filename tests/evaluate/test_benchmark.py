"""Rates: ties, intervals, parts, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate.benchmark import SAME_WORDS, Answer, Benchmark, Item, evaluate
from counterfoil.evaluate.verdicts import QUAD_CHANCE, Scores, two_by_two
from counterfoil.records import Pixels


@dataclass(frozen=True)
class Blank:
    """A picture of which nobody asks for the pixels."""

    name: str

    def pixels(self) -> Pixels:
        raise AssertionError(self.name)

    def identity(self) -> str:
        raise AssertionError(self.name)


def _item(key: str, *parts: str) -> Item:
    return Item(
        key=key,
        pictures=(Blank(f"{key}/0"), Blank(f"{key}/1")),
        texts=(f"{key} 0", f"{key} 1"),
        owners=(0, 1),
        parts=parts,
    )


def _benchmark(*items: Item) -> Benchmark:
    return Benchmark(
        name="squares",
        items=lambda: items,
        verdict=two_by_two,
        chance=QUAD_CHANCE,
        source="",
        licence="",
    )


@dataclass(frozen=True)
class Given:
    """Scores by key."""

    scores: dict[str, Scores]

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        return (self.scores[item.key] for item in items)


RIGHT, TIED, WRONG = (
    np.array(rows, np.float32) for rows in ([[1, 0], [0, 1]], [[1, 1], [0, 1]], [[0, 1], [1, 0]])
)


def test_the_rates_are_those_of_all_items_and_of_each_part() -> None:
    benchmark = _benchmark(_item("a", "swap"), _item("b", "swap"), _item("c", "replace"), _item("d"))
    found = evaluate(benchmark, Given({"a": RIGHT, "b": WRONG, "c": TIED, "d": RIGHT}))
    assert found.items == 4
    assert found.metrics["group"].value == 0.5
    assert found.metrics["swap/group"].value == 0.5
    assert (found.metrics["replace/group"].value, found.metrics["replace/group"].ties) == (0.0, 1)
    assert found.as_json()["metrics"]["group"]["n"] == 4


def test_items_of_the_same_words_are_a_part_by_themselves() -> None:
    one = replace(_item("a"), texts=("A red cup, a blue bowl.", "a blue cup, a RED bowl"))
    found = evaluate(_benchmark(one, _item("b")), Given({"a": RIGHT, "b": WRONG}))
    assert (found.metrics[f"{SAME_WORDS}/group"].value, found.metrics[f"{SAME_WORDS}/group"].n) == (1.0, 1)


def test_items_of_several_forms_are_kept_in_their_order() -> None:
    kept: list[Answer] = []
    forms = [_item("a"), replace(_item("b"), owners=(1, 0)), _item("c")]
    found = evaluate(_benchmark(*forms), Given({"a": RIGHT, "b": RIGHT, "c": TIED}), kept.append)
    assert [(answer.item.key, float(answer.margins["group"][0])) for answer in kept] == [
        ("a", 1.0),
        ("b", -1.0),
        ("c", 0.0),
    ]
    assert found.metrics["group"].value == pytest.approx(1 / 3)


def test_two_items_of_one_key_are_an_error() -> None:
    with pytest.raises(DataError, match="two items with the key 'a'"):
        evaluate(_benchmark(_item("a"), _item("a")), Given({"a": RIGHT}))


def test_no_items_are_an_error() -> None:
    with pytest.raises(ScoreError, match="squares has no items"):
        evaluate(_benchmark(), Given({}))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_an_error_that_names_the_item(bad: float) -> None:
    with pytest.raises(ScoreError, match="item b"):
        evaluate(
            _benchmark(_item("a"), _item("b")),
            Given({"a": RIGHT, "b": np.array([[1, 0], [bad, 1]], np.float32)}),
        )


def test_a_matrix_of_the_wrong_shape_is_an_error() -> None:
    with pytest.raises(ScoreError, match="pictures x texts"):
        evaluate(_benchmark(_item("a")), Given({"a": RIGHT[:1]}))


def test_the_order_of_items_changes_nothing() -> None:
    scores = Given({"a": RIGHT, "b": WRONG, "c": TIED})
    items = _item("a"), _item("b"), _item("c")
    forth, back = (evaluate(_benchmark(*order), scores) for order in (items, items[::-1]))
    assert forth == back
    assert forth != evaluate(_benchmark(*items[:2]), scores)


def test_chance_of_a_part_goes_before_that_of_the_metric() -> None:
    benchmark = replace(_benchmark(), chance={"group": 1 / 6, "swap/group": 1 / 9})
    assert [benchmark.chance_of(name) for name in ("group", "add/group", "swap/group")] == [
        1 / 6,
        1 / 6,
        1 / 9,
    ]
