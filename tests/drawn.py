"""Small drawn photos with COCO annotations: coloured things on a lawn, of which everything is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from counterfoil.records import Pixels

COLOURS = {"red": (200, 20, 30), "blue": (25, 60, 200), "yellow": (240, 210, 30), "green": (20, 130, 40)}
CATEGORIES = {"car": 3, "bench": 15, "suitcase": 33, "umbrella": 28, "dog": 18, "bird": 16}

Thing = tuple[str, str, tuple[int, int, int, int]]
"""Category, colour, and box (left, top, right, bottom) in pixels of a 240 x 160 picture."""


def lawn(seed: int) -> Pixels:
    """A grey road under a pale sky, with a little texture."""
    noise = np.random.default_rng(seed).normal(0, 6, (160, 240, 1))
    ground = np.where(np.arange(160)[:, None, None] < 60, (205, 215, 222), (128, 126, 122))
    return np.clip(ground + noise, 0, 255).astype(np.uint8)


def draw(things: list[Thing], seed: int) -> Pixels:
    """The things on the lawn, shaded from top to bottom."""
    picture = lawn(seed)
    for _, colour, (left, top, right, bottom) in things:
        shade = np.linspace(1.1, 0.8, bottom - top)[:, None, None]
        block = np.clip(np.array(COLOURS[colour]) * shade, 0, 255)
        picture[top:bottom, left:right] = np.broadcast_to(block, (bottom - top, right - left, 3))
    return picture


SCENES: list[tuple[list[Thing], list[str]]] = [
    (
        [("car", "red", (20, 70, 90, 110)), ("bench", "blue", (150, 75, 210, 110))],
        [
            "A red car on a road.",
            "A red car is to the left of a blue bench.",
            "A car and a bench by a wide road.",
        ],
    ),
    (
        [("suitcase", "yellow", (40, 80, 80, 130)), ("suitcase", "yellow", (150, 80, 190, 130))],
        [
            "Two yellow suitcases are standing on a road.",
            "Two suitcases on the ground.",
            "A man left his bags here.",
        ],
    ),
    (
        [("umbrella", "green", (90, 70, 150, 120))],
        [
            "A green umbrella lies on the road.",
            "Someone lost an umbrella.",
            "An open umbrella on a grey street.",
        ],
    ),
    (
        [("car", "blue", (130, 75, 200, 115)), ("dog", "yellow", (50, 90, 80, 112))],
        [
            "A dog is sitting near a blue car.",
            "A yellow dog and a blue car on the road.",
            "A dog waits for a man.",
        ],
    ),
]


def write_coco(folder: Path, number: int) -> Path:
    """A COCO folder of so many drawn pictures; the same folder each time."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    captions: list[dict[str, Any]] = []
    for index in range(number):
        things, said = SCENES[index % len(SCENES)]
        name = f"{index:06}.png"
        (folder / "images").mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / "images" / name), draw(things, index)[..., ::-1])
        images.append({"id": index, "file_name": name, "width": 240, "height": 160, "license": 1})
        captions += [
            {"id": len(captions) + n, "image_id": index, "caption": text} for n, text in enumerate(said)
        ]
        annotations += [_annotation(len(annotations) + n, index, thing) for n, thing in enumerate(things)]
    common = {"images": images, "licenses": [{"id": 1, "name": "CC0"}]}
    categories = [{"id": number, "name": name} for name, number in CATEGORIES.items()]
    _write(folder / "annotations" / "captions_drawn.json", common | {"annotations": captions})
    instances = common | {"annotations": annotations, "categories": categories}
    _write(folder / "annotations" / "instances_drawn.json", instances)
    return folder


def _annotation(number: int, image: int, thing: Thing) -> dict[str, Any]:
    label, _, (left, top, right, bottom) = thing
    return {
        "id": number,
        "image_id": image,
        "category_id": CATEGORIES[label],
        "bbox": [left, top, right - left, bottom - top],
        "area": (right - left) * (bottom - top),
        "iscrowd": 0,
        "segmentation": [[left, top, right, top, right, bottom, left, bottom]],
    }


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
