"""The index of a dataset: made once, in a folder of the dataset's `cache` that may be deleted."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.errors import DataError
from counterfoil.look.describe import search_text
from counterfoil.look.groups import Group
from counterfoil.look.tally import signature
from counterfoil.review.index import TABLES, Cell, Index
from counterfoil.shards import Row, atomic, leaf_names, read_manifest, signs

VERSION = 1
"""Raised when the same dataset gives another index."""

Progress = Callable[[str, int, int | None], None]


def open_index(dataset: Path, progress: Progress) -> tuple[Index, Path]:
    """The index of a dataset, made where there is none yet, and the folder for what belongs to it.

    Raises:
        DataError: no finished dataset, one without foils, or one that cannot be read or written to.
    """
    counts = read_manifest(dataset).get("counts", {})
    told = json.dumps({"version": VERSION, **signs(dataset)}, sort_keys=True)
    stamp = blake2b(told.encode(), digest_size=6).hexdigest()
    cache = dataset / "cache" / "review"
    path = cache / stamp / "index.sqlite"
    if not path.exists():
        shutil.rmtree(cache, ignore_errors=True)  # of what the dataset was before
        with atomic(path) as unfinished, closing(sqlite3.connect(unfinished)) as file:
            _write(file, dataset, lambda done: progress("indexing", done, counts.get("samples")))
    index = Index(path, stamp)
    if not len(index):
        raise DataError(f"{dataset} has no foils to review: its README.md says what was refused, and why")
    return index, path.parent


def _write(file: sqlite3.Connection, dataset: Path, progress: Callable[[int], None]) -> None:
    file.executescript(TABLES)
    writing = _Writing(file)
    for number, (row, place) in enumerate(_rows(dataset)):
        writing.add(number, row, place)
        if number % 500 == 0:
            progress(number)
    try:
        file.execute("CREATE UNIQUE INDEX by_key ON foil (key)")
    except sqlite3.IntegrityError as error:
        raise DataError(f"{dataset} has two foils of one key: verdicts could not tell them apart") from error
    file.commit()


class _Writing:
    """Numbers foils and cells as they come."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        self._cells: dict[Cell, int] = {}
        self._num_foils = 0

    def add(self, number: int, row: Row, place: tuple[str, int, int]) -> None:
        """A sample with its foils."""
        own = row["key"], row["licence"] or "", *place
        self._insert("sample", number, *own)
        foils = row["foils"] or []
        group = Group(row["key"], None, row["captions"] or [], row["licence"] or "", foils, [])
        of_sample, *of_foils = search_text(group)
        for nth, (foil, words) in enumerate(zip(foils, of_foils, strict=True)):
            cell = self._cell(foil)
            told = _text(foil, "before", "after", "caption", "negative_caption")
            rest = json.dumps(foil["box"]), json.dumps(_beside(foil))
            self._insert("foil", self._num_foils, foil["key"], cell, number, nth, *told, *rest)
            self._file.execute(
                "INSERT INTO words (rowid, text) VALUES (?, ?)",
                (self._num_foils, f"{foil['key']} {of_sample} {words}"),
            )
            self._num_foils += 1

    def _cell(self, foil: Row) -> int:
        filed = signature(foil)
        cell = Cell(filed.operation, filed.kind, filed.editor, filed.way)
        if cell not in self._cells:
            self._cells[cell] = len(self._cells)
            self._insert("cell", self._cells[cell], *cell)
        return self._cells[cell]

    def _insert(self, table: str, *values: object) -> None:
        self._file.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)


def _text(foil: Row, *names: str) -> list[str]:
    return [foil[name] or "" for name in names]


def _beside(foil: Row) -> dict[str, Any]:
    made = foil["provenance"] or {}
    return {
        "scores": [[score["name"], score["value"]] for score in foil["scores"] or []],
        "proposer": made.get("proposer") or "",
        "models": made.get("models") or [],
    }


def _rows(dataset: Path) -> Iterator[tuple[Row, tuple[str, int, int]]]:
    """The kept rows of a dataset without the bytes of pictures, each with its shard, row group and row."""
    for path in sorted((dataset / "data").glob("*.parquet")):
        try:
            with pq.ParquetFile(path) as shard:
                leaves = [leaf for leaf in leaf_names(shard) if not leaf.endswith(".bytes")]
                for number in range(shard.num_row_groups):
                    rows = shard.read_row_group(number, columns=leaves).to_pylist()
                    yield from ((row, (path.name, number, nth)) for nth, row in enumerate(rows))
        except (pa.ArrowException, OSError) as error:
            raise DataError(
                f"{path} cannot be read ({error}): run the command that mined it again"
            ) from error
