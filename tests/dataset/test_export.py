"""Each export is read back with a reader that knows nothing of ours, and holds what the dataset holds."""

import ast
import csv
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from trees import tree

from counterfoil.errors import DataError
from counterfoil.export import EXPORTS
from counterfoil.export.webdataset import WebDataset
from counterfoil.records import Sample
from counterfoil.shards import Row, read_rows
from counterfoil.sources import open_source

FORMATS = pytest.mark.parametrize("name", EXPORTS)


def stored(dataset: Path) -> list[Row]:
    return list(read_rows(dataset / "data"))


def table(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    lists = ("neg_caption", "neg_image")
    return [row | {name: ast.literal_eval(row[name]) for name in lists} for row in rows]


@FORMATS
def test_the_same_dataset_gives_the_same_bytes(name: str, dataset: Path, tmp_path: Path) -> None:
    assert EXPORTS[name].write(dataset, tmp_path / "a") == EXPORTS[name].write(dataset, tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


@FORMATS
def test_a_folder_in_use_is_left_alone(name: str, dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="is there already"):
        EXPORTS[name].write(dataset, tmp_path / "mine")
    assert tree(tmp_path / "mine") == {"thesis.txt": b"years of work"}


@FORMATS
def test_an_unfinished_dataset_is_refused_and_leaves_nothing(
    name: str, dataset: Path, tmp_path: Path
) -> None:
    (dataset / "manifest.json").unlink()
    with pytest.raises(DataError, match="no finished dataset"):
        EXPORTS[name].write(dataset, tmp_path / "out" / "export")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_tar_holds_each_group_whole(dataset: Path, tmp_path: Path) -> None:
    assert WebDataset(per_tar=10).write(dataset, tmp_path / "tars") == 26
    tars = sorted((tmp_path / "tars").iterdir())
    assert [tar.name for tar in tars] == ["00000.tar", "00001.tar", "00002.tar"]
    found: dict[str, dict[str, bytes]] = {}
    for path in tars:
        with tarfile.open(path) as tar:
            for member in tar:
                key, _, suffix = member.name.partition(".")
                assert (member.mtime, member.uid, member.uname) == (0, 0, "")
                found.setdefault(key, {})[suffix] = tar.extractfile(member).read()  # type: ignore[union-attr]
    assert list(found) == [f"{number:09}" for number in range(26)]
    for row, members in zip(stored(dataset), found.values(), strict=True):
        described = json.loads(members["json"])
        assert members["jpg"] == row["image"]["bytes"]
        assert members["txt"].decode() == row["captions"][0]
        assert [described["key"], described["captions"]] == [row["key"], row["captions"]]
        for foil, ours in zip(row["foils"], described["foils"], strict=True):
            picture = foil["negative_image"]
            assert ours["negative_caption"] == foil["negative_caption"]
            assert ours["box"] == foil["box"]
            assert ours["scores"] == {s["name"]: s["value"] for s in foil["scores"]}
            assert members.get(ours["negative_image"]) == (picture and picture["bytes"])


def test_a_table_pairs_every_caption_with_what_is_false_of_it(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "table"
    written = EXPORTS["open_clip"].write(dataset, out)
    rows = table(out / "foils.tsv")
    assert written == len(rows) == 26 * 3  # a true caption and two counterfoils a group
    assert [int(row[""]) for row in rows] == list(range(78))
    truth, blue, green = rows[3:6]
    assert truth["title"] == "a red square on grey"
    assert truth["neg_caption"] == [
        "a blue square on grey",
        "a green square on grey",
        "a square red on grey",
    ]
    assert truth["neg_image"] == [4, 5]
    assert (blue["title"], blue["neg_caption"], blue["neg_image"]) == (
        "a blue square on grey",
        ["a red square on grey"],
        [3],
    )
    second = stored(dataset)[1]
    assert (out / truth["filepath"]).read_bytes() == second["image"]["bytes"]
    assert (out / green["filepath"]).read_bytes() == second["foils"][1]["negative_image"]["bytes"]


def test_a_table_keeps_hostile_captions_as_they_are(dataset: Path, tmp_path: Path) -> None:
    EXPORTS["open_clip"].write(dataset, tmp_path / "table")
    last = stored(dataset)[-1]["foils"][0]
    rows = table(tmp_path / "table" / "foils.tsv")
    assert last["caption"] == rows[-3]["title"]
    assert last["negative_caption"] == rows[-2]["title"]


def test_a_table_has_the_columns_of_negclip(shared_data: Path, dataset: Path, tmp_path: Path) -> None:
    released = shared_data / "benchmarks" / "aro_negclip" / "valid_neg_clip.tsv"
    theirs = released.read_text(encoding="utf-8").splitlines()[0].split("\t")
    EXPORTS["open_clip"].write(dataset, tmp_path / "table")
    assert list(table(tmp_path / "table" / "foils.tsv")[0]) == theirs


def test_an_annotation_has_the_fields_of_gnm(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "gnm"
    assert EXPORTS["gnm"].write(dataset, out) == 52
    records = json.loads((out / "annotation.json").read_text(encoding="utf-8"))
    assert records[1] == {
        "origin_name": "000000000.jpg",
        "name": "000000000:red:green",
        "source": "pictures/00000/000000000.jpg",
        "item": "red",
        "short": "green",
        "desc": "green",
        "save": "pictures/00000/000000000_0001.jpg",
        "tag2text_caption": "a red square on grey",
        "original_captions": ["a red square on grey", "something red"],
        "captions": ["a green square on grey"],
        "itm_score": [],
        "iva_score": None,
    }
    assert len({record["name"] for record in records}) == 52
    first = stored(dataset)[0]
    assert (out / records[1]["save"]).read_bytes() == first["foils"][1]["negative_image"]["bytes"]


def test_a_quad_has_the_truth_on_its_diagonal(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "quads"
    assert EXPORTS["winoground"].write(dataset, out) == 52
    quads = [json.loads(line) for line in (out / "examples.jsonl").read_bytes().splitlines()]
    assert [quad["id"] for quad in quads] == list(range(52))
    foils = [(row, foil) for row in stored(dataset) for foil in row["foils"] if foil["negative_image"]]
    for quad, (row, foil) in zip(quads, foils, strict=True):
        assert (quad["caption_0"], quad["caption_1"]) == (foil["caption"], foil["negative_caption"])
        assert (out / quad["image_0"]).read_bytes() == row["image"]["bytes"]
        assert (out / quad["image_1"]).read_bytes() == foil["negative_image"]["bytes"]
        assert (quad["tag"], quad["group"]) == ("replace attribute", row["key"])


@pytest.mark.parametrize("name", ["gnm", "winoground"])
def test_text_only_foils_without_a_place_are_counted(
    name: str, dataset: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    EXPORTS[name].write(dataset, tmp_path / "out")
    assert "26 text-only foils" in capfd.readouterr().err


def test_our_own_sources_read_the_tars(dataset: Path, tmp_path: Path) -> None:
    EXPORTS["webdataset"].write(dataset, tmp_path / "tars")
    samples = list(open_source(str(tmp_path / "tars")).read())
    assert len(samples) == 26
    for row, sample in zip(stored(dataset), samples, strict=True):
        assert isinstance(sample, Sample)
        assert sample.image.data == row["image"]["bytes"]
        assert len(sample.captions) == len(row["captions"])
    assert samples[0].captions == ("a red square on grey", "something red")  # type: ignore[union-attr]


def test_our_own_sources_read_the_table(dataset: Path, tmp_path: Path) -> None:
    EXPORTS["open_clip"].write(dataset, tmp_path / "table")
    samples = list(open_source(str(tmp_path / "table" / "foils.tsv")).read())
    assert len(samples) == 26 * 3
    first = samples[1]
    assert isinstance(first, Sample)
    assert first.captions == ("a blue square on grey",)
    blue = stored(dataset)[0]["foils"][0]["negative_image"]["bytes"]
    assert Path(first.image.path).read_bytes() == blue
