"""Folders of classes: by their names, and ImageNet's numbers with a file of names."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture

NAMES = [
    "tench",
    "goldfish",
    "great white shark",
    "tiger shark",
    "hammerhead shark",
    "electric ray",
    "stingray",
]


def write(folder: Path) -> None:
    """Ten pictures of each of seven classes."""
    for place, name in enumerate(NAMES):
        _pictures(folder / "classification" / name.replace(" ", "_"), place)


def write_imagenet(folder: Path) -> None:
    """The same with numbers for names, and the names of one class more than there is."""
    folder = folder / "imagenet"
    for place in range(len(NAMES)):
        _pictures(folder / "val" / f"n0144{place}", place)
    names = {f"n0144{place}": name for place, name in enumerate([*NAMES, "cock"])}
    (folder / "classes.json").write_text(json.dumps(names))


def _pictures(folder: Path, place: int) -> None:
    for number in range(10 * place, 10 * place + 10):
        write_picture(folder / f"ILSVRC2012_val_{number:08}.JPEG", number)
    (folder / "notes.txt").write_text("no picture")
