"""ARO's relations and attributes: the crop, and the parts that the published means leave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from official import aro

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.aro import PASSED_OVER, VgAttribution, VgRelation
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Cropped
from counterfoil.evaluate.scorers.bounds import oracle


def test_an_item_is_the_box_of_a_photo_and_the_caption_true_of_it(tmp_path: Path) -> None:
    aro.write_relation(tmp_path)
    item = next(iter(VgRelation().open(Data(tmp_path)).items()))
    assert item.texts == ("the horse 0 is eating the grass", "the grass is eating the horse 0")
    assert (item.owners, item.parts) == ((0, -1), ("eating",))
    (picture,) = item.pictures
    assert isinstance(picture, Cropped)
    assert (picture.left, picture.top, picture.width, picture.height) == (4, 8, 10, 6)
    assert picture.pixels().shape == (6, 10, 3)


def test_the_mean_of_relations_passes_over_symmetric_ones(tmp_path: Path) -> None:
    aro.write_relation(tmp_path)
    result = evaluate(VgRelation().open(Data(tmp_path)), oracle)
    assert result.metrics["near/accuracy"].n == 15
    assert result.weights["macro/accuracy"].keys() == {"eating", "on", "to the left of"}


def test_the_relations_passed_over_are_those_of_the_published_list() -> None:
    assert len(PASSED_OVER) == 157
    assert {"near", "in front of", "next to", "wrapped in", "around"} - PASSED_OVER == {"in front of"}


def test_the_mean_of_attributes_is_over_pairs_of_25_items_or_more(tmp_path: Path) -> None:
    aro.write_attribution(tmp_path)
    result = evaluate(VgAttribution().open(Data(tmp_path)), oracle)
    assert result.metrics["green_tall/accuracy"].n == 5
    assert result.weights["macro/accuracy"].keys() == {"old_white", "blue_small"}


def test_records_without_a_box_or_with_a_spoilt_one_are_refused(tmp_path: Path) -> None:
    aro.write_relation(tmp_path)
    path = tmp_path / "aro" / "visual_genome_relation.json"
    records = json.loads(path.read_text())
    path.write_text(json.dumps([records[0] | {"bbox_w": "wide"}]))
    with pytest.raises(DataError, match=r"aro_vg_relation: the box \[4, 8, 'wide', 6\] of 0\.jpg"):
        list(VgRelation().open(Data(tmp_path)).items())
    del records[0]["bbox_w"]
    path.write_text(json.dumps(records))
    with pytest.raises(DataError, match="record 0 has no bbox_w: expected image_path, bbox_x"):
        list(VgRelation().open(Data(tmp_path)).items())
