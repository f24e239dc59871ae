"""Embeddings that outlive a run: kept in a folder, under the hashes of the model and of what they show.

    FOLDER/MODEL/pictures/HASH.npz    some hundreds of rows: "names" N x 32 bytes, "rows" N x D float32
    FOLDER/MODEL/texts/HASH.npz

Files are written whole or not at all and never changed, so that a killed run loses little, and several
may write at once. A damaged one fails the checksum of its archive: it is removed, and what it held is
embedded again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tokenize import TokenError
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from counterfoil.errors import DataError
from counterfoil.shards import UNFINISHED, atomic

Key = TypeVar("Key")
Row = NDArray[np.float32]
"""One embedding, D."""

_DAMAGED = (OSError, EOFError, ValueError, KeyError, BadZipFile, NotImplementedError, TokenError)
"""What reading a file raises that is no whole archive of arrays."""


@dataclass(frozen=True)
class Kept:
    """The embeddings of one model's pictures, or of its texts, in a folder."""

    folder: Path

    def find(self, names: Mapping[Key, str]) -> Iterator[tuple[Key, Row]]:
        """Those that are kept of things by their names; "" is the name of what is never kept."""
        asked: defaultdict[Path, list[tuple[Key, int]]] = defaultdict(list)
        for key, name in names.items():
            if name and (place := self._places.get(_digest(name))):
                asked[place[0]].append((key, place[1]))
        for path, wanted in asked.items():
            rows = _read(path)[1]
            yield from ((key, rows[number]) for key, number in wanted if number < len(rows))

    def add(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Keep rows under their names.

        Raises:
            DataError: the folder cannot be written.
        """
        kept = [(_digest(name), row) for name, row in zip(names, rows, strict=True) if name]
        if not kept:
            return
        digests = b"".join(digest for digest, _ in kept)
        path = self.folder / f"{sha256(digests).hexdigest()[:32]}.npz"
        with atomic(path) as unfinished:
            table = np.frombuffer(digests, np.uint8).reshape(-1, 32)
            np.savez(unfinished, names=table, rows=np.stack([row for _, row in kept]).astype(np.float32))

    @cached_property
    def _places(self) -> dict[bytes, tuple[Path, int]]:
        """By digest the file and the row, as they stood when first asked for."""
        return {
            digest.tobytes(): (path, number)
            for path in self._files()
            for number, digest in enumerate(_read(path)[0])
        }

    def _files(self) -> Iterable[Path]:
        if self.folder.exists() and not self.folder.is_dir():
            raise DataError(f"{self.folder} is no folder: embeddings cannot be kept there")
        return sorted(path for path in self.folder.glob("*.npz") if not path.name.startswith(UNFINISHED))


def _digest(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogatepass")).digest()


def _read(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Digests and rows of a file; none of one that is damaged, which is removed."""
    try:
        with ZipFile(path) as archive:  # read whole, as only that checks the checksum
            names, rows = (np.load(BytesIO(archive.read(f"{name}.npy"))) for name in ("names", "rows"))
        if names.shape != (len(rows), 32) or rows.ndim != 2:
            raise ValueError(f"{path} holds {names.shape} names of {rows.shape} rows")
    except _DAMAGED:
        path.unlink(missing_ok=True)
        return np.empty((0, 32), np.uint8), np.empty((0, 0), np.float32)
    return names, rows
