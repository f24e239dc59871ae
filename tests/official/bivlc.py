"""BiVLC as the hub has it: Parquet with pictures inside, in two files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from official.pictures import png

KINDS = (("replace", "obj"), ("replace", "att"), ("replace", "rel"), ("swap", "obj"), ("add", "att"))


def write(folder: Path) -> None:
    """Sixty squares."""
    (folder / "bivlc" / "data").mkdir(parents=True)
    for file in range(2):
        records = [
            {
                "image": {"bytes": png(2 * number), "path": None},
                "caption": f"A man {number} throws a ball.",
                "negative_caption": f"A man {number} throws a stone.",
                "negative_image": {"bytes": png(2 * number + 1), "path": None},
                "type": KINDS[number % 5][0],
                "subtype": KINDS[number % 5][1],
            }
            for number in range(30 * file, 30 * file + 30)
        ]
        path = folder / "bivlc" / "data" / f"test-{file:05}-of-00002.parquet"
        pq.write_table(pa.Table.from_pylist(records), path)
