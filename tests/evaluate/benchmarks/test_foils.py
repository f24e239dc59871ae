"""A dataset's foils as a benchmark: only two-way foils, each with its own captions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.foils import Foils
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.scorers.bounds import oracle
from counterfoil.pictures import encode_png
from counterfoil.shards import SCHEMA, write_json, write_rows


def _image(grey: int) -> dict[str, Any]:
    return {"bytes": encode_png(np.full((20, 20, 3), grey, np.uint8)), "path": f"{grey}.png"}


def _foil(key: str, operation: str, negative: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "key": key,
        "operation": operation,
        "kind": "attribute",
        "caption": "A red car.",
        "negative_caption": f"A blue car {key}.",
        "negative_image": negative,
    }


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    kept = [
        _foil("a/0", "replace", _image(80)),
        _foil("a/1", "swap", None),
        _foil("a/2", "swap", _image(160)),
    ]
    rows: list[dict[str, Any]] = [
        {"key": "a", "image": _image(0), "captions": ["A red car."], "licence": "CC0", "foils": kept},
        {"key": "b", "image": _image(10), "captions": ["A dog."], "licence": "CC0", "foils": []},
    ]
    write_rows(tmp_path / "data" / "00000.parquet", rows, SCHEMA)
    write_json(tmp_path / "manifest.json", {})
    return tmp_path


def test_each_two_way_foil_is_a_square_of_its_own_captions_and_pictures(dataset: Path) -> None:
    first, second = Foils(dataset=str(dataset)).open().items()
    assert (first.key, first.parts) == ("a/0", ("replace attribute",))
    assert second.texts == ("A red car.", "A blue car a/2.")
    assert [int(picture.pixels().mean()) for picture in second.pictures] == [0, 160]


def test_the_original_is_the_same_picture_in_all_its_squares(dataset: Path) -> None:
    first, second = Foils(dataset=str(dataset)).open().items()
    assert first.pictures[0] == second.pictures[0]
    assert first.pictures[1] != second.pictures[1]


def test_a_text_only_foil_is_a_choice_between_two_captions(dataset: Path) -> None:
    (item,) = Foils(two_way=False).open(Data(dataset)).items()
    assert (item.key, item.owners) == ("a/1", (0, -1))
    assert item.texts == ("A red car.", "A blue car a/1.")


def test_rates_come_by_operation_and_kind(dataset: Path) -> None:
    metrics = evaluate(Foils(dataset=str(dataset)).open(), oracle).metrics
    assert {name for name in metrics if name.endswith("group")} == {
        "group",
        "replace attribute/group",
        "swap attribute/group",
    }


def test_an_unfinished_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no manifest\.json"):
        Foils(dataset=str(tmp_path)).open()
