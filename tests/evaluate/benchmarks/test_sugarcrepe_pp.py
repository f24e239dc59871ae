"""SugarCrepe++: both questions by hand, the hub's configurations, and texts left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from official import sugarcrepe_pp

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.sugarcrepe_pp import SugarCrepePP, odd_one_out
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Written
from counterfoil.evaluate.scorers.bounds import oracle


@pytest.fixture
def data(tmp_path: Path) -> Data:
    sugarcrepe_pp.write(tmp_path)
    return Data(tmp_path)


def test_a_record_is_two_questions_of_its_five_fields(data: Data) -> None:
    itt, tot, *_ = SugarCrepePP().open(data).items()
    same = "A red cup 0 and a blue bowl.", "There is a cup 0 in red, and a bowl in blue."
    assert (itt.key, tot.key) == ("swap_obj/0/itt", "swap_obj/0/tot")
    assert itt.texts == (*same, "A blue cup 0 and a red bowl.")
    assert itt.owners == (0, 0, -1)
    assert tot.pictures == (Written(same[0]), Written(same[1]))
    assert tot.texts == (same[1], "A blue cup 0 and a red bowl.")


@pytest.mark.parametrize(
    ("to_one", "to_two", "right"), [(0.5, 0.5, True), (0.7, 0.5, False), (0.5, 0.7, False)]
)
def test_two_texts_that_mean_the_same_are_nearer_to_each_other_than_to_the_negative(
    to_one: float, to_two: float, right: bool
) -> None:
    # rows P1 and P2, columns P2 and N; how near P2 is to itself plays no part
    scores = np.array([[[0.6, to_one], [1.0, to_two]]], np.float32)
    assert (odd_one_out(scores, np.array([0, -1]))["tot"].item() > 0) is right


def test_both_captions_have_to_beat_the_negative() -> None:
    scores = np.array([[[0.9, 0.4, 0.5]], [[0.9, 0.6, 0.5]]], np.float32)
    assert (odd_one_out(scores, np.array([0, 0, -1]))["itt"] > 0).tolist() == [[False], [True]]


def test_the_hubs_misspelt_configuration_is_a_part_and_parts_have_a_mean(data: Data) -> None:
    metrics = evaluate(SugarCrepePP().open(data), oracle).metrics
    assert metrics["swap_att/itt"].n == metrics["swap_att/tot"].n == 15
    assert metrics["macro-5/itt"].n == metrics["itt"].n == 75


def test_texts_can_be_left_out_for_models_that_cannot_compare_them(data: Data) -> None:
    benchmark = SugarCrepePP(texts=False).open(data)
    assert not any(isinstance(picture, Written) for item in benchmark.items() for picture in item.pictures)
    assert "tot" not in evaluate(benchmark, oracle).metrics


def test_records_of_sugarcrepe_itself_are_refused_with_the_fields_that_were_expected(tmp_path: Path) -> None:
    sugarcrepe_pp.write(tmp_path)
    path = tmp_path / "sugarcrepe_pp" / "swap_object" / "swap_object.json"
    path.write_text('[{"id": 0, "filename": "1.jpg", "caption": "a", "negative_caption": "b"}]')
    with pytest.raises(
        DataError, match=r"swap_object\.json, record 0 has no caption2: expected id, filename"
    ):
        list(SugarCrepePP().open(Data(tmp_path)).items())
