"""A dataset's pictures where each can be had by its number, at once and without the others.

Parquet gives a row group at a time: to read one negative picture of a photo among the hundred of its
row group takes longer than to decode it. So the pictures, still encoded, are copied once into an
Arrow file beside the data, which is mapped into memory and shared by all processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track

from counterfoil.errors import DataError
from counterfoil.pictures import decode
from counterfoil.records import ImageFile, Pixels
from counterfoil.shards import atomic, leaf_names

_SCHEMA = pa.schema([("data", pa.binary()), ("digest", pa.binary(16))])
_ROWS_AT_A_TIME = 16


class Decoded:
    """Pictures of files, decoded when asked for."""

    def __init__(self, images: Sequence[ImageFile]) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, number: int) -> Pixels:
        return decode(self.images[number])


class Stored:
    """Pictures of a store, decoded when asked for. To pickle it is to pickle the path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()

    def __reduce__(self) -> tuple[type[Stored], tuple[Path]]:
        return Stored, (self.path,)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __getitem__(self, number: int) -> Pixels:
        return decode(self.encoded(number))

    def encoded(self, number: int) -> ImageFile:
        """A picture as it lies in the store."""
        return ImageFile(f"picture {number} of {self.path}", self._table["data"][number].as_py())

    @property
    def digests(self) -> Any:
        """An Arrow column: equal bytes, equal digests."""
        return self._table["digest"]


class Stores(NamedTuple):
    """The pictures of a dataset: of its rows, and those that its foils have, each in order."""

    originals: Stored
    negatives: Stored
    positives: Stored


def stored(shards: Sequence[Path], cache: Path) -> Stores:
    """The pictures of Parquet shards; copied into the folder `cache` unless they are there already.

    Several processes may ask at once: each copies for itself, and the copies are the same. What lies
    in `cache` may be deleted whenever nobody trains from it.

    Raises:
        DataError: a shard cannot be read, a picture has no bytes, or the folder cannot be written.
    """
    version = _version(shards)
    return Stores(
        _copied(shards, "image", cache / f"originals-{version}.arrow"),
        _copied(shards, "negative_image", cache / f"negatives-{version}.arrow"),
        _copied(shards, "positive_image", cache / f"positives-{version}.arrow"),
    )


def _version(shards: Sequence[Path]) -> str:
    """Moves when a shard is another one."""
    told = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in shards]
    return blake2b(repr(told).encode(), digest_size=8).hexdigest()


def _copied(shards: Sequence[Path], column: str, path: Path) -> Stored:
    if not path.is_file():
        with atomic(path) as unfinished, pa.ipc.new_file(str(unfinished), _SCHEMA) as file:
            shown = track(shards, f"copying {column}", console=Console(stderr=True), transient=True)
            for data in (data for shard in shown for data in _encoded(shard, column)):
                digests = [blake2b(one.as_buffer(), digest_size=16).digest() for one in data]
                file.write_batch(pa.record_batch([data, pa.array(digests, pa.binary(16))], schema=_SCHEMA))
    return Stored(path)


def _encoded(shard: Path, column: str) -> Iterator[Any]:
    """The encoded pictures of a column that are there, a few rows at a time, as Arrow arrays.

    A text-only foil has no picture at all, and older datasets lack the column of positives; a picture
    without bytes is named by a path that leads nowhere.
    """
    try:
        with pq.ParquetFile(shard) as file:
            leaves = [leaf for leaf in leaf_names(file) if leaf.endswith(f"{column}.bytes")]
            for batch in file.iter_batches(batch_size=_ROWS_AT_A_TIME, columns=leaves) if leaves else ():
                pictures = batch.column(0)
                if column != "image":
                    pictures = pc.struct_field(pc.list_flatten(pictures), column)
                data = pc.struct_field(pictures.filter(pictures.is_valid()), "bytes")
                if data.null_count:
                    raise DataError(f"{shard}: a picture in {column} has no bytes, only a path: embed it")
                yield data
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{shard} cannot be read ({error}): mine it again") from error
