"""COCO-Counterfactuals as the hub has it: lines, and pictures that they name without the ending."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture


def write(folder: Path) -> None:
    """Two hundred squares: a share of them still is a gallery."""
    data = folder / "coco_counterfactuals" / "data"
    data.mkdir(parents=True)
    with (data / "examples.jsonl").open("w") as file:
        for number in range(200):
            names = [f"{number}_0_img_{cell}" for cell in range(2)]
            for cell, name in enumerate(names):
                write_picture(data / "images" / f"{name}.jpg", 2 * number + cell)
            record = {
                "id": f"{number}_0",
                "image_0": names[0],
                "image_1": names[1],
                "caption_0": f"A cat {number} in a tree.",
                "caption_1": f"A dog {number} in a tree.",
            }
            print(json.dumps(record), file=file)
