"""Official files that are cut off, renamed or lack a field: always an error that says where and what."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from official import WRITERS

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import Data

WHOLE = (".json", ".parquet", ".arrow")
"""Endings of files that show when a part of them is missing; a table may end after any row."""


def _read(name: str, folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    return [(item.key, item.texts) for item in BENCHMARKS[name].open(Data(folder)).items()]


def _complaint(name: str, folder: Path) -> str:
    try:
        _read(name, folder)
    except DataError as error:
        return str(error)
    return ""


def _files(folder: Path, *endings: str) -> list[Path]:
    """But a dataset's manifest, of which only is asked whether it is there."""
    return sorted(p for p in folder.rglob("*") if p.suffix in endings and p.name != "manifest.json")


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_is_cut_off_is_an_error_that_names_it(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    whole, noticed = _read(name, tmp_path), 0  # a writer may write another benchmark's files too
    for path in _files(tmp_path, *WHOLE)[:4]:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        complaint = _complaint(name, tmp_path)
        assert path.name in complaint or (not complaint and _read(name, tmp_path) == whole)
        noticed += bool(complaint)
        path.write_bytes(content)
    assert noticed or not _files(tmp_path, *WHOLE)


@pytest.mark.parametrize(
    ("name", "file", "field"),
    [
        *product(["eqben"], ["private_info_global.json"], ["image0", "caption0", "image1", "caption1"]),
        *product(
            ["spec"], ["count/text2image.json", "existence/image2text.json"], ["query", "keys", "label"]
        ),
        *product(["gnm_test"], ["test.json"], ["num_sample", "image_1", "caption_0"]),
        *product(
            ["svo_probes"], ["svo_probes.csv"], ["sentence", "pos_image_id", "neg_image_id", "verb_neg"]
        ),
        *product(["mmvp_vlm"], ["Questions.csv"], ["Question ID", "Type", "Statement"]),
        *product(["vl_checklist"], ["Relation/vg/spatial.json"], ["POS", "NEG"]),
        *product(
            ["negbench_coco"],
            ["COCO_val_mcq_llama3.1_rephrased.csv"],
            ["image_path", "caption_3", "correct_answer", "correct_answer_template"],
        ),
        *product(["negbench_coco_retrieval"], ["COCO_val_retrieval.csv"], ["filepath", "captions"]),
    ],
)
def test_a_field_of_another_name_is_an_error_that_names_the_right_one(
    name: str, file: str, field: str, tmp_path: Path
) -> None:
    WRITERS[name](tmp_path)
    path = Data(tmp_path).find(name, file)
    assert path
    text = path.read_text()
    assert field in text
    path.write_text(
        text.replace(f'"{field}"', '"other"') if path.suffix == ".json" else _renamed(text, field)
    )
    with pytest.raises(DataError, match=field):
        _read(name, tmp_path)


def _renamed(table: str, field: str) -> str:
    header, rows = table.split("\n", 1)
    columns = ["other" if column.strip() == field else column for column in header.split(",")]
    return ",".join(columns) + "\n" + rows


@pytest.mark.parametrize("name", ["vl_checklist", "spec"])
def test_a_part_that_is_missing_is_an_error_before_anything_is_scored(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    path = _files(tmp_path, ".json")[-1]
    path.unlink()
    with pytest.raises(DataError, match=f"{path.name}.*Get it"):
        BENCHMARKS[name].open(Data(tmp_path))
