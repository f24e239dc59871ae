"""InpaintCOCO as the hub has it: Parquet with pictures, masks and details inside."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from official.pictures import png


def write(folder: Path) -> None:
    """Sixty squares in two files."""
    for part in range(2):
        path = folder / "inpaintcoco" / "data" / f"test-{part:05}-of-00002.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        records = [_record(number) for number in range(30 * part, 30 * part + 30)]
        pq.write_table(pa.Table.from_pylist(records), path)


def _record(number: int) -> dict[str, object]:
    return {
        "concept": ("object", "color", "size")[number % 3],
        "coco_caption": f"A red car {number}.",
        "coco_image": {"bytes": png(2 * number), "path": None},
        "inpaint_caption": f"A blue car {number}.",
        "inpaint_image": {"bytes": png(2 * number + 1), "path": None},
        "mask": {"bytes": png(0), "path": None},
        "worker": "0",
        "coco_details": {"id": number, "image_license": "CC BY 2.0"},
        "inpaint_details": {"duration": 60},
    }
