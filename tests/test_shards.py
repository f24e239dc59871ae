"""The dataset on disk: the contract's columns, whole files or none, the same bytes for the same rows."""

import io
from pathlib import Path

import datasets
import pytest
from PIL import Image

from counterfoil import shards
from counterfoil.errors import DataError


def jpeg(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (16, 16), colour).save(data, "JPEG")
    return data.getvalue()


def row(key: str) -> shards.Row:
    foil = {
        "key": f"{key}/0",
        "operation": "replace",
        "kind": "attribute",
        "before": "red",
        "after": "blue",
        "caption": "A red square.",
        "negative_caption": "A blue square.",
        "also_negative": ["Something blue.", "A square, blue."],
        "description": "a square of bright blue",
        "negative_image": {"bytes": jpeg("blue"), "path": None},
        "positive_image": None,
        "box": [0.0, 0.0, 1.0, 1.0],
        "scores": [{"name": "seam.ratio", "value": 1.0}],
        "provenance": {"proposer": "p", "editor": "e", "models": [], "seed": 0},
    }
    text_only = foil | {"key": f"{key}/1", "negative_image": None, "box": None}
    image = {"bytes": jpeg("red"), "path": None}
    return {
        "key": key,
        "image": image,
        "captions": ["A red square."],
        "licence": "CC0",
        "foils": [foil, text_only],
    }


def test_datasets_opens_the_shards_with_every_picture_decoded(tmp_path: Path) -> None:
    shards.write_rows(tmp_path / "data" / "00000.parquet", [row("a"), row("b")], shards.SCHEMA)
    files = str(tmp_path / "data" / "*.parquet")
    loaded = datasets.load_dataset(
        "parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache")
    )
    first = loaded[0]
    assert list(first) == ["key", "image", "captions", "licence", "foils"]
    assert first["image"].getpixel((8, 8))[0] > 250
    assert first["foils"][0]["negative_image"].getpixel((8, 8))[2] > 250
    assert first["foils"][1]["negative_image"] is None
    assert first["foils"][0]["scores"] == [{"name": "seam.ratio", "value": 1.0}]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        shards.write_rows(tmp_path / name, [row(str(n)) for n in range(40)], shards.SCHEMA)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [row(str(n)) for n in range(40)]
    shards.write_rows(tmp_path / "00000.parquet", rows[:20], shards.SCHEMA)
    shards.write_rows(tmp_path / "00001.parquet", rows[20:], shards.SCHEMA)
    assert list(shards.read_rows(tmp_path)) == rows


def test_a_file_that_fails_halfway_never_was(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), shards.atomic(tmp_path / "x") as unfinished:  # noqa: PT012
        unfinished.write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot write .*/file/x"):
        shards.write_text(tmp_path / "file" / "x", "text")


def test_a_damaged_shard_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "00000.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(DataError, match=r"00000.parquet cannot be read"):
        list(shards.read_rows(tmp_path))


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        (b"negative_caption", "foils.negative_caption"),
        (b"captions", "captions"),
        (b"editor", "provenance.editor"),
    ],
)
def test_a_shard_whose_column_has_another_name_by_a_flipped_bit_is_told(
    name: bytes, lacking: str, tmp_path: Path
) -> None:
    path = tmp_path / "00000.parquet"
    shards.write_rows(path, [row("a")], shards.SCHEMA)
    path.write_bytes(path.read_bytes().replace(name, bytes([name[0] ^ 1]) + name[1:]))
    with pytest.raises(DataError, match=rf"00000.parquet cannot be read \(no column .*{lacking}"):
        list(shards.read_rows(tmp_path))


@pytest.mark.parametrize("text", ["", "[1, ", "[" * 5000])
def test_a_damaged_json_of_ours_is_told_by_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=r"manifest.json cannot be read"):
        shards.read_manifest(tmp_path)
