"""VisMin-bench as the hub has it: Arrow streams with pictures inside."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from official.pictures import png

CATEGORIES = ("object", "attribute", "counting", "relation")


def write(folder: Path) -> None:
    """Eighty squares in two files."""
    for part in range(2):
        path = folder / "vismin" / "data" / "test" / f"data-{part:05}-of-00002.arrow"
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist([_record(number) for number in range(40 * part, 40 * part + 40)])
        with pa.ipc.new_stream(path, table.schema) as stream:
            stream.write_table(table)


def _record(number: int) -> dict[str, object]:
    return {
        "id": f"sample_{number}",
        "image_0": {"bytes": png(2 * number), "path": "a.png"},
        "image_1": {"bytes": png(2 * number + 1), "path": "b.png"},
        "text_0": f"two dogs on sofa {number}",
        "text_1": f"three dogs on sofa {number}",
        "category": CATEGORIES[number % 4],
    }
