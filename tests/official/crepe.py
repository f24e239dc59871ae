"""CREPE's productivity sets: 27 tables, lists in Python's notation, boxes in photos of Visual Genome."""

from __future__ import annotations

import csv
from pathlib import Path

from official.pictures import write_picture

NEGATIVES = {"atom": 5, "swap": 4, "negate": 1}
"""Of each kind how many a caption has here."""


def write(folder: Path) -> None:
    """Four items a table."""
    for kind, many in NEGATIVES.items():
        for complexity in range(4, 13):
            path = folder / "crepe" / kind / f"prod_vg_hard_negs_{kind}_complexity_{complexity}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(["", "image_id", "x", "y", "width", "height", "caption", "hard_negs"])
                for number in range(4):
                    write_picture(folder / "VG_100K" / f"{number}.jpg", number)
                    caption = f"A cup {number}, {complexity} spoons and a 'plate'"
                    negatives = [f'{caption} without "spoon" {n}' for n in range(many)]
                    rows.writerow([number, number, 2, 3, 10, 12, caption, repr(negatives)])
