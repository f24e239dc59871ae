"""EqBen: one list, frames of YouCook2 as arrays of blue, green, red."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from official.pictures import write_picture

SOURCES = ("ag", "youcook2", "gebc", "sd", "kubric_loc", "kubric_cnt", "kubric_attr")


def write(folder: Path) -> None:
    """Ten squares a source."""
    folder = folder / "eqben"
    records = []
    for place, source in enumerate(SOURCES):
        for number in range(10 * place, 10 * place + 10):
            pictures = [_picture(folder / "image_full", source, 2 * number + end) for end in (0, 1)]
            records.append(
                {
                    "id": number,
                    "image0": pictures[0],
                    "image1": pictures[1],
                    "caption0": f"a person {number} is holding a book",
                    "caption1": f"a person {number} is throwing a book",
                }
            )
    (folder / "private_info_global.json").write_text(json.dumps(records))


def _picture(folder: Path, source: str, number: int) -> str:
    name = f"eqben{source}/{number}.{'npy' if source == 'youcook2' else 'png'}"
    if source != "youcook2":
        write_picture(folder / name, number)
        return name
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.full((24, 24, 3), (number, 0, 200), np.uint8))
    return name
