"""VSR: lines of photos and statements that hold or not; some statements are of several photos."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture


def write(folder: Path) -> None:
    """120 lines of 60 statements, each of a photo of which it holds and of one of which it does not."""
    path = folder / "vsr" / "splits" / "random" / "test.jsonl"
    path.parent.mkdir(parents=True)
    with path.open("w") as file:
        for number in range(120):
            record = {
                "image": write_picture(folder / "trainval2017" / f"{number:012}.jpg", number),
                "image_link": f"http://images.cocodataset.org/train2017/{number:012}.jpg",
                "caption": f"The cat {number % 60} is under the car.",
                "label": number // 60,
                "relation": "under" if number % 2 else "near",
            }
            print(json.dumps(record), file=file)
