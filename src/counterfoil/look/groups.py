"""A dataset's groups, streamed: its folder in, one sample with all its foils at a time out.

Memory holds one row group of the data and a few of the rejected rows; of the rest, where each
sample's rejected rows lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.errors import DataError
from counterfoil.shards import Row, read_rows

FoilRow = dict[str, Any]
"""One foil as `shards` stores it; a rejected one also has `stage`, `reason` and `detail`."""


class Group(NamedTuple):
    """One sample with all its foils: the kept ones, and those that a stage refused."""

    key: str
    image: bytes | None
    captions: list[str]
    licence: str
    kept: list[FoilRow]
    rejected: list[FoilRow]


def count_rows(folder: Path) -> int:
    """How many rows a folder of shards has, from their footers alone."""
    return sum(_open(path).metadata.num_rows for path in sorted(folder.glob("*.parquet")))


def read_groups(dataset: Path, limit: int = 0) -> Iterator[Group]:
    """Each sample with its kept and its rejected foils; those without a row in `data` come last.

    Args:
        dataset: the dataset's folder.
        limit: at most so many groups; 0 for all.
    """
    refused = _Refused(dataset / "rejected")
    kept = (_group(row, refused.take(row["key"])) for row in read_rows(dataset / "data"))
    return islice(chain(kept, refused.rest()), limit or None)


def picture_bytes(picture: Row | None) -> bytes | None:
    """The encoded picture of an image column; None where there is none."""
    return picture["bytes"] if picture else None


class _Refused:
    """Where rejected rows lie: key -> row groups, so that each is read when its sample comes."""

    def __init__(self, folder: Path) -> None:
        self._places: dict[str, dict[tuple[Path, int], None]] = {}
        for path in sorted(folder.glob("*.parquet")):
            file = _open(path)
            for number in range(file.num_row_groups):
                for key in file.read_row_group(number, columns=["key"])["key"].to_pylist():
                    self._places.setdefault(key, {})[path, number] = None

    def take(self, key: str) -> list[Row]:
        """The rejected rows of one sample; they are given out once."""
        return [row for place in self._places.pop(key, {}) for row in _by_key(*place)[key]]

    def rest(self) -> Iterator[Group]:
        """The samples that nobody took."""
        for key in list(self._places):
            rows = self.take(key)
            yield _group({**rows[0], "foils": []}, rows)


def _group(row: Row, refused: list[Row]) -> Group:
    foils = [foil for other in refused for foil in other["foils"] or []]
    image = picture_bytes(row["image"])
    return Group(row["key"], image, row["captions"] or [], row["licence"] or "", row["foils"] or [], foils)


@lru_cache(maxsize=4)
def _by_key(path: Path, number: int) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    try:
        for row in _open(path).read_row_group(number).to_pylist():
            rows.setdefault(row["key"], []).append(row)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path}, row group {number}, cannot be read: {error}") from error
    return rows


def _open(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path} is no Parquet file that can be read: {error}") from error
