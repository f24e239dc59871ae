"""VSR: both questions, the label's side, and the real files' counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from official import vsr

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.vsr import Vsr
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.bounds import oracle


def _lines(folder: Path, *records: dict[str, Any]) -> Data:
    (folder / "random_test.jsonl").write_text("\n".join(json.dumps(record) for record in records))
    return Data(folder)


def _record(image: str, label: int, caption: str = "The cat is under the car.") -> dict[str, Any]:
    return {"image": image, "caption": caption, "label": label, "relation": "under"}


def test_the_label_says_whether_the_statement_is_called_true_or_false(tmp_path: Path) -> None:
    right, wrong = Vsr().open(_lines(tmp_path, _record("1.jpg", 1), _record("2.jpg", 0))).items()
    assert (
        right.texts
        == wrong.texts
        == (
            "The cat is under the car. (True)",
            "The cat is under the car. (False)",
        )
    )
    assert (right.owners, wrong.owners) == ((0, -1), (-1, 0))
    assert right.parts == ("under",)


def test_a_pair_is_a_photo_of_which_the_statement_holds_and_one_of_which_not(tmp_path: Path) -> None:
    data = _lines(
        tmp_path,
        _record("no.jpg", 0),
        _record("yes.jpg", 1),
        _record("other.jpg", 1, "The dog is near the car."),
        _record("more.jpg", 0),
    )
    (pair,) = Vsr(pairs=True).open(data).items()
    assert [p.image.path.split("/")[-1] for p in pair.pictures if isinstance(p, Stored)] == [
        "yes.jpg",
        "no.jpg",
    ]
    assert (pair.texts, pair.owners) == (("The cat is under the car.",), (0,))


def test_the_pairs_of_the_official_form_are_all_answered(tmp_path: Path) -> None:
    vsr.write(tmp_path)
    metrics = evaluate(Vsr(pairs=True).open(Data(tmp_path)), oracle).metrics
    assert (metrics["image"].n, metrics["image"].value) == (60, 1.0)


@pytest.mark.parametrize(
    ("split", "subset", "items", "pairs"),
    [
        ("random", "test", 2195, 297),
        ("random", "dev", 1097, 92),
        ("zeroshot", "test", 1222, 520),
        ("zeroshot", "dev", 340, 146),
    ],
)
def test_the_real_files_have_their_counts(
    split: str, subset: str, items: int, pairs: int, shared_data: Path
) -> None:
    data = Data(shared_data / "benchmarks" / "vsr")
    found = evaluate(Vsr(split=split, subset=subset).open(data), oracle)
    assert (found.items, found.metrics["accuracy"].value) == (items, 1.0)
    assert evaluate(Vsr(split=split, subset=subset, pairs=True).open(data), oracle).items == pairs


def test_a_label_that_is_neither_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2: label is 2, neither 0 nor 1"):
        list(Vsr().open(_lines(tmp_path, _record("1.jpg", 1), _record("2.jpg", 2))).items())


def test_a_line_that_is_cut_off_is_named(tmp_path: Path) -> None:
    data = _lines(tmp_path, _record("1.jpg", 1), _record("2.jpg", 0))
    path = tmp_path / "random_test.jsonl"
    path.write_text(path.read_text()[:-20])
    with pytest.raises(DataError, match="line 2 is no whole JSON"):
        list(Vsr().open(data).items())
