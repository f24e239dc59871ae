"""Any mined dataset's two-way foils as quads: does a model tell the original from its counterfoil?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two
from counterfoil.records import ImageFile
from counterfoil.shards import Row, read_rows


def foils(dataset: Path) -> Benchmark:
    """Each kept two-way foil of a dataset as a square; operation and kind are its part.

    Args:
        dataset: the folder of a finished `mine`.

    Raises:
        DataError: there is no finished dataset in the folder.
    """
    if not (dataset / "manifest.json").is_file():
        raise DataError(f"{dataset} holds no finished dataset (no manifest.json): let `mine` run to its end")
    return Benchmark(
        name=f"foils-{dataset.name}",
        items=lambda: [item for row in read_rows(dataset / "data") for item in _items(row)],
        verdict=two_by_two,
        chance=QUAD_CHANCE,
        source=str(dataset),
        licence="as each picture's: column `licence`",
    )


def _items(row: Row) -> Iterator[Item]:
    """The squares of a stored group."""
    original = _stored(row["key"], row["image"])
    for foil in row["foils"]:
        if foil["negative_image"] is not None:
            yield Item(
                key=foil["key"],
                pictures=(original, _stored(foil["key"], foil["negative_image"])),
                texts=(foil["caption"], foil["negative_caption"]),
                owners=(0, 1),
                part=f"{foil['operation']} {foil['kind']}",
            )


def _stored(key: str, image: Row) -> Stored:
    return Stored(ImageFile(key, image["bytes"]))
