"""GNM's test set: groups of two, three and four, fields by number."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture


def write(folder: Path) -> None:
    """Sixty groups."""
    folder = folder / "gnm_test"
    records = [_record(folder, number, 2 + number % 3) for number in range(60)]
    (folder / "test.json").write_text(json.dumps(records))


def _record(folder: Path, number: int, size: int) -> dict[str, object]:
    record: dict[str, object] = {"num_sample": size}
    for place in range(size):
        name = f"{number}_{place}.jpg"
        write_picture(folder / "images" / name, 4 * number + place)
        record |= {f"image_{place}": name, f"caption_{place}": f"a table {number} with {place} cups"}
    return record
