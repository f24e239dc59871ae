"""Records of a dataset that was downloaded from the Hugging Face hub, in whichever form it lies there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from counterfoil.errors import DataError
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.records import Record, line_records, parquet_records
from counterfoil.records import ImageFile

Records = Callable[[], Iterable[tuple[str, Record]]]


def hub_records(
    data: Data,
    benchmark: str,
    origin: Origin,
    fields: Sequence[str],
    *,
    lines: str = "examples.jsonl",
    within: str = "",
) -> Records:
    """The records of a benchmark in its own folder: its Parquet files in order, or a file of JSON lines.

    Args:
        data: where files lie.
        benchmark: its name, and that of the folder.
        origin: what to tell those who lack it.
        fields: what each record has to have.
        lines: the name of the file of JSON lines.
        within: only Parquet files whose path has this in it: a configuration or a split.

    Raises:
        DataError: neither is there.
    """
    if shards := data.parquet(benchmark, within):
        return lambda: parquet_records(shards, *fields)
    path = data.file(benchmark, lines, origin)
    return lambda: line_records(path, *fields)


def stored(data: Data, benchmark: str, image: Any) -> Stored:
    """A picture as records have it: bytes and a path, or a file's name with or without its ending.

    Raises:
        DataError: it is neither.
    """
    if isinstance(image, dict) and image.get("bytes"):
        return Stored(ImageFile(str(image.get("path") or ""), image["bytes"]))
    name = image.get("path") if isinstance(image, dict) else image
    if not isinstance(name, str) or not name:
        raise DataError(f"{benchmark}: a picture is {str(image)[:80]!r}, neither bytes nor a file's name")
    return data.picture(benchmark, name)
