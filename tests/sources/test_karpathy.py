"""Karpathy's splits."""

import json
from pathlib import Path
from typing import Any

import pytest

from counterfoil.errors import DataError
from counterfoil.records import Rejected
from counterfoil.sources.karpathy import Karpathy


def read(folder: Path, document: Any, **settings: str) -> list[tuple[str, object]]:
    for name in ("val2014/a.jpg", "b.jpg"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"")
    (folder / "d.json").write_text(document if isinstance(document, str) else json.dumps(document))
    out = Karpathy(path=str(folder / "d.json"), **settings).read()
    return [(one.key, one.reason if isinstance(one, Rejected) else one.captions) for one in out]


OWN = {
    "images": [
        {
            "filepath": "val2014",
            "filename": "a.jpg",
            "split": "test",
            "sentences": [{"raw": "A."}, {"raw": "Aa."}],
        },
        {"filename": "b.jpg", "split": "train", "sentences": [{"raw": "B.", "tokens": ["b"]}]},
    ]
}


def test_his_own_form_is_read_with_folders(tmp_path: Path) -> None:
    assert read(tmp_path, OWN) == [("val2014/a", ("A.", "Aa.")), ("b", ("B.",))]


def test_one_split_can_be_chosen(tmp_path: Path) -> None:
    assert read(tmp_path, OWN, split="test") == [("val2014/a", ("A.", "Aa."))]
    with pytest.raises(DataError, match="unknown split 'tset': did you mean 'test'"):
        read(tmp_path, OWN, split="tset")


def test_the_flat_form_may_have_an_entry_for_each_caption(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"image": "b.jpg", "caption": "B."},
        {"image": "val2014/a.jpg", "caption": ["A.", "Aa."]},
        {"image": "b.jpg", "caption": "Bee."},
    ]
    assert read(tmp_path, rows) == [("b", ("B.", "Bee.")), ("val2014/a", ("A.", "Aa."))]


def test_bad_entries_are_named_by_their_places(tmp_path: Path) -> None:
    rows = [7, {"caption": "A."}, {"image": 3}, {"image": "b.jpg"}, {"image": "../b.jpg", "caption": "B."}]
    assert read(tmp_path, rows) == [
        *((f"d.json[{i}]", "bad_annotation") for i in (0, 1, 2)),
        ("b", "no_caption"),
        ("../b", "path_outside"),
    ]


@pytest.mark.parametrize("document", [{"annotations": []}, 7, "null", '{"images": [{"filename"'])
def test_a_bad_file_is_one_clear_error(document: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"d\.json"):
        read(tmp_path, document)


def test_the_real_test_split_is_read_whole(shared_data: Path) -> None:
    file = shared_data / "benchmarks" / "coco_karpathy" / "coco_karpathy_test.json"
    out = list(Karpathy(path=str(file)).read())
    assert len(out) == 5000
    assert {one.reason for one in out if isinstance(one, Rejected)} == {"missing_picture"}
