"""Hugging Face: a dataset that the package `datasets` can load, its pictures taken undecoded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from counterfoil.errors import DataError, unknown
from counterfoil.records import Rejected, Sample
from counterfoil.sources.admit import Found, admit, as_list, refuse

CAPTION_COLUMNS = ("captions", "caption", "text", "sentences", "title")
"""Where captions are looked for, in this order, where nobody names the column."""


@dataclass(frozen=True, kw_only=True)
class HuggingFace:
    """A parquet file, a local folder (parquet, pictures with metadata, `save_to_disk`) or a hub's id.

    Keys are those of a column "key"; else the pictures' file names without suffix; else row numbers.
    The licence is that of a column "licence" or "license". Rows are streamed.

    Args:
        path: the file, the folder, or the id ("user/name").
        split: of the dataset; a single file has only "train".
        image_column: the pictures.
        caption_column: a caption, or a list of them; "" for the first of `CAPTION_COLUMNS` there is.
        name: of the configuration, where a dataset has several.
    """

    path: str
    split: str = "train"
    image_column: str = "image"
    caption_column: str = ""
    name: str = ""

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples, in the order of the rows.

        Raises:
            DataError: `datasets` is not installed or cannot load it, or a column is missing.
        """
        datasets = _datasets()
        try:
            rows = self._open(datasets)
        except DataError:
            raise
        except Exception as error:  # datasets raises the errors of every package below it
            raise DataError(f"{self.path}: {error}. Check path, split and name") from error
        captions = self._check_columns(datasets, rows.features)
        rows = rows.cast_column(self.image_column, datasets.Image(decode=False))
        yield from admit(
            self._found(number, row, captions) for number, row in enumerate(_safely(self.path, rows))
        )

    def _open(self, datasets: ModuleType) -> Any:
        path = Path(self.path)
        if path.is_file():
            self._check_split(["train"])
            # load_dataset("parquet") would tell a server of it, and wait where there is no network
            return datasets.Dataset.from_parquet(self.path, streaming=True)
        if (path / "dataset_dict.json").is_file():
            splits = datasets.load_from_disk(self.path)
            self._check_split(splits)
            return splits[self.split]
        if (path / "state.json").is_file():
            return datasets.load_from_disk(self.path)
        return datasets.load_dataset(self.path, self.name or None, split=self.split, streaming=True)

    def _check_split(self, splits: Iterable[str]) -> None:
        if self.split not in splits:
            raise DataError(f"{self.path}: {unknown('split', self.split, splits)}")

    def _check_columns(self, datasets: ModuleType, columns: dict[str, Any]) -> str:
        """The caption column's name, once both columns are there."""
        captions = self.caption_column or next((c for c in CAPTION_COLUMNS if c in columns), "caption")
        for setting, column in (("image_column", self.image_column), ("caption_column", captions)):
            if column not in columns:
                problem = unknown("column", column, columns)
                raise DataError(f"{self.path}: {problem}. Set {setting} to one of them")
        if not isinstance(columns[self.image_column], datasets.Image):
            raise DataError(
                f"{self.path}: column {self.image_column!r} holds {columns[self.image_column]}, not "
                "pictures: set image_column to the one that does"
            )
        return captions

    def _found(self, number: int, row: dict[str, Any], captions: str) -> Found | Rejected:
        picture = row[self.image_column] or {}
        path, data = picture.get("path") or "", picture.get("bytes")
        name = Path(path).name or f"{number:09d}"
        key = row.get("key")
        found = Found(
            name=name if data is not None else os.path.relpath(path or name, self._folder()),
            captions=as_list(row[captions]),
            folder=self._folder(),
            data=data,
            key=key if isinstance(key, str) and key else Path(name).stem,
            licence=str(row.get("licence") or row.get("license") or ""),
        )
        return found if path or data else refuse(found.key, "missing_picture", f"row {number} has no picture")

    def _folder(self) -> Path:
        return Path(self.path).parent if Path(self.path).is_file() else Path(self.path)


def _datasets() -> ModuleType:
    try:
        import datasets
    except ImportError as error:
        raise DataError(
            "reading Hugging Face datasets needs the package 'datasets': pip install 'counterfoil[hf]'"
        ) from error
    module: ModuleType = datasets
    return module


def _safely(path: str, rows: Any) -> Iterator[dict[str, Any]]:
    try:
        yield from rows
    except Exception as error:  # datasets raises the errors of every package below it
        raise DataError(f"{path}: {error}. A file of it is damaged or cut off: get it again") from error
