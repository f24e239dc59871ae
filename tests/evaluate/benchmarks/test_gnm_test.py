"""GNM's test set: what is right of a group, by hand and by chance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from official import WRITERS

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmarks.gnm_test import GnmTest, each_and_all
from counterfoil.evaluate.data import Data


def test_a_group_is_right_if_all_of_it_is() -> None:
    # pictures 0 and 1 prefer their own texts, 2 that of 1; each text prefers its own picture
    score_NIT = np.array([[[0.9, 0.1, 0.2], [0.3, 0.8, 0.1], [0.0, 0.6, 0.5]]], np.float32)
    margins = each_and_all(score_NIT, np.arange(3))
    assert (margins["text-1"] > 0).tolist() == [[True, True, False]]
    assert (margins["image-1"] > 0).tolist() == [[True, True, True]]
    assert (margins["group-1"] > 0).tolist() == [[True, True, False]]
    assert [bool(margins[f"{name}-all"][0, 0] > 0) for name in ("text", "image", "group")] == [
        False,
        True,
        False,
    ]


def test_a_pair_of_the_group_is_ahead_of_its_row_and_of_its_column() -> None:
    score_NIT = np.array([[[0.5, 0.2], [0.4, 0.9]]], np.float32)
    assert each_and_all(score_NIT, np.arange(2))["group-1"][0] == pytest.approx([0.1, 0.5])


@pytest.mark.parametrize(("size", "every"), [(2, 1 / 6), (3, 1 / 60), (4, 1 / 840)])
def test_chance_of_a_group_is_what_many_random_groups_get(size: int, every: float, tmp_path: Path) -> None:
    record = {"num_sample": size} | {
        f"{w}_{n}": f"{w} {n}" for w in ("image", "caption") for n in range(size)
    }
    (tmp_path / "test.json").write_text(json.dumps([record]))
    chance = GnmTest().open(Data(tmp_path)).chance
    assert chance["group-all"] == pytest.approx(every)
    scores = np.random.default_rng(0).random((60_000, size, size), np.float32)
    for name, margins in each_and_all(scores, np.arange(size)).items():
        share, error = (margins > 0).mean(), (chance[name] / margins.size) ** 0.5
        assert abs(share - chance[name]) < 4 * error, name


def test_the_fields_of_a_group_are_those_of_its_size(tmp_path: Path) -> None:
    WRITERS["gnm_test"](tmp_path)
    item = list(GnmTest().open(Data(tmp_path)).items())[2]
    assert item.texts == tuple(f"a table 2 with {place} cups" for place in range(4))
    assert item.owners == (0, 1, 2, 3)
    assert [int(picture.pixels()[0, 0, 0]) for picture in item.pictures] == [8, 9, 10, 11]


@pytest.mark.parametrize("size", [1, 0, "3", None])
def test_a_size_that_is_no_number_of_a_group_is_an_error(size: object, tmp_path: Path) -> None:
    (tmp_path / "test.json").write_text(json.dumps([{"num_sample": size, "image_0": "a", "caption_0": "a"}]))
    with pytest.raises(DataError, match="record 0: num_sample"):
        GnmTest().open(Data(tmp_path))
