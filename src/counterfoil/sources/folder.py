"""A folder of pictures: captions in a captions.jsonl, or in a NAME.txt beside each picture."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.records import Rejected, Sample
from counterfoil.sources.admit import Found, admit, as_list, refuse
from counterfoil.sources.files import PICTURES, Line, Row, gather, read_rows

CAPTIONS = "captions.jsonl"
_NAMES = ("file_name", "image", "filepath")
_WORDS = ("captions", "caption", "text")


@dataclass(frozen=True, kw_only=True)
class Folder:
    """Pictures of a folder and of all folders in it, sorted.

    A line of a captions.jsonl names a picture ("file_name", "image" or "filepath", relative to the
    line's folder) and its captions ("caption", "captions" or "text"; one or a list). Pictures that no
    line names have their captions in a text file of the same name, one a line.

    Args:
        path: the folder.
    """

    path: str

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples: those of captions.jsonl files first, then the others.

        Raises:
            DataError: the folder is not there, or has neither pictures nor a captions.jsonl.
        """
        if not Path(self.path).is_dir():
            raise DataError(f"{self.path} is no folder: name the folder that holds the pictures")
        found = self._found()
        first = next(found, None)
        if first is None:
            raise DataError(f"{self.path} holds no pictures and no {CAPTIONS}, nor do the folders in it")
        yield from admit(itertools.chain([first], found))

    def _found(self) -> Iterator[Found | Rejected]:
        named: set[Path] = set()
        for file in _files(Path(self.path)):
            if file.name == CAPTIONS:
                for found in self._listed(file):
                    if isinstance(found, Found):
                        named.add(Path(os.path.normpath(found.folder / found.name)))
                    yield found
        for file in _files(Path(self.path)):
            if file.suffix.lower() in PICTURES and Path(os.path.normpath(file)) not in named:
                yield self._beside(file)

    def _listed(self, file: Path) -> Iterator[Found | Rejected]:
        place = file.parent.relative_to(self.path)
        for line in gather(lambda: _lines(file)):
            if isinstance(line, Rejected):
                yield line
            else:
                name = line.name if Path(line.name).is_absolute() else (place / line.name).as_posix()
                yield Found(name, line.captions, Path(self.path))

    def _beside(self, picture: Path) -> Found | Rejected:
        name = picture.relative_to(self.path).as_posix()
        words = picture.with_suffix(".txt")
        try:
            lines = words.read_text(encoding="utf-8-sig").splitlines() if words.is_file() else []
        except (OSError, UnicodeDecodeError) as error:
            return refuse(name, "bad_text", f"{words}: {error}")
        return Found(name, lines, Path(self.path))


def _files(folder: Path) -> Iterator[Path]:
    """All files, sorted, with no more than one folder's names in memory."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names))


def _lines(file: Path) -> Iterator[Line | Rejected]:
    for row in read_rows(file):
        yield row if isinstance(row, Rejected) else _line(row)


def _line(row: Row) -> Line | Rejected:
    name = next((row.values[column] for column in _NAMES if column in row.values), None)
    if not isinstance(name, str) or not name:
        return refuse(row.key, "bad_line", f"names no picture: it has none of {', '.join(_NAMES)}")
    return Line(name, [text for column in _WORDS for text in as_list(row.values.get(column, []))])
