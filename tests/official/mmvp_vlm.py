"""MMVP-VLM: the table, and a folder of pictures for each pattern."""

from __future__ import annotations

import csv
from pathlib import Path

from official.pictures import write_picture

TYPES = ("Camera Perspective", "Color", "Spatial")


def write(folder: Path) -> None:
    """Twenty pairs a pattern."""
    folder = folder / "mmvp_vlm"
    rows = []
    for number in range(120):
        kind = TYPES[number // 40]
        write_picture(folder / "MLLM_VLM Images" / kind / f"{number + 1}.jpg", number)
        rows.append((number + 1, kind, f"a dog, {'left' if number % 2 else 'right'} of house {number // 2}"))
    with (folder / "Questions.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("Question ID", "Type", "Statement"), *rows])
