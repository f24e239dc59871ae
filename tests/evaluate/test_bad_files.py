"""Official files that are cut off, renamed or lack a field: always an error that says where and what."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from official import WRITERS

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.records import parquet_records

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


@pytest.mark.parametrize(
    ("name", "file", "change", "words"),
    [
        ("sugarcrepe", "add_att.json", {"filename": 7}, "no name"),
        ("sugarcrepe", "add_att.json", {"caption": ["A", "dog"]}, "no text"),
        ("valse", "existence.json", {"mturk": {"caption": "many"}}, "no number of votes"),
        ("gnm_test", "test.json", {"num_sample": 2**70}, "num_sample"),
        ("aro_vg_attribution", "visual_genome_attribution.json", {"bbox_x": float("inf")}, "no four numbers"),
        ("aro_vg_attribution", "visual_genome_attribution.json", {"attributes": [1, 2]}, ""),
        ("whatsup", "controlled_images_dataset.json", {"caption_options": None}, "sentences to choose from"),
        ("spec", "count/text2image.json", {"keys": True}, "label"),
    ],
)
def test_a_field_of_another_type_is_an_error_that_says_so(
    name: str, file: str, change: dict[str, object], words: str, tmp_path: Path
) -> None:
    WRITERS[name](tmp_path)
    path = Data(tmp_path).find(name, file)
    assert path
    whole = json.loads(path.read_text())
    first = next(iter(whole.values())) if isinstance(whole, dict) else whole[0]
    assert change.keys() <= first.keys()
    first |= change
    path.write_text(json.dumps(whole))
    if words:
        with pytest.raises(DataError, match=words):
            _read(name, tmp_path)
    else:
        assert _read(name, tmp_path)


def test_a_line_that_is_no_text_is_an_error_that_names_it(tmp_path: Path) -> None:
    WRITERS["vsr"](tmp_path)
    path = _files(tmp_path, ".jsonl")[0]
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], b'{"image": "\xff\xfe"}', *lines[1:]]))
    with pytest.raises(DataError, match="line 2 is no whole JSON"):
        _read("vsr", tmp_path)


def test_a_column_whose_offsets_are_damaged_is_an_error_and_no_end_of_the_process(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    batch = pa.record_batch({"caption": ["a dog", "a cat on a mat"]})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, batch.schema) as stream:
        stream.write_batch(batch)
    offsets = np.array([0, 5, 19], np.int32).tobytes()
    damaged = path.read_bytes().replace(offsets, np.array([0, 5, 2**30], np.int32).tobytes())
    path.write_bytes(damaged)
    with pytest.raises(DataError, match="no whole arrow file"):
        list(parquet_records([path], "caption"))
