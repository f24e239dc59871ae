"""How a source is named: by what lies at a path, or by a word before it."""

import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.errors import DataError, RecipeError
from counterfoil.sources import open_source, recognise
from counterfoil.sources.table import Table


def test_a_path_is_known_by_what_lies_there(tmp_path: Path) -> None:
    lies = {
        "tars/a-000.tar": "webdataset",
        "squares/a.parquet": "hf",
        "split/data/train-00000.parquet": "hf",
        "saved/dataset_info.json": "hf",
        "listed/captions.jsonl": "folder",
        "texts/a.txt": "folder",
        "coco/annotations/captions_val.json": "coco",
        "bare/captions_val.json": "coco",
    }
    for name, source in lies.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text("{}")
        assert recognise(str(tmp_path / name.partition("/")[0])) == source, name


@pytest.mark.parametrize(
    ("start", "source"),
    [
        ('{"info": {}, "images": [{"file_name": "a.jpg"', "coco"),
        ('{"images": [{"filepath": "val2014", "sentids": [1], "sentences": [', "karpathy"),
        ('\ufeff [{"image": "a.jpg"', "karpathy"),
    ],
)
def test_a_json_file_is_known_by_its_start(start: str, source: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(start, encoding="utf-8")
    assert recognise(str(tmp_path / "a.json")) == source


def test_a_pattern_of_tars_needs_no_file_of_its_name() -> None:
    assert recognise("shards/a-{000..010}.tar") == "webdataset"


def test_settings_are_fields(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    source = open_source(str(tmp_path / "a.csv"), {"separator": ";"})
    assert source == Table(path=str(tmp_path / "a.csv"), separator=";")


def test_a_path_with_a_colon_is_a_path(tmp_path: Path) -> None:
    file = tmp_path / "12:30.csv"
    file.write_text("")
    assert open_source(str(file)) == Table(path=str(file))


def test_an_unknown_source_names_the_nearest() -> None:
    with pytest.raises(RecipeError, match="did you mean 'coco'"):
        open_source("cocoa:photos")


def test_what_is_not_there_or_not_understood_says_what_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is not there\. What can be read: a folder of pictures"):
        open_source(str(tmp_path / "none"))
    (tmp_path / "a.doc").write_text("")
    with pytest.raises(DataError, match=r"of no known form\. What can be read"):
        open_source(str(tmp_path / "a.doc"))


def test_naming_a_source_imports_none_of_the_others() -> None:
    code = "import sys, counterfoil.sources; print({'datasets', 'cv2', 'PIL', 'tarfile'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
