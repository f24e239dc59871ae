"""Text files that annotations come in: JSON, JSON lines, csv and tsv, read with errors that say where."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from counterfoil.errors import DataError, RecipeError
from counterfoil.records import Rejected
from counterfoil.sources.admit import refuse

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"})
"""Suffixes of files that are taken for pictures, in small letters."""


class Row(NamedTuple):
    """A line of a table: what names it ("captions.jsonl:17"), and its columns."""

    key: str
    values: dict[str, Any]


class Line(NamedTuple):
    """What a line says: a picture, by file name, and captions of it."""

    name: str
    captions: list[object]


def picture_folder(images: str, default: Path) -> Path:
    """The folder that a setting names; "" for the default.

    Raises:
        DataError: the folder is not there.
    """
    if images and not Path(images).is_dir():
        raise DataError(f"{images} is no folder: set images to the folder that holds the pictures")
    return Path(images) if images else default


def load_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        DataError: the file is missing, or no whole JSON; the line and column are named.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}, line {error.lineno}, column {error.colno}: {error.msg}. "
            "The file is cut off or damaged: get it again"
        ) from error
    except RecursionError as error:
        raise DataError(f"{path}: nested too deeply to be annotations") from error
    except ValueError as error:
        raise DataError(f"{path}: {error}. Save it as UTF-8") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}. Check the path") from error


def read_rows(path: Path, separator: str = "") -> Iterator[Row | Rejected]:
    """Read a table line by line: JSON lines (".jsonl"), else values between separators, with a header.

    Args:
        path: the file.
        separator: "" for what the suffix says: a tab for ".tsv", else a comma.

    Raises:
        DataError: the file is missing, is no UTF-8 text, or has a quote that nobody closes.
    """
    try:
        if path.suffix == ".jsonl" and not separator:
            yield from _json_rows(path)
        else:
            yield from _separated_rows(path, separator or ("\t" if path.suffix == ".tsv" else ","))
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: {error}. Save it as UTF-8") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}. Check the path") from error


def gather(lines: Callable[[], Iterator[Line | Rejected]]) -> Iterator[Line | Rejected]:
    """All captions of a picture together, wherever its lines stand.

    Reads twice: the first time to learn which line of a picture is its last, the second time to hand
    the picture on at that line. So only pictures whose lines are still to come are held in memory:
    one at a time where the lines of a picture follow each other.
    """
    last = {line.name: i for i, line in enumerate(lines()) if isinstance(line, Line)}
    waiting: dict[str, list[object]] = {}
    for i, line in enumerate(lines()):
        if isinstance(line, Rejected):
            yield line
            continue
        waiting.setdefault(line.name, []).extend(line.captions)
        if last.get(line.name) == i:
            yield Line(line.name, waiting.pop(line.name))


def _json_rows(path: Path) -> Iterator[Row | Rejected]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _json_row(f"{path.name}:{number}", line)


def _json_row(key: str, line: bytes) -> Row | Rejected:
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return refuse(key, "bad_line", f"no JSON: {error}")
    if not isinstance(values, dict):
        return refuse(key, "bad_line", f"a JSON object is wanted, this is {type(values).__name__}")
    return Row(key, values)


def _separated_rows(path: Path, separator: str) -> Iterator[Row | Rejected]:
    with path.open(encoding="utf-8-sig", newline="") as text:
        try:
            reader = csv.reader(text, delimiter=separator)
        except (TypeError, ValueError) as error:
            raise RecipeError(f"separator is one character, not {separator!r}") from error
        try:
            header = next(reader, [])
            for fields in reader:
                if fields:
                    yield _separated_row(f"{path.name}:{reader.line_num}", header, fields)
        except csv.Error as error:
            raise DataError(
                f"{path}, line {reader.line_num}: {error}. Is a quote left open before it?"
            ) from error


def _separated_row(key: str, header: list[str], fields: list[str]) -> Row | Rejected:
    if len(fields) != len(header):
        return refuse(key, "bad_line", f"{len(fields)} values under {len(header)} columns")
    return Row(key, dict(zip(header, fields, strict=True)))
