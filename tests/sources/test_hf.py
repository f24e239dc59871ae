"""Hugging Face datasets that lie on this machine."""

import io
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from counterfoil.errors import DataError
from counterfoil.records import Rejected
from counterfoil.sources.hf import HuggingFace

datasets = pytest.importorskip("datasets")


def png(grey: int) -> bytes:
    data = io.BytesIO()
    Image.new("L", (16, 16), grey).save(data, "PNG")
    return data.getvalue()


def rows(**columns: list[Any]) -> Any:
    pictures = [{"bytes": png(i), "path": f"{name}.png"} for i, name in enumerate("ab")]
    table = datasets.Dataset.from_dict({"image": pictures} | columns)
    return table.cast_column("image", datasets.Image())


def read(path: Path, **settings: str) -> list[tuple[str, object]]:
    out = HuggingFace(path=str(path), **settings).read()
    return [(one.key, one.reason if isinstance(one, Rejected) else one.captions) for one in out]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    datasets.disable_progress_bars()


def test_a_parquet_file_and_folders_of_all_kinds_are_read_alike(tmp_path: Path) -> None:
    table = rows(text=["A.", "B."])
    (tmp_path / "folder" / "data").mkdir(parents=True)
    table.to_parquet(str(tmp_path / "folder" / "data" / "train-00000-of-00001.parquet"))
    table.to_parquet(str(tmp_path / "file.parquet"))
    table.save_to_disk(str(tmp_path / "saved"))
    datasets.DatasetDict({"train": table}).save_to_disk(str(tmp_path / "splits"))
    for name in ("folder", "file.parquet", "saved", "splits"):
        assert read(tmp_path / name) == [("a", ("A.",)), ("b", ("B.",))], name


@pytest.mark.parametrize("name", ["folder", "file.parquet", "saved"])
def test_what_lies_on_this_machine_is_read_without_a_look_at_the_network(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = rows(text=["A.", "B."])
    (tmp_path / "folder").mkdir()
    table.to_parquet(str(tmp_path / "folder" / "train.parquet"))
    table.to_parquet(str(tmp_path / "file.parquet"))
    table.save_to_disk(str(tmp_path / "saved"))
    asked: list[str] = []

    def refuse(host: str, *more: object, **others: object) -> None:
        asked.append(host)
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert len(read(tmp_path / name)) == 2
    assert not asked


def test_pictures_in_a_folder_with_metadata_stay_files(tmp_path: Path) -> None:
    for i, name in enumerate("ab"):
        (tmp_path / f"{name}.png").write_bytes(png(i))
    lines = [{"file_name": f"{name}.png", "text": f"{name.upper()}."} for name in "ab"]
    (tmp_path / "metadata.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert read(tmp_path) == [("a", ("A.",)), ("b", ("B.",))]


def test_columns_are_found_or_set_and_a_key_column_wins(tmp_path: Path) -> None:
    rows(key=["k1", "k2"], captions=[["A.", "Aa."], ["B."]], other=["C.", "D."]).to_parquet(
        str(tmp_path / "f.parquet")
    )
    assert read(tmp_path / "f.parquet") == [("k1", ("A.", "Aa.")), ("k2", ("B.",))]
    assert read(tmp_path / "f.parquet", caption_column="other") == [("k1", ("C.",)), ("k2", ("D.",))]


def test_rows_without_a_picture_or_with_a_path_outside_are_refused(tmp_path: Path) -> None:
    pictures = [None, {"bytes": None, "path": "/etc/passwd"}, {"bytes": png(1), "path": None}]
    table = datasets.Dataset.from_dict({"image": pictures, "text": ["A.", "B.", "C."]})
    table.cast_column("image", datasets.Image()).to_parquet(str(tmp_path / "f.parquet"))
    assert read(tmp_path / "f.parquet") == [
        ("000000000", "missing_picture"),
        ("passwd", "path_outside"),
        ("000000002", ("C.",)),
    ]


def test_wrong_columns_and_splits_name_the_right_ones(tmp_path: Path) -> None:
    rows(words=["A.", "B."], text=["A.", "B."]).to_parquet(str(tmp_path / "f.parquet"))
    with pytest.raises(DataError, match=r"unknown column 'picture': .*Set image_column"):
        read(tmp_path / "f.parquet", image_column="picture")
    with pytest.raises(DataError, match="did you mean 'words'"):
        read(tmp_path / "f.parquet", caption_column="word")
    with pytest.raises(DataError, match="not pictures: set image_column"):
        read(tmp_path / "f.parquet", image_column="words")
    datasets.DatasetDict({"test": rows(text=["A.", "B."])}).save_to_disk(str(tmp_path / "splits"))
    with pytest.raises(DataError, match=r"unknown split 'train': .*Known: test"):
        read(tmp_path / "splits")
    rows(text=["A.", "B."]).to_parquet(str(tmp_path / "file.parquet"))
    with pytest.raises(DataError, match=r"unknown split 'test': .*Known: train"):
        read(tmp_path / "file.parquet", split="test")


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    rows(text=["A.", "B."]).to_parquet(str(tmp_path / "f.parquet"))
    data = (tmp_path / "f.parquet").read_bytes()
    (tmp_path / "f.parquet").write_bytes(data[: len(data) // 2])
    with pytest.raises(DataError, match=r"f\.parquet"):
        read(tmp_path / "f.parquet")


def test_without_the_package_the_extra_is_named(tmp_path: Path) -> None:
    """In a Python where `datasets` is blocked from import."""
    code = (
        "import sys; sys.modules['datasets'] = None\n"
        "from counterfoil.sources import open_source\n"
        "try: list(open_source('hf:any').read())\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("DataError")
    assert "pip install 'counterfoil[hf]'" in done.stdout
