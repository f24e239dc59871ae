"""SVO-Probes: the table, and its pictures by number."""

from __future__ import annotations

import csv
from pathlib import Path

from official.pictures import write_picture

PARTS = ("subj", "verb", "obj")


def write(folder: Path) -> None:
    """Twenty rows a part."""
    folder = folder / "svo_probes"
    for number in range(120):
        write_picture(folder / "images" / f"{number}.jpg", number)
    with (folder / "svo_probes.csv").open("w", newline="") as file:
        table = csv.DictWriter(
            file, ["sentence", "pos_triplet", "neg_triplet", "pos_url", "neg_url", *_COLUMNS]
        )
        table.writeheader()
        table.writerows(_row(number) for number in range(60))


_COLUMNS = ("pos_image_id", "neg_image_id", "subj_neg", "verb_neg", "obj_neg")


def _row(number: int) -> dict[str, object]:
    return {
        "sentence": f'A girl, "{number}", jumps into the water.',
        "pos_triplet": "girl,jump,water",
        "neg_triplet": "girl,stand,water",
        "pos_url": f"https://example.org/{2 * number}.jpg",
        "neg_url": f"https://example.org/{2 * number + 1}.jpg",
        "pos_image_id": 2 * number,
        "neg_image_id": 2 * number + 1,
    } | {f"{part}_neg": part == PARTS[number % 3] for part in PARTS}
