"""COLA: a list of lists, photos by URL."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture

URL = "https://cs-people.bu.edu/array/data/vg_gqa_images"


def write(folder: Path) -> None:
    """Sixty squares."""
    folder = folder / "COLA" / "data"
    for number in range(120):
        write_picture(folder / "vg_gqa_images" / f"{2400000 + number}.jpg", number)
    records = [
        [
            f"{URL}/{2400000 + 2 * number}.jpg",
            f"white shirt {number} to the left of blue pants",
            f"{URL}/{2400001 + 2 * number}.jpg",
            f"blue shirt {number} to the left of white pants",
        ]
        for number in range(60)
    ]
    (folder / "COLA_multiobjects_matching_benchmark.json").write_text(json.dumps(records))
