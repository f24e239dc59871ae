"""VALSE: eleven files, photos of several sources, and items that annotators did not agree to."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture

PIECES = {
    "existence": "v7w_{}.jpg",
    "plurals": "{:012}.jpg",
    "counting-hard": "v7w_{}.jpg",
    "counting-small-quant": "v7w_{}.jpg",
    "counting-adversarial": "v7w_{}.jpg",
    "relations": "{:012}.jpg",
    "action-replacement": "running_{}.jpg",
    "actant-swap": "running_{}.jpg",
    "coreference-standard": "COCO_train2014_{:012}.jpg",
    "coreference-hard": "VisualDialog_val2018_{:012}.jpg",
    "foil-it": "COCO_val2014_{:012}.jpg",
}
"""Of each piece the form of its photos' names."""


def write(folder: Path) -> None:
    """Nine items a piece, of which eight are valid."""
    for part, (piece, name) in enumerate(PIECES.items()):
        records = {}
        for number in range(9):
            photo = name.format(100 * part + number)
            write_picture(folder / "photos" / piece / photo, 9 * part + number)
            votes = {"caption": number % 3 + 1 if number < 3 else 3, "foil": 0, "other": 0}
            records[f"{piece}_{number}"] = {
                "image_file": photo,
                "caption": f"There are {number} cups.",
                "foil": f"There are no cups {number}.",
                "mturk": votes,
                "dataset": "any",
                "linguistic_phenomena": "any",
            }
        path = folder / "VALSE" / "data" / f"{piece}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(records))
