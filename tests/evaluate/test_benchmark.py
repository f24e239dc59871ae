"""Rates: ties, intervals, parts, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluate.squares import RIGHT, TIED, WRONG, Given, square, squares

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate.benchmark import SAME_WORDS, Answer, evaluate


def test_the_rates_are_those_of_all_items_and_of_each_part() -> None:
    benchmark = squares(square("a", "swap"), square("b", "swap"), square("c", "replace"), square("d"))
    found = evaluate(benchmark, Given({"a": RIGHT, "b": WRONG, "c": TIED, "d": RIGHT}))
    assert found.items == 4
    assert found.metrics["group"].value == 0.5
    assert found.metrics["swap/group"].value == 0.5
    assert (found.metrics["replace/group"].value, found.metrics["replace/group"].ties) == (0.0, 1)
    assert found.as_json()["metrics"]["group"]["n"] == 4


def test_items_of_the_same_words_are_a_part_by_themselves() -> None:
    one = replace(square("a"), texts=("A red cup, a blue bowl.", "a blue cup, a RED bowl"))
    found = evaluate(squares(one, square("b")), Given({"a": RIGHT, "b": WRONG}))
    assert (found.metrics[f"{SAME_WORDS}/group"].value, found.metrics[f"{SAME_WORDS}/group"].n) == (1.0, 1)


def test_items_of_several_forms_are_kept_in_their_order() -> None:
    kept: list[Answer] = []
    forms = [square("a"), replace(square("b"), owners=(1, 0)), square("c")]
    found = evaluate(squares(*forms), Given({"a": RIGHT, "b": RIGHT, "c": TIED}), kept.append)
    assert [(answer.item.key, float(answer.margins["group"][0])) for answer in kept] == [
        ("a", 1.0),
        ("b", -1.0),
        ("c", 0.0),
    ]
    assert found.metrics["group"].value == pytest.approx(1 / 3)


def test_two_items_of_one_key_are_an_error() -> None:
    with pytest.raises(DataError, match="two items with the key 'a'"):
        evaluate(squares(square("a"), square("a")), Given({"a": RIGHT}))


def test_no_items_are_an_error() -> None:
    with pytest.raises(ScoreError, match="squares has no items"):
        evaluate(squares(), Given({}))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_an_error_that_names_the_item(bad: float) -> None:
    with pytest.raises(ScoreError, match="item b"):
        evaluate(
            squares(square("a"), square("b")),
            Given({"a": RIGHT, "b": np.array([[1, 0], [bad, 1]], np.float32)}),
        )


def test_a_matrix_of_the_wrong_shape_is_an_error() -> None:
    with pytest.raises(ScoreError, match="pictures x texts"):
        evaluate(squares(square("a")), Given({"a": RIGHT[:1]}))


def test_the_order_of_items_changes_nothing() -> None:
    scores = Given({"a": RIGHT, "b": WRONG, "c": TIED})
    items = square("a"), square("b"), square("c")
    forth, back = (evaluate(squares(*order), scores) for order in (items, items[::-1]))
    assert forth == back
    assert forth != evaluate(squares(*items[:2]), scores)


def test_chance_of_a_part_goes_before_that_of_the_metric() -> None:
    benchmark = replace(squares(), chance={"group": 1 / 6, "swap/group": 1 / 9})
    names = ("group", "add/group", "swap/group")
    assert [benchmark.chance_of(name) for name in names] == [1 / 6, 1 / 6, 1 / 9]
