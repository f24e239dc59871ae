"""A table of pictures and captions: csv, tsv or JSON lines, one caption (or a list of them) a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import DataError, unknown
from counterfoil.records import Rejected, Sample
from counterfoil.sources.admit import Found, admit, as_list, refuse
from counterfoil.sources.files import Line, Row, gather, picture_folder, read_rows


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of a table; all rows of one picture, wherever they stand, are one sample.

    A sample comes where its last row stands, so that memory holds few captions at a time: rows of a
    picture best follow each other.

    Args:
        path: a .csv, .tsv or .jsonl file.
        image_column: the picture's file name, relative to `images`.
        caption_column: its caption; in JSON lines also a list of them.
        separator: between columns; "" for what the suffix says.
        images: the folder of the pictures; "" for the table's own.
    """

    path: str
    image_column: str = "filepath"
    caption_column: str = "title"
    separator: str = ""
    images: str = ""

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples, in the order of their last rows.

        Raises:
            DataError: the file cannot be read, or lacks a column; there is no folder `images`.
        """
        folder = picture_folder(self.images, Path(self.path).parent)
        self._check_columns()
        yield from admit(
            line if isinstance(line, Rejected) else Found(line.name, line.captions, folder)
            for line in gather(self._lines)
        )

    def _check_columns(self) -> None:
        rows = (row for row in read_rows(Path(self.path), self.separator) if isinstance(row, Row))
        columns = next(rows, Row("", {})).values
        for setting in ("image_column", "caption_column"):
            if columns and getattr(self, setting) not in columns:
                problem = unknown("column", getattr(self, setting), columns)
                raise DataError(f"{self.path}: {problem}. Set {setting} to one of them")

    def _lines(self) -> Iterator[Line | Rejected]:
        for row in read_rows(Path(self.path), self.separator):
            yield row if isinstance(row, Rejected) else self._line(row)

    def _line(self, row: Row) -> Line | Rejected:
        name = row.values.get(self.image_column)
        if not isinstance(name, str) or not name:
            return refuse(row.key, "bad_line", f"no file name in {self.image_column!r}: {name!r:.80}")
        return Line(name, as_list(row.values.get(self.caption_column)))
