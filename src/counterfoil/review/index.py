"""A dataset's foils by number, at once: all but their pictures, out of the file that `build` wrote."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
"""Numbers of foils, from 0 in the order of the dataset."""

TABLES = """
CREATE TABLE cell (number INTEGER PRIMARY KEY, operation, kind, editor, way);
CREATE TABLE sample (number INTEGER PRIMARY KEY, key, licence, shard, row_group, place);
CREATE TABLE foil (number INTEGER PRIMARY KEY, key, cell, sample, place,
                   before, after, caption, negative, box, told);
CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2');
"""

_ENTRY = """
SELECT foil.number, foil.key, cell, sample, before, after, caption, negative, box, told, licence
FROM foil JOIN sample ON sample.number = sample
"""


class Cell(NamedTuple):
    """What foils are told apart by; `way` is "two-way" or "text-only"."""

    operation: str
    kind: str
    editor: str
    way: str


class Entry(NamedTuple):
    """A foil without its pictures; `told` has its scores, its proposer and its models."""

    number: int
    key: str
    cell: Cell
    sample: int
    before: str
    after: str
    caption: str
    negative: str
    box: list[float] | None
    told: dict[str, Any]
    licence: str


class Place(NamedTuple):
    """Where a picture lies: a shard, a row group, a row of that; and which of the row's foils, if one."""

    key: str
    shard: str
    row_group: int
    row: int
    foil: int | None


class Index:
    """The foils of a dataset, known by their numbers; may be asked by several threads.

    Args:
        path: of the file that `build` wrote.
        stamp: another one for another dataset.
    """

    def __init__(self, path: Path, stamp: str) -> None:
        self.stamp = stamp
        self._lock = Lock()
        self._file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self.cells = [Cell(*row) for row in self._rows("SELECT operation, kind, editor, way FROM cell")]
        self.cell_of = self._numbers("SELECT cell FROM foil")

    def __len__(self) -> int:
        return len(self.cell_of)

    def number(self, key: str) -> int | None:
        """A foil's number by its key; None where there is no such foil."""
        rows = self._rows("SELECT number FROM foil WHERE key = ?", key)
        return int(rows[0][0]) if rows else None

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """Foils by their numbers, in this order."""
        marks = ",".join("?" * len(numbers))
        rows = {row[0]: row for row in self._rows(f"{_ENTRY} WHERE foil.number IN ({marks})", *numbers)}
        return [self._entry(rows[number]) for number in numbers]

    def _entry(self, row: Sequence[Any]) -> Entry:
        number, key, cell, sample, before, after, caption, negative, box, told, licence = row
        read = json.loads(box), json.loads(told)
        return Entry(number, key, self.cells[cell], sample, before, after, caption, negative, *read, licence)

    def place(self, number: int, *, original: bool) -> Place | None:
        """Where the picture of a sample or of a foil lies, by the number of either; None for no such."""
        columns = "sample.key, shard, row_group, sample.place" + (", NULL" if original else ", foil.place")
        source = "sample" if original else "foil JOIN sample ON sample.number = sample"
        table = "sample" if original else "foil"
        rows = self._rows(f"SELECT {columns} FROM {source} WHERE {table}.number = ?", number)
        return Place(*rows[0]) if rows else None

    def search(self, words: str) -> Numbers:
        """The foils that have words beginning with each of these in their captions, keys or changes."""
        wanted = " ".join(f'"{word}"*' for word in re.findall(r"\w+", words))
        if not wanted:
            return np.arange(len(self) if not words.strip() else 0)
        return self._numbers("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", wanted)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._lock:
            return self._file.execute(query, values).fetchall()

    def _numbers(self, query: str, *values: object) -> Numbers:
        return np.fromiter((row[0] for row in self._rows(query, *values)), np.int64)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
