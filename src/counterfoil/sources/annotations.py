"""A COCO annotation file in; its pictures, and what is said of each of them, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterfoil.errors import DataError
from counterfoil.records import Rejected
from counterfoil.sources.admit import refuse, tidy
from counterfoil.sources.files import load_json

Entry = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Annotations:
    """What a file says, by picture id. `said` is emptied by who takes from it, to free memory.

    Args:
        pictures: the entries of "images" by id.
        said: the entries of "annotations" by image_id.
        labels: category names by id.
        licences: licence names by id.
        faults: entries that are none.
    """

    pictures: dict[Any, Entry] = field(default_factory=dict)
    said: dict[Any, list[Entry]] = field(default_factory=dict)
    labels: dict[Any, str] = field(default_factory=dict)
    licences: dict[Any, str] = field(default_factory=dict)
    faults: list[Rejected] = field(default_factory=list)

    def leftovers(self, file: Path) -> Iterator[Rejected]:
        """What is said of pictures that the file does not list, once all others were taken."""
        for picture, entries in self.said.items():
            for entry in entries:
                detail = f"image_id {picture!r} is not among the images"
                key = f"{file.name}#{entry.get('id', '?')}"
                yield refuse(key, "unknown_picture", detail, part=True)


def read_annotations(file: Path) -> Annotations:
    """Read a captions_*.json or instances_*.json.

    Raises:
        DataError: the file is missing, cut off, or no COCO annotations.
    """
    document = load_json(file)
    for name in ("images", "annotations"):
        if not isinstance(document, dict) or not isinstance(document.get(name), list):
            raise DataError(
                f'{file} has no list "{name}": a COCO file is an object with "images" and "annotations"'
            )
    read = Annotations(labels=_names(document.get("categories")), licences=_names(document.get("licenses")))
    _add_pictures(read, file, document.pop("images"))
    _add_said(read, file, document.pop("annotations"))
    return read


def _add_pictures(read: Annotations, file: Path, entries: Iterable[object]) -> None:
    for i, entry in enumerate(entries):
        if not isinstance(entry, dict) or not _is_id(entry.get("id")) or not _is_name(entry.get("file_name")):
            detail = f"an object with id and file_name is wanted, this is {entry!r:.80}"
            read.faults.append(refuse(f"{file.name}:images[{i}]", "bad_annotation", detail))
        elif entry["id"] in read.pictures:
            detail = f"the id {entry['id']!r} came before: only the first picture is kept"
            read.faults.append(refuse(f"{file.name}:images[{i}]", "duplicate_key", detail))
        else:
            read.pictures[entry["id"]] = entry


def _add_said(read: Annotations, file: Path, entries: Iterable[object]) -> None:
    for i, entry in enumerate(entries):
        if isinstance(entry, dict) and _is_id(entry.get("image_id")):
            read.said.setdefault(entry["image_id"], []).append(entry)
        else:
            detail = f"an object with image_id is wanted, this is {entry!r:.80}"
            key = f"{file.name}:annotations[{i}]"
            read.faults.append(refuse(key, "bad_annotation", detail, part=True))


def _names(table: object) -> dict[Any, str]:
    entries = [entry for entry in table if isinstance(entry, dict)] if isinstance(table, list) else []
    return {
        entry["id"]: tidy(entry["name"])
        for entry in entries
        if _is_id(entry.get("id")) and _is_name(entry.get("name"))
    }


def _is_id(value: object) -> bool:
    return isinstance(value, int | str)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)
