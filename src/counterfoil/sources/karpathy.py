"""A Karpathy JSON: the splits of COCO and Flickr that everybody reports on, in both of their forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.errors import DataError, unknown
from counterfoil.records import Rejected, Sample
from counterfoil.sources.admit import Found, admit, as_list, refuse
from counterfoil.sources.files import load_json, picture_folder


@dataclass(frozen=True, kw_only=True)
class Karpathy:
    """Karpathy's own form or the flat one; several entries of a picture are one sample.

    His own is `{"images": [{"filepath", "filename", "split", "sentences": [{"raw"}]}]}`, the flat one
    `[{"image", "caption"}]`, where a caption may be a list of them.

    Args:
        path: the file.
        images: the folder of the pictures; "" for the file's own.
        split: only this one ("train", "restval", "val", "test"); "" for all.
    """

    path: str
    images: str = ""
    split: str = ""

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples, in the order of the file.

        Raises:
            DataError: the file cannot be read, is in neither form, or has nothing of that split.
        """
        yield from admit(self._found())

    def _found(self) -> Iterator[Found | Rejected]:
        folder = picture_folder(self.images, Path(self.path).parent)
        captions: dict[str, list[object]] = {}
        for i, entry in enumerate(self._entries()):
            name = _name(entry)
            if name:
                captions.setdefault(name, []).extend(_captions(entry))
            else:
                key = f"{Path(self.path).name}[{i}]"
                yield refuse(key, "bad_annotation", f"names no picture: {entry!r:.80}")
        for name in list(captions):
            yield Found(name, captions.pop(name), folder)

    def _entries(self) -> list[Any]:
        document = load_json(Path(self.path))
        entries = document.get("images") if isinstance(document, dict) else document
        if not isinstance(entries, list):
            raise DataError(
                f'{self.path}: neither an object with a list "images" nor a list of {{"image", "caption"}}'
            )
        return self._of_split(entries) if self.split else entries

    def _of_split(self, entries: list[Any]) -> list[Any]:
        splits = {str(entry.get("split")): None for entry in entries if isinstance(entry, dict)}
        if self.split not in splits:
            raise DataError(f"{self.path}: {unknown('split', self.split, splits)}")
        return [entry for entry in entries if not isinstance(entry, dict) or entry.get("split") == self.split]


def _name(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    name = entry.get("filename", entry.get("image"))
    place = entry.get("filepath", "")
    if not isinstance(name, str) or not name or not isinstance(place, str):
        return ""
    return f"{place}/{name}" if place else name


def _captions(entry: dict[str, Any]) -> list[object]:
    if "sentences" not in entry:
        return as_list(entry.get("caption"))
    return [
        sentence.get("raw") if isinstance(sentence, dict) else sentence
        for sentence in as_list(entry["sentences"])
    ]
