"""ARO's two lists: photos of Visual Genome, boxes in them, captions with two words exchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from official.pictures import write_picture

RELATIONS = ("eating", "on", "to the left of", "near")


def write_relation(folder: Path) -> None:
    """Sixty items of four relations, one of which the published mean passes over."""
    _write(
        folder,
        "visual_genome_relation.json",
        [
            {
                **_boxed(folder, number),
                "true_caption": f"the horse {number} is {RELATIONS[number % 4]} the grass",
                "false_caption": f"the grass is {RELATIONS[number % 4]} the horse {number}",
                "relation_name": RELATIONS[number % 4],
            }
            for number in range(60)
        ],
    )


def write_attribution(folder: Path) -> None:
    """Sixty items of three pairs of attributes, two of which have 25 items."""
    pairs = [("old", "white")] * 25 + [("blue", "small")] * 30 + [("green", "tall")] * 5
    _write(
        folder,
        "visual_genome_attribution.json",
        [
            {
                **_boxed(folder, number),
                "true_caption": f"the {one} horse {number} and the {other} house",
                "false_caption": f"the {other} horse {number} and the {one} house",
                "attributes": [one, other],
            }
            for number, (one, other) in enumerate(pairs)
        ],
    )


def _boxed(folder: Path, number: int) -> dict[str, Any]:
    name = write_picture(folder / "aro" / "images" / f"{number}.jpg", number)
    return {
        "image_id": str(number),
        "image_path": name,
        "bbox_x": 4,
        "bbox_y": 8,
        "bbox_w": 10,
        "bbox_h": 6,
    }


def _write(folder: Path, name: str, records: list[dict[str, Any]]) -> None:
    (folder / "aro" / name).write_text(json.dumps(records))
