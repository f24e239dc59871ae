"""What an evaluation leaves: results.json, and beside it every item's answers as Parquet.

results.json                    {"benchmarks": {NAME: {"items", "metrics", "weights", ...}}, "model": ...}
results.items/NAME.parquet      key, parts, scores, and the margins of each metric: above 0 is right, 0 a tie
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Answer, parts_of
from counterfoil.shards import atomic, read_json

_ROWS = 4096
_MOST_SCORES = 4096
"""Larger matrices, those of retrieval, are not kept: their margins tell."""

_FIXED = {
    "key": pa.string(),
    "parts": pa.list_(pa.string()),
    "pictures": pa.int32(),
    "scores": pa.list_(pa.float32()),
}


class Answers:
    """Writes the answers to one benchmark as they come; the file is whole or it is not there.

    Attributes:
        digest: of the questions: keys, texts and owners. The same benchmark has the same everywhere.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, Any]] = []
        self._writer: pq.ParquetWriter | None = None
        self._open = ExitStack()
        self._digest = sha256()

    def __enter__(self) -> Self:
        self._unfinished = self._open.enter_context(atomic(self._path))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._writer:
            self._writer.close()
        self._open.__exit__(kind, error, trace)

    def __call__(self, answer: Answer) -> None:
        """Take the next answer."""
        item, scores = answer.item, answer.score_IT
        self._digest.update(repr((item.key, item.texts, item.owners)).encode())
        fixed = {
            "key": item.key,
            "parts": parts_of(item),
            "pictures": len(scores),
            "scores": scores.ravel() if scores.size <= _MOST_SCORES else [],
        }
        self._rows.append(fixed | dict(answer.margins))
        if len(self._rows) == _ROWS:
            self._flush()

    @property
    def digest(self) -> str:
        """See the class."""
        return self._digest.hexdigest()

    def _flush(self) -> None:
        if not self._rows:
            return
        names = [name for name in self._rows[0] if name not in _FIXED]
        schema = pa.schema(_FIXED | {name: pa.list_(pa.float64()) for name in names})
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._unfinished, schema, compression="zstd")
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=schema))
        self._rows = []


def answers_path(results: Path, benchmark: str) -> Path:
    """Where the answers to a benchmark lie that belong to a results.json."""
    return results.with_suffix(".items") / f"{benchmark}.parquet"


def read_results(path: Path) -> dict[str, Any]:
    """A results.json.

    Raises:
        DataError: it is missing or damaged, or is something else.
    """
    results = read_json(path)
    benchmarks = results.get("benchmarks") if isinstance(results, Mapping) else None
    if not isinstance(benchmarks, Mapping) or not all(
        isinstance(b, Mapping) and "metrics" in b for b in benchmarks.values()
    ):
        raise DataError(
            f"{path} is no results.json: it has no benchmarks with metrics; let `evaluate` write it"
        )
    return dict(results)
