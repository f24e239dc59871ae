"""ColorSwap as the hub has it: Parquet with pictures inside, a file for each split."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from official.pictures import png


def write(folder: Path) -> None:
    """Sixty squares to test, and some to train that must not be read."""
    (folder / "colorswap" / "data").mkdir(parents=True)
    for split, numbers in {"train": range(100, 110), "test": range(60)}.items():
        records = [
            {
                "id": number,
                "image_1": {"bytes": png(2 * number), "path": f"img_{number}_1.png"},
                "image_2": {"bytes": png(2 * number + 1), "path": f"img_{number}_2.png"},
                "caption_1": f"a red cat {number} in a grey hat",
                "caption_2": f"a grey cat {number} in a red hat",
                "image_source": "midjourney" if number % 2 else "dalle3",
                "caption_source": "human" if number % 3 else "rule_based",
            }
            for number in numbers
        ]
        path = folder / "colorswap" / "data" / f"{split}-00000-of-00001.parquet"
        pq.write_table(pa.Table.from_pylist(records), path)
