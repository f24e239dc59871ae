"""Where photos with captions come from: a table of sources, and how one is named in a few letters."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

from counterfoil.config import with_settings
from counterfoil.errors import DataError, RecipeError, unknown
from counterfoil.sources.source import Source

SOURCES = {
    "folder": "counterfoil.sources.folder:Folder",
    "table": "counterfoil.sources.table:Table",
    "coco": "counterfoil.sources.coco:Coco",
    "karpathy": "counterfoil.sources.karpathy:Karpathy",
    "webdataset": "counterfoil.sources.webdataset:WebDataset",
    "hf": "counterfoil.sources.hf:HuggingFace",
    "gnm": "counterfoil.sources.gnm:Gnm",
    "drawn": "counterfoil.sources.drawn:Drawn",
}
"""Every source by the word before its path ("coco:photos/"); imported when it is opened."""

_BY_SUFFIX = {".tar": "webdataset", ".tgz": "webdataset", ".parquet": "hf"}
_BY_SUFFIX |= dict.fromkeys((".csv", ".tsv", ".jsonl"), "table")

_FORMS = (
    "a folder of pictures with captions.jsonl or .txt files, a csv, tsv or jsonl table, a COCO folder or "
    "captions file, a Karpathy json, GNM's json, a tar or a folder of tars, a parquet file or folder; or say "
    f"it before a colon: {', '.join(SOURCES)} (hf:user/name for a hub's dataset)"
)


def open_source(text: str, settings: Mapping[str, str] | None = None) -> Source:
    """A source from how it is written: "coco:photos/", or a path, known by what lies there.

    Args:
        text: a name of `SOURCES`, a colon and a path; or a path alone.
        settings: other fields of the source ("image_column").

    Raises:
        RecipeError: an unknown source or setting.
        DataError: nothing lies at the path, or nothing that is understood.
    """
    name, colon, path = text.partition(":")
    if not text:
        raise DataError(f"no source is named. What can be read: {_FORMS}")
    in_store = path.startswith("//") and name not in SOURCES
    if not colon or in_store or os.path.exists(text):  # noqa: PTH110 - Path.exists raises where a name is too long
        name, path = recognise(text), text
    if name not in SOURCES:
        raise RecipeError(f"{text!r}: {unknown('source', name, SOURCES)}")
    module, _, kind = SOURCES[name].partition(":")
    return _build(name, getattr(import_module(module), kind), path, settings or {})


def recognise(text: str) -> str:
    """Name the source that a path is for.

    Raises:
        DataError: nothing lies there, or nothing that is understood.
    """
    path = Path(text)
    if "://" in text or path.name.endswith((".tar", ".tar.gz")):  # a pattern of tars too, which is no file
        return "webdataset"
    if os.path.isdir(text):  # noqa: PTH112 - as above
        return next(_of_folder(path), "folder")
    if not os.path.isfile(text):  # noqa: PTH113
        raise DataError(f"{text!r} is not there. What can be read: {_FORMS}")
    if path.suffix == ".json":
        return _of_json(path)
    if path.suffix not in _BY_SUFFIX:
        raise DataError(f"{text!r} is of no known form. What can be read: {_FORMS}")
    return _BY_SUFFIX[path.suffix]


def _build(name: str, kind: type[Any], path: str, settings: Mapping[str, str]) -> Source:
    known = [field.name for field in fields(kind) if field.name != "path"]
    for setting in settings:
        if setting not in known:
            raise RecipeError(unknown(f"setting of source {name}", setting, known))
    source: Source = with_settings(kind(path=path), [f"{name}={value}" for name, value in settings.items()])
    return source


def _of_folder(folder: Path) -> Iterator[str]:
    """The sources that a folder shows signs of, the surest first."""
    signs = {
        "coco": ("annotations/captions*.json", "captions*.json"),
        "folder": ("captions.jsonl",),
        "webdataset": ("*.tar", "*.tar.gz", "*.tgz"),
        "hf": ("dataset_info.json", "dataset_dict.json", "*.parquet", "*/*.parquet", "metadata.jsonl"),
    }
    for name, patterns in signs.items():
        if any(next(folder.glob(pattern), None) for pattern in patterns):
            yield name


def _of_json(path: Path) -> str:
    """Karpathy's forms are lists, or have sentences near the start; COCO's have neither; GNM's, its names."""
    with path.open("rb") as file:
        head = file.read(1 << 16).removeprefix(b"\xef\xbb\xbf").lstrip()
    if b'"tag2text_caption"' in head or b'"num_sample"' in head:
        return "gnm"
    return "karpathy" if head.startswith(b"[") or b'"sentences"' in head else "coco"
