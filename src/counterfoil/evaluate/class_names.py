"""What classes are called: by the names of their folders, from a file in one of the forms that go round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from counterfoil.errors import DataError
from counterfoil.evaluate.records import read_json

FORMS = (
    "a JSON {folder: name}, {number: [folder, name]} or [name, ...], or lines of folder and name, or of name"
)


def class_names(path: Path, folders: Sequence[str]) -> list[str]:
    """The name of each folder's class.

    Args:
        path: JSON, `{folder: name}`, `{number: [folder, name]}` (Keras's imagenet_class_index.json) or
            `[name of each folder in order]`; else text, "folder name, synonym" (Kaggle's
            LOC_synset_mapping.txt) or "name of each folder in order" a line. Of synonyms the first.
        folders: the classes' folders, in order.

    Raises:
        DataError: the file cannot be read, or has not one name for each folder.
    """
    found = _from_json(read_json(path)) if path.suffix == ".json" else _from_lines(path, folders)
    if isinstance(found, list) and len(found) == len(folders):
        found = dict(zip(folders, found, strict=True))
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise DataError(f"{path} does not name {len(folders)} classes: expected {FORMS}")
    if lacking := [folder for folder in folders if folder not in found]:
        raise DataError(
            f"{path} names {len(found)} classes, but not {lacking[0]} ({len(lacking)} such folders)"
        )
    return [found[folder] for folder in folders]


def read_lines(path: Path) -> list[str]:
    """The lines of a text that are not empty.

    Raises:
        DataError: it cannot be read.
    """
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def _from_json(whole: Any) -> Any:
    if isinstance(whole, Mapping) and all(isinstance(v, list) and len(v) == 2 for v in whole.values()):
        return {folder: name.replace("_", " ") for folder, name in whole.values()}
    return whole


def _from_lines(path: Path, folders: Sequence[str]) -> dict[str, str] | list[str]:
    lines = read_lines(path)
    pairs = [line.split(maxsplit=1) for line in lines]
    if {first for first, *rest in pairs if rest} >= set(folders):
        return {first: rest[0].split(",")[0] for first, *rest in pairs if rest}
    return lines
