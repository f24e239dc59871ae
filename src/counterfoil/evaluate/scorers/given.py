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
from itertools import count, groupby, product
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv as pa_csv

from counterfoil.errors import ScoreError, unknown
from counterfoil.evaluate.benchmark import Answer, Item
from counterfoil.evaluate.verdicts import Scores
from counterfoil.shards import atomic

FIELDS = ("benchmark", "key", "picture", "text", "score")
"""Columns of a table of scores."""


@dataclass(frozen=True)
class Given:
    """The scores of one benchmark in a file, csv or npz by its name.

    A table is read block by block where its items stand in the benchmark's order; what stands elsewhere is
    held until it is asked for. The rows of an item stand together.
    """

    path: Path
    benchmark: str

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        """The matrix of each item.

        Raises:
            ScoreError: no scores of this benchmark or of an item, a score that is no number, or of a
                picture or text that the item does not have; it names the file, and the item or the row.
        """
        if not self.path.is_file():
            raise ScoreError(f"no file of scores at {self.path}")
        return self._arrays(items) if self.path.suffix == ".npz" else self._table(items)

    def _table(self, items: Iterable[Item]) -> Iterator[Scores]:
        waiting: dict[str, list[_Row]] = {}
        rows = self._items()
        for item in items:
            while item.key not in waiting:
                key, found = next(rows, (None, []))
                if key is None:
                    raise self._missing(item)
                if key in waiting:
                    raise ScoreError(f"{self.path}: the rows of item {key} do not stand together")
                waiting[key] = found
            yield self._matrix(item, waiting.pop(item.key))

    def _items(self) -> Iterator[tuple[str, list[_Row]]]:
        """The rows of each item of this benchmark."""
        others: set[str] = set()
        found = False
        for (benchmark, key), rows in groupby(_rows(self.path), itemgetter(1, 2)):
            if benchmark == self.benchmark:
                found = True
                yield key, list(rows)
            else:
                others.add(benchmark)
        if not found:
            raise self._unknown(others)

    def _matrix(self, item: Item, rows: list[_Row]) -> Scores:
        shape = len(item.pictures), len(item.texts)
        found = {(row.picture, row.text): row.score for row in rows}
        places = list(product(range(shape[0]), range(shape[1])))
        if len(rows) != len(places) or not all(map(found.__contains__, places)):
            raise self._unfit(item, rows, shape)
        if wrong := [row for row in rows if not abs(row.score) <= _LARGEST]:
            raise ScoreError(f"{self._where(wrong[0])}: the score is {wrong[0].score}, no finite number")
        return np.array([found[place] for place in places], np.float32).reshape(shape)

    def _unfit(self, item: Item, rows: list[_Row], shape: tuple[int, int]) -> ScoreError:
        """What is wrong with the places of an item's scores."""
        seen: set[tuple[int, int]] = set()
        for row in rows:
            place = row.picture, row.text
            at = f"{self._where(row)}: picture {row.picture} and text {row.text}"
            if not (0 <= row.picture < shape[0] and 0 <= row.text < shape[1]):
                return ScoreError(f"{at}, where the item has {shape[0]} and {shape[1]}, counted from 0")
            if place in seen:
                return ScoreError(f"{at} have a second score")
            seen.add(place)
        picture, text = next(place for place in np.ndindex(shape) if place not in seen)
        return ScoreError(
            f"{self.path}: item {item.key} has {len(rows)} scores, not pictures x texts {shape}: there is "
            f"none for picture {picture} and text {text}"
        )

    def _where(self, row: _Row) -> str:
        return f"{self.path}, row {row.number} (item {row.key})"

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
        except Exception as error:  # a damaged header raises what Python's own parser does
            raise ScoreError(f"{self.path} is no whole npz file ({error}): write it again") from error
        return opened

    def _read(self, arrays: Mapping[str, Any], name: str) -> Any:
        try:
            return arrays[name]
        except Exception as error:  # a damaged header raises what Python's own parser does
            raise ScoreError(f"{self.path}: {name} cannot be read ({error}): write plain arrays") from error

    def _known(self, found: Mapping[str, Any], item: Item, before: str = "") -> Any:
        if before + item.key not in found:
            raise self._missing(item)
        return found[before + item.key]

    def _missing(self, item: Item) -> ScoreError:
        return ScoreError(f"{self.path} has no scores for item {item.key} of {self.benchmark}: add them")

    def _unknown(self, others: Iterable[str]) -> ScoreError:
        return ScoreError(f"{self.path} has no scores: {unknown('benchmark', self.benchmark, others)}")


_LARGEST = float(np.finfo(np.float32).max)


class _Row(NamedTuple):
    """A row of a table, with its number from 1."""

    number: int
    benchmark: str
    key: str
    picture: int
    text: int
    score: float


_TYPES = dict(zip(FIELDS, (pa.string(), pa.string(), pa.int32(), pa.int32(), pa.float64()), strict=True))


def _rows(path: Path) -> Iterator[_Row]:
    """The rows of a table, a block of the file at a time; a score that is left out is NaN."""
    number = count(1)
    try:
        with pa_csv.open_csv(
            path,
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(column_types=_TYPES, include_columns=list(FIELDS)),
        ) as table:
            for block in table:
                columns = [column.to_numpy(zero_copy_only=False).tolist() for column in block.columns]
                yield from map(_Row, number, *columns)
    except (pa.ArrowException, OSError, KeyError) as error:
        raise ScoreError(f"{path} is no table of {', '.join(FIELDS)}: {error}") from error


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
