"""SugarCrepe++ as the hub has it: a folder of Parquet for each configuration, one of them a JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from official.pictures import write_picture

CONFIGURATIONS = ("swap_object", "swap_atribute", "replace_object", "replace_attribute", "replace_relation")


def write(folder: Path) -> None:
    """Fifteen items a part."""
    for part, name in enumerate(CONFIGURATIONS):
        records = [_record(folder / "val2017", 15 * part + number, number) for number in range(15)]
        path = folder / "sugarcrepe_pp" / name / "train-00000-of-00001.parquet"
        path.parent.mkdir(parents=True)
        if part:
            pq.write_table(pa.Table.from_pylist(records), path)
        else:
            path.with_name(f"{name}.json").write_text(json.dumps(records))


def _record(photos: Path, photo: int, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "filename": write_picture(photos / f"{photo:012}.jpg", photo),
        "caption": f"A red cup {number} and a blue bowl.",
        "caption2": f"There is a cup {number} in red, and a bowl in blue.",
        "negative_caption": f"A blue cup {number} and a red bowl.",
    }
