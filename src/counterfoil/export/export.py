"""What an export is, and what all exports share: whole or not at all, pictures as files, progress."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import track

from counterfoil.look.groups import count_rows
from counterfoil.shards import Row, read_manifest, read_rows

PER_FOLDER = 1000
"""Groups whose pictures share a folder, or a tar."""


class Export(Protocol):
    """A frozen dataclass that writes a dataset in another form."""

    def write(self, dataset: Path, out: Path) -> int:
        """Write the kept foils of a finished dataset into a new folder.

        The same dataset gives the same bytes; memory holds a row group.

        Args:
            dataset: a folder that `mine` finished.
            out: the folder to make; it may be there only if it is empty.

        Returns:
            How many records (lines, tar samples) were written.

        Raises:
            DataError: no finished dataset, or a folder that is in use or cannot be written.
        """
        ...


def groups(dataset: Path) -> Iterator[tuple[int, Row]]:
    """The numbered rows of a finished dataset, with a progress bar.

    Raises:
        DataError: the folder holds no finished dataset.
    """
    read_manifest(dataset)
    rows = enumerate(read_rows(dataset / "data"))
    yield from track(rows, "export", total=count_rows(dataset / "data"), transient=True)


@dataclass(frozen=True)
class PictureFiles:
    """Writes pictures under a folder. Names are numbers: keys may hold what no file name may.

    Args:
        folder: of the export; the pictures come into its `pictures/`.
    """

    folder: Path

    def original(self, number: int, row: Row) -> str:
        """Write the picture of a group; returns its path under the folder."""
        return self._write(number, f"{number:09}.jpg", row["image"]["bytes"])

    def negative(self, number: int, place: int, foil: Row) -> str:
        """Write the picture of a group's two-way foil, by its place among the foils."""
        return self._write(number, f"{number:09}_{place:04}.jpg", foil["negative_image"]["bytes"])

    def _write(self, number: int, name: str, data: bytes) -> str:
        path = f"pictures/{number // PER_FOLDER:05}/{name}"
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)
        return path


def two_way(row: Row) -> list[tuple[int, Row]]:
    """The foils of a group that have a picture, with their places among all its foils."""
    return [(place, foil) for place, foil in enumerate(row["foils"] or []) if foil["negative_image"]]


def scores(foil: Row) -> dict[str, float | None]:
    """A foil's scores by name; None for what JSON has no number for."""
    return {s["name"]: s["value"] if math.isfinite(s["value"]) else None for s in foil["scores"] or []}


def tell(out: Path, written: str, left_out: str = "") -> None:
    """Say what was written, and what the format has no place for."""
    text = f"{out}: {written}" + (
        f"; left out, for the format has no place for them: {left_out}" if left_out else ""
    )
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)
