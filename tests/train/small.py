"""A small dataset of which every number is known, and a model's preparation that hides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from counterfoil.pictures import encode_png
from counterfoil.records import Pixels
from counterfoil.shards import SCHEMA, Row, write_json, write_rows
from counterfoil.train.batches import Batch


def grey(value: int) -> bytes:
    """A picture all of one grey, by which it is known again."""
    return encode_png(np.full((16, 20, 3), value, np.uint8))


def foil(key: str, caption: str, negative: str, picture: int | None = None, **more: object) -> Row:
    row: Row = {
        "key": key,
        "operation": "replace",
        "kind": "object",
        "before": "",
        "after": "",
        "caption": caption,
        "negative_caption": negative,
        "negative_image": picture and {"bytes": grey(picture), "path": None},
        "box": None,
        "scores": [],
        "provenance": None,
    }
    return row | more


def sample(key: str, picture: int, captions: Sequence[str], foils: Sequence[Row] | None = ()) -> Row:
    image = {"bytes": grey(picture), "path": None}
    return {"key": key, "image": image, "captions": captions, "licence": "", "foils": foils}


def itm(value: float) -> list[Row]:
    return [{"name": "other", "value": -9.0}, {"name": "itm.mean", "value": value}]


RED, ROAD, CATS = "A red car.", "A car on a road.", "Two cats."
ROWS = [
    sample(
        "a",
        10,
        [RED, ROAD],
        [
            foil("a/0", RED, "A blue car.", 11, before="red", scores=itm(2.0)),
            foil("a/1", RED, "A green car.", 12, before="red", scores=itm(1.0)),
            foil("a/2", ROAD, "A dog on a road.", before="car", scores=itm(0.0)),
        ],
    ),
    sample("b", 20, [RED], [foil("b/0", RED, "A red bus.", 21, before="car", scores=itm(5.0))]),
    sample("c", 30, [CATS], None),
]
"""Foils 0 to 3, of which 2 is text-only; the same caption in two groups; a sample without foils."""


def mined(folder: Path, *shards: Sequence[Row]) -> Path:
    """A finished dataset of these shards."""
    for number, rows in enumerate(shards or (ROWS,)):
        write_rows(folder / "data" / f"{number:05}.parquet", rows, SCHEMA)
    write_json(folder / "manifest.json", {"fingerprint": "0123abcd"})
    return folder


PER_SHARD = 4


def dataset(folder: Path, shards: int = 6) -> Path:
    """Shards of four samples with two two-way foils each; every picture a grey of its own."""
    rows = [
        sample(
            f"s{n}", 3 * n + 1, [f"Scene {n}."], [
                foil(f"s{n}/{k}", f"Scene {n}.", f"Not {n}, {k}.", 3 * n + 1 + k) for k in (1, 2)
            ],
        )
        for n in range(shards * PER_SHARD)
    ]  # fmt: skip
    return mined(folder, *(rows[start : start + PER_SHARD] for start in range(0, len(rows), PER_SHARD)))


class Plain:
    """Pictures to their grey, texts to their characters."""

    def pixels(self, pictures: Sequence[Pixels]) -> Tensor:
        return torch.tensor([float(picture.mean()) for picture in pictures]).reshape(-1, 1, 1, 1)

    def tokens(self, texts: Sequence[str]) -> dict[str, Tensor]:
        width = max(map(len, texts))
        return {"input_ids": torch.tensor([[*map(ord, text.ljust(width))] for text in texts])}


def greys(batch: Batch) -> list[int]:
    return [round(value) for value in batch.pixels_ICHW.flatten().tolist()]


def texts(batch: Batch) -> list[str]:
    return ["".join(map(chr, row)).rstrip() for row in batch.tokens["input_ids"].tolist()]
