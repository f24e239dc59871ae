"""Benchmark files to records, each checked: JSON, JSON lines, CSV and TSV, Parquet and Arrow."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.errors import DataError

Record = dict[str, Any]


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        DataError: it cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} is no whole JSON file ({error}): get it again") from error


def json_records(path: Path, *fields: str) -> Iterator[tuple[str, Record]]:
    """The records of a JSON file with their keys: of an object its own, of a list their numbers.

    Args:
        path: the file.
        fields: what each record has to have.

    Raises:
        DataError: no whole JSON, neither an object nor a list, or a record without a field.
    """
    whole = read_json(path)
    if not isinstance(whole, dict | list):
        raise DataError(f"{path} holds a {type(whole).__name__}, not records")
    named = whole.items() if isinstance(whole, dict) else enumerate(whole)
    return ((str(key), checked(record, fields, f"{path}, record {key}")) for key, record in named)


def row_records(path: Path, *fields: str) -> Iterator[tuple[str, Record]]:
    """The rows of a JSON list of lists, and their numbers from 0.

    Args:
        path: the file.
        fields: what the places of each row are called here, for they have no names there.

    Raises:
        DataError: no whole JSON, no list, or a row of another length.
    """
    whole = read_json(path)
    if not isinstance(whole, list):
        raise DataError(f"{path} holds a {type(whole).__name__}, not rows of {', '.join(fields)}")
    for number, row in enumerate(whole):
        if not isinstance(row, list) or len(row) != len(fields):
            raise DataError(f"{path}, record {number} is {str(row)[:80]}, not [{', '.join(fields)}]")
        yield str(number), dict(zip(fields, row, strict=True))


def line_records(path: Path, *fields: str) -> Iterator[tuple[str, Record]]:
    """The records of a file with one JSON object a line, and the numbers of their lines from 0.

    Raises:
        DataError: a line that is no JSON object, or lacks a field.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if line.strip():
                where = f"{path}, line {number + 1}"
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise DataError(f"{where} is no whole JSON ({error}): get the file again") from error
                yield str(number), checked(record, fields, where)


def table_records(path: Path, *fields: str) -> Iterator[tuple[str, Record]]:
    """The rows of a CSV file, or of a TSV file by its name, and their numbers from 0.

    Raises:
        DataError: a column is missing, or a row is cut off.
    """
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        try:
            for number, row in enumerate(rows):
                record = {name: value for name, value in row.items() if value is not None}
                yield str(number), checked(record, fields, f"{path}, row {number + 1}")
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(f"{path} is no table: {error}") from error


def parquet_records(paths: Iterable[Path], *fields: str) -> Iterator[tuple[str, Record]]:
    """The rows of Parquet or Arrow files, one after another, and their numbers; pictures as bytes and path.

    Raises:
        DataError: neither Parquet nor Arrow, or a column is missing.
    """
    number = 0
    for path in paths:
        try:
            for batch in (_arrow if path.suffix == ".arrow" else _parquet)(path):
                batch.validate(full=True)  # else damaged offsets are read, and what lies beyond a buffer
                for record in batch.to_pylist():
                    yield str(number), checked(record, fields, f"{path}, row {number}")
                    number += 1
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path} is no whole {path.suffix[1:]} file ({error}): get it again") from error


def _parquet(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as shard:
        yield from shard.iter_batches(batch_size=64)


def _arrow(path: Path) -> Iterator[pa.RecordBatch]:
    """As `datasets.save_to_disk` writes them."""
    with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as stream:
        yield from stream


def checked(record: object, fields: Iterable[str], where: str) -> Record:
    """A record with its fields there.

    Raises:
        DataError: it is no object, or lacks a field.
    """
    if not isinstance(record, Mapping):
        raise DataError(f"{where} is a {type(record).__name__}, not an object with {', '.join(fields)}")
    if lacking := [name for name in fields if name not in record]:
        has = ", ".join(map(str, record)) or "nothing"
        raise DataError(f"{where} has no {', '.join(lacking)}: expected {', '.join(fields)}, found {has}")
    return dict(record)
