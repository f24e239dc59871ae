"""Records of a dataset that was downloaded from the Hugging Face hub, in whichever form it lies there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Item
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


def squares(
    data: Data,
    benchmark: str,
    records: Records,
    cells: Sequence[tuple[str, str]],
    *,
    key: str = "",
    parts: Callable[[Record], tuple[str, ...]],
) -> Iterator[Item]:
    """Records as squares: two pictures and two captions, each caption true of its own picture.

    Args:
        data: where pictures lie.
        benchmark: its name.
        records: to read.
        cells: the fields of a picture and of its caption, twice.
        key: the field that names an item; "" for the record's number.
        parts: of a record.
    """
    for number, record in records():
        yield Item(
            key=str(record[key]) if key else number,
            pictures=tuple(stored(data, benchmark, record[picture]) for picture, _ in cells),
            texts=tuple(record[caption] for _, caption in cells),
            owners=(0, 1),
            parts=parts(record),
        )


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
