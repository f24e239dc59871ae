"""Pictures for the page: out of the shards, shrunk, and kept; a picture that says why where there is none."""

from __future__ import annotations

import contextlib
import html
import os
from collections import OrderedDict
from pathlib import Path
from textwrap import wrap
from threading import Lock, get_ident
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.errors import DataError
from counterfoil.pictures import decode, encode
from counterfoil.records import ImageFile
from counterfoil.review.index import Index, Place
from counterfoil.shards import leaf_names

Side = Literal["original", "negative"]
Size = Literal["small", "large"]

SIDES: dict[Size, tuple[int, int]] = {"small": (360, 84), "large": (1280, 95)}
"""Longest side in pixels, and quality of the JPEG."""

_HELD = 6
"""Row groups whose encoded pictures stay in memory: neighbours are asked for together."""


class Pictures:
    """The small and large pictures of a dataset, each made when first asked for, and kept in a folder.

    Args:
        dataset: its folder.
        index: of it.
        cache: the folder for what is made.
    """

    def __init__(self, dataset: Path, index: Index, cache: Path) -> None:
        self._data = dataset / "data"
        self._index = index
        self._cache = cache
        self._lock = Lock()
        self._held: OrderedDict[tuple[str, int, bool], Any] = OrderedDict()

    def get(self, number: int, side: Side, size: Size) -> bytes:
        """A JPEG, by the number of a sample (original) or of a foil (negative).

        Raises:
            DataError: there is no such picture, or it cannot be decoded; the message says why.
        """
        path = self._cache / size / side / f"{number // 1000}" / f"{number}.jpg"
        if path.exists():
            return path.read_bytes()
        longest, quality = SIDES[size]
        encoded = self._encoded(number, original=side == "original")
        pixels = decode(ImageFile("picture", encoded), max_side=longest, min_side=1)
        return _kept(path, encode(pixels, quality=quality))

    def _encoded(self, number: int, *, original: bool) -> bytes:
        place = self._index.place(number, original=original)
        if place is None:
            raise DataError(f"the dataset has no picture {number}")
        try:
            with self._lock:
                row = self._group(place)[place.row].as_py()
            picture = row["image"] if original else row["foils"][place.foil]["negative_image"]
        except (pa.ArrowException, OSError, IndexError) as error:
            raise DataError("the dataset has changed since this page was started") from error
        if row["key"] != place.key:
            raise DataError("the dataset has changed since this page was started")
        if not picture or picture["bytes"] is None:
            raise DataError("the dataset holds no picture here")
        return bytes(picture["bytes"])

    def _group(self, place: Place) -> Any:
        """The encoded pictures of a row group, as one Arrow array of structs."""
        original = place.foil is None
        name = place.shard, place.row_group, original
        if name not in self._held:
            with pq.ParquetFile(self._data / place.shard) as shard:
                encoded = [leaf for leaf in leaf_names(shard) if leaf.endswith(".bytes")]
                leaves = [leaf for leaf in encoded if leaf.startswith("image") == original]
                table = shard.read_row_group(place.row_group, columns=["key", *leaves])
            self._held[name] = table.to_struct_array().combine_chunks()
        self._held.move_to_end(name)
        while len(self._held) > _HELD:
            self._held.popitem(last=False)
        return self._held[name]


def _kept(path: Path, data: bytes) -> bytes:
    with contextlib.suppress(OSError):  # a full disk is no reason to show nothing
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}-{get_ident()}")
        draft.write_bytes(data)
        draft.replace(path)
    return data


def placeholder(reason: str) -> str:
    """An SVG that stands where a picture should, and says why it is not there."""
    lines = wrap(reason, 44, max_lines=4)
    told = "".join(
        f'<text x="180" y="{140 + 18 * nth}">{html.escape(line)}</text>' for nth, line in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 270" width="360" height="270" '
        'font-family="sans-serif" font-size="13" text-anchor="middle" fill="#6b6862">'
        '<rect width="360" height="270" fill="#ece8e1"/>'
        f'<text x="180" y="112" font-size="15" font-weight="bold">No picture</text>{told}</svg>'
    )
