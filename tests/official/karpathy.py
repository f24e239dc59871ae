"""Karpathy's test splits: COCO's in the flat form, Flickr's in his own with a split that must not be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from official.pictures import write_picture


def write(folder: Path) -> None:
    """Sixty photos each, with five captions, one of COCO's with six."""
    _flat(folder / "coco")
    _whole(folder / "flickr30k")


def _flat(folder: Path) -> None:
    records = []
    for number in range(60):
        name = f"COCO_val2014_{number:012}.jpg"
        write_picture(folder / "val2014" / name, number)
        records.append({"image": f"val2014/{name}", "caption": _captions(number, 5 + (number == 7))})
    (folder / "coco_karpathy_test.json").write_text(json.dumps(records))


def _whole(folder: Path) -> None:
    images: list[dict[str, Any]] = []
    for number in range(70):
        name = write_picture(folder / "flickr30k-images" / f"{1000 + number}.jpg", 100 + number)
        split = "test" if number < 60 else "train"
        sentences = [{"raw": caption, "sentid": 0} for caption in _captions(number, 5)]
        images.append({"filename": name, "split": split, "imgid": number, "sentences": sentences})
    (folder / "dataset_flickr30k.json").write_text(json.dumps({"images": images, "dataset": "flickr30k"}))


def _captions(number: int, how_many: int) -> list[str]:
    places = ("bridge", "street", "quiet lake", "hill", "long river", "big house")[:how_many]
    return [f"A young man {number} in a red coat stands on a {place} with two dogs." for place in places]
