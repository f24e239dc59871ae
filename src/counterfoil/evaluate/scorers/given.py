"""Scores from a file: any model outside can be judged, in any language that writes a table.

csv   benchmark,key,picture,text,score: a line a score; `picture` and `text` count from 0
npz   "BENCHMARK/key" N names, and "BENCHMARK/scores" N x pictures x texts; or, where items differ in
their form, "BENCHMARK/scores/KEY" pictures x texts for each of them
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np

from counterfoil.errors import ScoreError, unknown
from counterfoil.evaluate.benchmark import Answer, Item
from counterfoil.evaluate.records import Record, table_records
from counterfoil.evaluate.verdicts import Scores
from counterfoil.shards import atomic

FIELDS = ("benchmark", "key", "picture", "text", "score")
"""Columns of a table of scores."""


@dataclass(frozen=True)
class Given:
    """The scores of one benchmark in a file, csv or npz by its name.

    A table is read line by line where its items stand in the benchmark's order; what stands elsewhere is
    held until it is asked for. The lines of an item stand together.
    """

    path: Path
    benchmark: str

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        """The matrix of each item.

        Raises:
            ScoreError: no scores of this benchmark or of an item, a score that is no number, or of a
                picture or text that the item does not have; it names the file, and the item or the line.
        """
        if not self.path.is_file():
            raise ScoreError(f"no file of scores at {self.path}")
        return self._arrays(items) if self.path.suffix == ".npz" else self._table(items)

    def _table(self, items: Iterable[Item]) -> Iterator[Scores]:
        waiting: dict[str, list[_Line]] = {}
        lines = self._items()
        for item in items:
            while item.key not in waiting:
                key, found = next(lines, (None, []))
                if key is None:
                    raise self._missing(item)
                if key in waiting:
                    raise ScoreError(f"{self.path}: the lines of item {key} do not stand together")
                waiting[key] = found
            yield self._matrix(item, waiting.pop(item.key))

    def _items(self) -> Iterator[tuple[str, list[_Line]]]:
        """The lines of each item of this benchmark."""
        others: set[str] = set()
        found = False
        for (benchmark, key), rows in groupby(table_records(self.path, *FIELDS), _named):
            if benchmark == self.benchmark:
                found = True
                yield key, [(int(number) + 2, row) for number, row in rows]
            else:
                others.add(benchmark)
        if not found:
            raise self._unknown(others)

    def _matrix(self, item: Item, lines: list[_Line]) -> Scores:
        score_IT = np.full((len(item.pictures), len(item.texts)), np.nan, np.float32)
        for number, row in lines:
            where = f"{self.path}, line {number} (item {item.key})"
            place = _place(row, score_IT.shape, where)
            if not np.isnan(score_IT[place]):
                raise ScoreError(f"{where}: a second score for picture {place[0]} and text {place[1]}")
            score_IT[place] = _number(row["score"], where)
        if len(lines) < score_IT.size:
            picture, text = np.argwhere(np.isnan(score_IT))[0]
            raise ScoreError(
                f"{self.path}: item {item.key} has {len(lines)} scores, not pictures x texts "
                f"{score_IT.shape}: there is none for picture {picture} and text {text}"
            )
        return score_IT

    def _arrays(self, items: Iterable[Item]) -> Iterator[Scores]:
        with self.path.open("rb") as file:
            find = self._finder(self._open(file))
            for item in items:
                score_IT = find(item)
                self._check(score_IT, item)
                yield score_IT

    def _check(self, score_IT: Scores, item: Item) -> None:
        shape = len(item.pictures), len(item.texts)
        if score_IT.shape != shape:
            raise ScoreError(
                f"{self.path}: item {item.key} has scores of {score_IT.shape}, not pictures x texts {shape}"
            )
        if not np.isfinite(score_IT).all():
            raise ScoreError(f"{self.path}: a score of item {item.key} is NaN or infinite")

    def _finder(self, arrays: Mapping[str, Any]) -> Callable[[Item], Scores]:
        keys, scores, one = (f"{self.benchmark}/{name}" for name in ("key", "scores", "scores/"))
        if keys in arrays and scores in arrays:
            whole, rows = self._read(arrays, scores), self._read(arrays, keys)
            if len(whole) != len(rows):
                raise ScoreError(f"{self.path}: {len(rows)} of {keys}, but {len(whole)} of {scores}")
            number = {str(key): row for row, key in enumerate(rows)}
            return lambda item: np.asarray(whole[self._known(number, item)], np.float32)
        if not any(name.startswith(one) for name in arrays):
            raise self._unknown({name.split("/", maxsplit=1)[0] for name in arrays})
        names = {name: name for name in arrays}
        return lambda item: np.asarray(self._read(arrays, self._known(names, item, before=one)), np.float32)

    def _open(self, file: BinaryIO) -> Mapping[str, Any]:
        try:
            opened: Mapping[str, Any] = np.load(file)
        except (OSError, ValueError, EOFError, BadZipFile) as error:
            raise ScoreError(f"{self.path} is no whole npz file ({error}): write it again") from error
        return opened

    def _read(self, arrays: Mapping[str, Any], name: str) -> Any:
        try:
            return arrays[name]
        except (OSError, ValueError, EOFError, BadZipFile) as error:
            raise ScoreError(f"{self.path}: {name} cannot be read ({error}): write plain arrays") from error

    def _known(self, found: Mapping[str, Any], item: Item, before: str = "") -> Any:
        if before + item.key not in found:
            raise self._missing(item)
        return found[before + item.key]

    def _missing(self, item: Item) -> ScoreError:
        return ScoreError(f"{self.path} has no scores for item {item.key} of {self.benchmark}: add them")

    def _unknown(self, others: Iterable[str]) -> ScoreError:
        return ScoreError(f"{self.path} has no scores: {unknown('benchmark', self.benchmark, others)}")


_Line = tuple[int, Record]
"""A line of a table, and its number in the file."""


def _named(numbered: tuple[str, Record]) -> tuple[str, str]:
    return numbered[1]["benchmark"], numbered[1]["key"]


def _place(row: Record, shape: tuple[int, ...], where: str) -> tuple[int, ...]:
    place = row["picture"], row["text"]
    if not all(n.isdecimal() and int(n) < most for n, most in zip(place, shape, strict=True)):
        raise ScoreError(
            f"{where}: picture {place[0]!r} and text {place[1]!r}, where the item has {shape[0]} and "
            f"{shape[1]}, counted from 0"
        )
    return int(place[0]), int(place[1])


def _number(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise ScoreError(f"{where}: the score is {text!r}, no finite number")
    return number


@contextmanager
def writing(path: Path) -> Iterator[Callable[[str, Answer], None]]:
    """What keeps answers as such a table, whole at the end or not at all.

    Yields:
        A function of a benchmark's name and an answer to it.

    Raises:
        DataError: the file cannot be written.
    """
    with atomic(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(FIELDS)

        def write(benchmark: str, answer: Answer) -> None:
            for (picture, text), score in np.ndenumerate(answer.score_IT):
                table.writerow((benchmark, answer.item.key, picture, text, f"{score:.9g}"))

        yield write
