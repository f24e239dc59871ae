"""Winoground as the hub has it: Parquet with pictures inside."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from official.pictures import png


def write(folder: Path) -> None:
    """Sixty squares."""
    records = [
        {
            "id": number,
            "image_0": {"bytes": png(2 * number), "path": f"ex_{number}_img_0.png"},
            "image_1": {"bytes": png(2 * number + 1), "path": f"ex_{number}_img_1.png"},
            "caption_0": f"an old person {number} kisses a young person",
            "caption_1": f"a young person {number} kisses an old person",
            "tag": "Adjective-Age",
            "secondary_tag": "",
            "num_main_preds": 1 + number % 2,
            "collapsed_tag": "Object" if number % 3 else "Both",
        }
        for number in range(60)
    ]
    path = folder / "winoground" / "data" / "test-00000-of-00001.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(records), path)
