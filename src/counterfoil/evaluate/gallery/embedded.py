"""A gallery on disk: embeddings of pictures and texts, and which belong together, in shards.

    FOLDER/pictures/NAME.npy   I x D, float16 or float32
    FOLDER/texts/NAME.npy      T x D
    FOLDER/owners/NAME.npy     T whole numbers: of each text the row of its picture in the shard of the same
                               name, -1 for none

Any program can write them (`numpy.save`). Scores are inner products in float32, so rows of length 1 give
cosines. One shard's pictures are in memory at a time: some thousand are a good size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate.cosines import Rows
from counterfoil.evaluate.verdicts import Owners

_LARGEST = 1e15
"""Of a coordinate: products of such rows are surely finite in float32."""


@dataclass(frozen=True)
class Shard:
    """A part of a gallery: pictures, and all texts that are true of them."""

    folder: Path
    name: str

    @cached_property
    def digest(self) -> str:
        """The hash of the three files."""
        parts = [self._hash(what) for what in ("pictures", "texts", "owners")]
        return sha256("".join(parts).encode()).hexdigest()

    def asked(self) -> str:
        """The hash of what is asked, whatever the model: which texts belong to which pictures."""
        return sha256(self.owners().tobytes()).hexdigest()

    def pictures(self) -> Rows:
        """I x D.

        Raises:
            DataError: the file is no such array.
            ScoreError: an embedding is NaN, infinite, or too large for float32.
        """
        return self.rows("pictures", slice(None))

    def rows(self, what: str, some: slice) -> Rows:
        """Some rows of the "pictures" or the "texts"; raises as `pictures`."""
        rows = np.array(self._table(what)[some], np.float32)
        sound = np.abs(rows).max(axis=1, initial=0) <= _LARGEST  # not so for NaN
        if not sound.all():
            row = (some.start or 0) + int(np.argmin(sound))
            raise ScoreError(
                f"{self._path(what)}, row {row}: the embedding is NaN, infinite or too large: "
                "look at the model's weights"
            )
        return rows

    def owners(self) -> Owners:
        """Of each text the row of its picture, -1 for none.

        Raises:
            DataError: they are not as many as the texts, or name a row that is not there.
        """
        table, (pictures, _), (texts, _) = self._open("owners"), self.shape("pictures"), self.shape("texts")
        if table.shape != (texts,) or table.dtype.kind not in "iu":
            raise DataError(
                f"{self._path('owners')} holds {table.dtype} of {table.shape}, not a whole number for "
                f"each of {texts} texts"
            )
        owner_T = np.array(table, np.int64)
        if texts and not (owner_T.min() >= -1 and owner_T.max() < pictures):
            raise DataError(
                f"{self._path('owners')} has {owner_T.min()} to {owner_T.max()}: rows of its own shard's "
                f"{pictures} pictures are meant, counted from 0, or -1"
            )
        return owner_T

    def shape(self, what: str) -> tuple[int, int]:
        """Number and width of the "pictures" or the "texts"."""
        number, width = self._table(what).shape
        return number, width

    def _table(self, what: str) -> NDArray[Any]:
        table = self._open(what)
        if table.ndim != 2 or table.dtype not in (np.float16, np.float32):
            raise DataError(
                f"{self._path(what)} holds {table.dtype} of {table.shape}, not N x D float16 or 32"
            )
        return table

    def _hash(self, what: str) -> str:
        self._open(what)
        with self._path(what).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()

    def _open(self, what: str) -> NDArray[Any]:
        """Mapped anew each time, so that pages which were read are let go."""
        path = self._path(what)
        try:
            table: NDArray[Any] = np.load(path, mmap_mode="r")
        except Exception as error:  # a damaged header raises what Python's own parser does
            raise DataError(f"{path} is no whole npy file ({error}): write it again") from error
        if not isinstance(table, np.ndarray):
            raise DataError(f"{path} is no npy file of one array")
        return table

    def _path(self, what: str) -> Path:
        return self.folder / what / f"{self.name}.npy"


def open_gallery(folder: Path) -> list[Shard]:
    """The shards of a gallery, in the order of their names.

    Raises:
        DataError: there are none, or their embeddings are of several widths.
    """
    shards = [Shard(folder, path.stem) for path in sorted((folder / "pictures").glob("*.npy"))]
    if not shards:
        raise DataError(
            f"{folder} holds no gallery: pictures/*.npy, texts/*.npy and owners/*.npy are expected"
        )
    widths = {shard.shape(what)[1]: f"{what}/{shard.name}.npy" for shard in shards for what in _BOTH}
    if len(widths) > 1:
        told = ", ".join(f"{file} has {width}" for width, file in widths.items())
        raise DataError(f"{folder}: embeddings of one model have one width, but {told}")
    return shards


_BOTH = ("pictures", "texts")
