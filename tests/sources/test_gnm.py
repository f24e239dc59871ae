"""GNM's files go in and come out again; both can be trained on and evaluated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from official.pictures import write_picture

from counterfoil import shards
from counterfoil.errors import DataError
from counterfoil.evaluate.benchmarks.foils import Foils
from counterfoil.evaluate.benchmarks.gnm_test import GnmTest
from counterfoil.evaluate.data import Data
from counterfoil.export import EXPORTS
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.pictures import decode
from counterfoil.recipes.given import given
from counterfoil.records import ImageFile, Rejected, Sample
from counterfoil.sources import open_source
from counterfoil.train.open import open_foils


def record(number: int, item: str, short: str, **more: Any) -> dict[str, Any]:
    return {
        "origin_name": f"{number}.jpg",
        "name": f"{number}:{item}:{short}",
        "source": f"train/{number}.jpg",
        "item": item,
        "short": short,
        "desc": f"a {short} of wood, with a red stripe",
        "save": f"made/{number}_{item}_{short}.jpg",
        "tag2text_caption": f"a {item} on a table",
        "original_captions": [f"A {item} stands there.", "Things."],
        "captions": [f"a {short} on a table", f"A {short} stands there."],
        "itm_score": [1.5, -0.25],
        "iva_score": 22.125,
    } | more


RECORDS = [record(1, "cup", "blue mug"), record(2, "dog", "grey wolf"), record(1, "cup", "tall glass")]


def write(folder: Path, records: list[Any] = RECORDS) -> Path:
    for one in records:
        if isinstance(one, dict) and isinstance(one.get("save"), str):
            write_picture(folder / one["source"], 40 * int(one["origin_name"][0]))
            write_picture(folder / one["save"], 40 * int(one["origin_name"][0]) + len(one["short"]))
    path = folder / "annotation.json"
    path.write_text(json.dumps(records))
    return path


def mined(path: Path, out: Path) -> dict[str, Any]:
    return mine(open_source(str(path)), given(), out, Local(workers=0))


def test_the_file_is_known_by_what_stands_in_it(tmp_path: Path) -> None:
    assert type(open_source(str(write(tmp_path)))).__name__ == "Gnm"


def test_photos_come_with_their_variations(tmp_path: Path) -> None:
    first, second = open_source(str(write(tmp_path))).read()
    assert isinstance(first, Sample)
    assert isinstance(second, Sample)
    assert first.captions == ("A cup stands there.", "Things.", "a cup on a table")
    assert [v.after for v in first.variations] == ["blue mug", "tall glass"]
    assert dict(first.variations[0].scores) == {
        "itm.0": 1.5,
        "itm.1": -0.25,
        "itm.mean": 0.625,
        "iva": 22.125,
    }
    assert len(second.variations) == 1


def test_what_is_imported_and_exported_says_the_same(tmp_path: Path) -> None:
    mined(write(tmp_path / "theirs"), tmp_path / "ours")
    assert EXPORTS["gnm"].write(tmp_path / "ours", tmp_path / "back") == 3
    back = json.loads((tmp_path / "back" / "annotation.json").read_text())
    files = ("origin_name", "name", "source", "save", "original_captions")
    ordered = [RECORDS[0], RECORDS[2], RECORDS[1]]
    for ours, theirs in zip(back, ordered, strict=True):
        assert {k: v for k, v in ours.items() if k not in files} == {
            k: v for k, v in theirs.items() if k not in files
        }
        assert ours["original_captions"] == [*theirs["original_captions"], theirs["tag2text_caption"]]
        for name in ("source", "save"):
            pixels = [
                decode(ImageFile(str(p)))
                for p in (tmp_path / "back" / ours[name], tmp_path / "theirs" / theirs[name])
            ]
            assert np.abs(pixels[0].astype(int) - pixels[1]).max() <= 2  # JPEG again


def test_importing_an_export_gives_the_same_export(tmp_path: Path) -> None:
    mined(write(tmp_path / "theirs"), tmp_path / "a")
    EXPORTS["gnm"].write(tmp_path / "a", tmp_path / "b")
    mined(tmp_path / "b" / "annotation.json", tmp_path / "c")
    EXPORTS["gnm"].write(tmp_path / "c", tmp_path / "d")
    told = [(tmp_path / name / "annotation.json").read_text() for name in "bd"]
    assert told[0] == told[1]


def test_foils_have_descriptions_and_further_captions(tmp_path: Path) -> None:
    mined(write(tmp_path), tmp_path / "out")
    foil = next(shards.read_rows(tmp_path / "out" / "data"))["foils"][0]
    assert foil["description"] == "a blue mug of wood, with a red stripe"
    assert foil["also_negative"] == ["A blue mug stands there."]
    assert {s["name"] for s in foil["scores"]} == {"itm.0", "itm.1", "itm.mean", "iva"}


def test_what_was_imported_can_be_trained_on_and_evaluated(tmp_path: Path) -> None:
    mined(write(tmp_path), tmp_path / "out")
    data = open_foils([str(tmp_path / "out")])
    assert data.foils.num_rows == 3
    items = list(Foils().open(Data(tmp_path / "out")).items())
    assert {item.texts for item in items} >= {("a dog on a table", "a grey wolf on a table")}


def test_the_test_set_can_be_mined_and_comes_out_as_the_benchmark_reads_it(tmp_path: Path) -> None:
    group: dict[str, Any] = {"num_sample": 3}
    for n, thing in enumerate(("cup", "mug", "jug")):
        write_picture(tmp_path / f"{thing}.jpg", 60 * n)
        group |= {f"image_{n}": f"{thing}.jpg", f"caption_{n}": f"a {thing} on a table"}
    (tmp_path / "test.json").write_text(json.dumps([group]))
    mined(tmp_path / "test.json", tmp_path / "out")
    (row,) = shards.read_rows(tmp_path / "out" / "data")
    assert [(f["before"], f["after"]) for f in row["foils"]] == [("cup", "mug"), ("cup", "jug")]
    assert EXPORTS["gnm_test"].write(tmp_path / "out", tmp_path / "back" / "gnm_test") == 1
    (item,) = GnmTest().open(Data(tmp_path / "back")).items()
    assert item.texts == ("a cup on a table", "a mug on a table", "a jug on a table")
    assert [round(int(picture.pixels()[0, 0, 0]) / 60) for picture in item.pictures] == [0, 1, 2]


def test_folders_of_ones_own_are_searched_by_file_name(tmp_path: Path) -> None:
    path = write(tmp_path / "files")
    for name, pictures in (("train", "photos"), ("made", "painted")):
        (tmp_path / "files" / name).rename(tmp_path / pictures)
    settings = {"images": str(tmp_path / "photos"), "variations": str(tmp_path / "painted")}
    samples = list(open_source(str(path), settings).read())
    assert [len(sample.variations) for sample in samples if isinstance(sample, Sample)] == [2, 1]


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"captions": []}, "captions is []"),
        ({"captions": "one"}, "captions is 'one'"),
        ({"item": None}, "item is None"),
        ({"itm_score": ["x"]}, "itm_score is ['x']"),
        ({"iva_score": "much"}, "iva_score is 'much'"),
        ({"num_sample": 1}, "num_sample is 1"),
        ({"num_sample": 2, "image_0": "a.jpg"}, "caption_0 is None"),
    ],
)
def test_a_bad_record_is_refused_with_what_is_wrong(
    change: dict[str, Any], detail: str, tmp_path: Path
) -> None:
    path = write(tmp_path, [RECORDS[0], RECORDS[1] | change, "text"])
    out = list(open_source(f"gnm:{path}").read())
    refused = [one for one in out if isinstance(one, Rejected)]
    assert [one.reason for one in refused] == ["bad_annotation"] * 2
    assert detail in refused[0].detail
    assert refused[0].key == "annotation.json[1]"


def test_a_variation_without_a_picture_is_a_refused_part(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / RECORDS[0]["save"]).unlink()
    manifest = mined(path, tmp_path / "out")
    assert manifest["counts"]["foils"] == 2
    assert manifest["part_reasons"] == {"missing_picture": 1}


def test_a_variation_of_another_size_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = write(tmp_path)
    from PIL import Image

    Image.new("RGB", (50, 99)).save(tmp_path / RECORDS[0]["save"])
    manifest = mined(path, tmp_path / "out")
    assert manifest["counts"]["foils"] == 2
    assert next(s for s in manifest["stages"] if s["name"] == "given")["rejected"] == {"another_size": 1}


@pytest.mark.parametrize("text", ["[]", "{}", '[{"image": "a", "caption": "b"}]'])
def test_another_file_is_an_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DataError, match="neither a list of records"):
        list(open_source(f"gnm:{tmp_path / 'a.json'}").read())
