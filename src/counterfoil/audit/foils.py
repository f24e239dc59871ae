"""What blind readers are shown: the kept foils of a dataset, both sides of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from counterfoil import shards
from counterfoil.errors import DataError
from counterfoil.pictures import decode
from counterfoil.records import Box, ImageFile, Pixels
from counterfoil.shards import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A kept foil without its pictures.

    Args:
        key: of the foil.
        group: key of its sample; a group is never in both what readers learn from and what they are asked.
        operation, kind, editor: as in the dataset; no editor for a text-only foil.
        true, negative: its captions.
        two_way: whether it has a negative picture.
    """

    key: str
    group: str
    operation: str
    kind: str
    editor: str
    true: str
    negative: str
    two_way: bool


class Pictures(NamedTuple):
    """Both pictures of a two-way foil, and where they differ; None for the whole picture."""

    true: Pixels
    negative: Pixels
    box: Box | None


def rows(dataset: Path, limit: int | None = None) -> Iterator[Row]:
    """The first groups of a finished dataset.

    Raises:
        DataError: there is none, or it is damaged.
    """
    shards.read_manifest(dataset)
    return islice(shards.read_rows(dataset / "data"), limit)


def shown(row: Row) -> Iterator[Shown]:
    """The foils of a row."""
    for foil in row["foils"]:
        yield Shown(
            key=foil["key"],
            group=row["key"],
            operation=foil["operation"],
            kind=foil["kind"],
            editor=foil["provenance"]["editor"],
            true=foil["caption"],
            negative=foil["negative_caption"],
            two_way=foil["negative_image"] is not None,
        )


def original(row: Row) -> Pixels:
    """A row's picture.

    Raises:
        DataError: it has none, or it does not decode.
    """
    if not row["image"] or row["image"]["bytes"] is None:
        raise DataError(f"{row['key']} has no picture inside the dataset: mine it again")
    return decode(ImageFile(row["key"], row["image"]["bytes"]))


def pictures(row: Row) -> Iterator[Pictures]:
    """The pictures of a row's two-way foils, in the order of `shown`."""
    two_way = [foil for foil in row["foils"] if foil["negative_image"] is not None]
    true = original(row) if two_way else None
    for foil in two_way:
        negative = decode(ImageFile(foil["key"], foil["negative_image"]["bytes"]))
        assert true is not None
        yield Pictures(true, negative, tuple(foil["box"]) if foil["box"] else None)
