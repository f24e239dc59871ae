"""Duplicates within a dataset, and what it shares with another: captions and pictures."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.foils import original, rows
from counterfoil.audit.text_cues import words
from counterfoil.errors import DataError
from counterfoil.records import Pixels

NEAR_BITS = 4
"""Bits of 64 in which the hashes of near duplicates differ at most."""

NEAR_GREY = 4.0
"""Grey levels by which they differ at most on average, at 16 x 16: plain pictures share hashes."""

_BANDS = 8
_SHORTEST = 4


class Print(NamedTuple):
    """A picture by its difference hash and its thumbnail.

    The hash has a bit for each pixel of 9 x 8 that is brighter than its right neighbour (dHash:
    https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html).
    """

    group: str
    bits: int
    small: NDArray[np.int16]

    @classmethod
    def of(cls, group: str, pixels: Pixels) -> Print:
        """The print of a picture."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        nine = np.asarray(cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA))
        small = np.asarray(cv2.resize(pixels, (16, 16), interpolation=cv2.INTER_AREA))
        bits = np.packbits(nine[:, :-1] > nine[:, 1:]).tobytes()
        return cls(group, int.from_bytes(bits), small.astype(np.int16))

    def like(self, other: Print) -> str:
        """How it is like another: "exact", "near", or "" for not."""
        if (self.bits ^ other.bits).bit_count() > NEAR_BITS:
            return ""
        differs = float(np.abs(self.small - other.small).mean())
        return "exact" if differs == 0 else "near" if differs <= NEAR_GREY else ""


class Like(NamedTuple):
    """Two that are alike; `how` is "exact" or "near"."""

    what: str
    how: str
    one: str
    other: str
    told: str = ""


def duplicates(captions: Sequence[tuple[str, str]], prints: Sequence[Print]) -> list[Like]:
    """Pairs of different groups that share a caption or a picture."""
    return [*_alike(captions, captions), *_alike_pictures(prints, prints)]


def leaks(
    captions: Sequence[tuple[str, str]], prints: Sequence[Print], against: Path, limit: int | None = None
) -> list[Like]:
    """What a dataset shares with another, or with the files of a benchmark (by their captions).

    Raises:
        DataError: there is nothing to read.
    """
    if (against / "manifest.json").is_file():
        others = list(rows(against, limit))
        theirs = [(row["key"], caption) for row in others for caption in row["captions"]]
        pictures = [Print.of(row["key"], original(row)) for row in others]
        return [*_alike(captions, theirs), *_alike_pictures(prints, pictures)]
    return list(_alike(captions, list(_texts(against))))


def _alike(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> Iterator[Like]:
    """Captions with the same words, in order or not; within one dataset each pair of groups once."""
    found: set[tuple[str, str]] = set()
    places = defaultdict(list)
    for name, text in theirs:
        if len(tokens := words(text)) >= _SHORTEST:
            places[tuple(sorted(tokens))].append((name, tokens))
    for name, text in ours:
        tokens = words(text)
        for other, its in places.get(tuple(sorted(tokens)), ()):
            pair = (name, other)
            within = ours is theirs
            if pair in found or (within and name >= other):
                continue
            found.add(pair)
            yield Like("caption", "exact" if its == tokens else "near", name, other, text)


def _alike_pictures(ours: Sequence[Print], theirs: Sequence[Print]) -> Iterator[Like]:
    """Hashes that differ in at most four of eight bands' bits share a band: only those are compared."""
    pairs: set[tuple[int, int]] = set()
    places = defaultdict(list)
    for number, print_ in enumerate(theirs):
        for band in _bands(print_.bits):
            places[band].append(number)
    for number, print_ in enumerate(ours):
        near = {other for band in _bands(print_.bits) for other in places[band]}
        pairs |= {(number, other) for other in near if ours is not theirs or number < other}
    for number, other in sorted(pairs):
        if how := ours[number].like(theirs[other]):
            yield Like("picture", how, ours[number].group, theirs[other].group)


def _bands(bits: int) -> list[tuple[int, int]]:
    return [(band, bits >> 8 * band & 255) for band in range(_BANDS)]


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Every text of a file, or of a folder's files, with the file's name."""
    files = sorted(file for file in path.rglob("*") if file.suffix in _READERS) if path.is_dir() else [path]
    if not files or not path.exists():
        raise DataError(f"{path} holds no dataset and no {', '.join(_READERS)} file: nothing to compare with")
    for file in files:
        if file.suffix not in _READERS:
            raise DataError(f"{file} is none of {', '.join(_READERS)}: nothing to compare with")
        try:
            yield from ((file.name, text) for text in _READERS[file.suffix](file))
        except (OSError, ValueError, RecursionError, csv.Error) as error:
            raise DataError(f"{file} cannot be read: {error}") from error


def _json(file: Path) -> Iterator[str]:
    return _strings(json.loads(file.read_text(encoding="utf-8")))


def _jsonl(file: Path) -> Iterator[str]:
    for line in _lines(file):
        if line.strip():
            yield from _strings(json.loads(line))


def _table(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from (cell for row in csv.reader(lines, delimiter=_DELIMITERS[file.suffix]) for cell in row)


def _lines(file: Path) -> Iterable[str]:
    return file.read_text(encoding="utf-8").splitlines()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_READERS = {".json": _json, ".jsonl": _jsonl, ".csv": _table, ".tsv": _table, ".txt": _lines}
