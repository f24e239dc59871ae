"""From what a user names to what is trained on: mined datasets, plain Parquet, photos, the drawn world."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from counterfoil.errors import DataError
from counterfoil.records import Rejected, Sample
from counterfoil.shards import leaf_names, read_manifest
from counterfoil.sources.source import Source
from counterfoil.storage import fetched, place
from counterfoil.train.dataset import FOILS, NO_PICTURE, SAMPLES, FoilDataset, Integers, chained, gather, join
from counterfoil.train.drawn import drawn_foils
from counterfoil.train.store import Decoded, stored

_COLUMNS = ("key", "captions", "image", "foils")


def open_foils(data: str | Path | Sequence[str | Path], cache: Path | None = None) -> FoilDataset:
    """Foils and their photos, from one place or several.

    Args:
        data: a folder that `mine` finished, a folder of Parquet files or one such file with the same
            columns, or "drawn:SPLIT" for the drawn world; or several of these.
        cache: where pictures are copied to, see `store`; None for a folder `cache` beside the data.

    Raises:
        DataError: nothing like that is there, or it cannot be read.
    """
    named = [data] if isinstance(data, str | Path) else list(data)
    if not named:
        raise DataError("no data to train on were named")
    return join(*(_open(str(one), cache) for one in named))


def open_pairs(source: Source) -> FoilDataset:
    """The photos of a source as ordinary pairs, without foils; see `join` to add them to foils.

    What the source refuses is left out, and a warning in the log says how much, and why.

    Raises:
        DataError: the source cannot be read, or has nothing.
    """
    photos: list[Sample] = []
    refused: Counter[str] = Counter()
    for read in source.read():
        if isinstance(read, Rejected):
            refused[read.reason] += not read.part
        else:
            photos.append(read)
    if refused.total():
        logging.getLogger(__name__).warning("%d inputs refused: %s", refused.total(), dict(refused))
    if not photos:
        raise DataError(f"{source} has no photos with captions")
    rows = [{"key": p.key, "captions": p.captions, "file": p.image.path} for p in photos]
    none = np.zeros(0, np.int64)
    return gather(
        pa.Table.from_pylist(rows, SAMPLES),
        FOILS.empty_table(),
        Decoded([photo.image for photo in photos]),
        picture_S=np.arange(len(photos)),
        sample_F=none,
        picture_F=none,
    )


def _open(named: str, cache: Path | None) -> FoilDataset:
    if named.startswith("drawn:"):
        return drawn_foils(named.removeprefix("drawn:"))
    path = fetched(place(named))
    if path.is_file():
        return read_shards([path], cache or path.parent / "cache")
    shards = sorted(path.glob("*.parquet"))
    if path.is_dir() and not shards:
        read_manifest(path)
        shards = sorted((path / "data").glob("*.parquet"))
    if not shards:
        raise DataError(f"{named!r} is not there: name a folder that `mine` made, or one of Parquet files")
    return read_shards(shards, cache or path / "cache")


def read_shards(shards: Sequence[Path], cache: Path) -> FoilDataset:
    """The columns of shards, and where their pictures are, which are numbered originals first."""
    tables = [_columns(shard) for shard in shards]
    files = [str(shard) for shard, table in zip(shards, tables, strict=True) for _ in range(len(table))]
    rows = pa.concat_tables(tables)
    nested = rows["foils"].combine_chunks()
    foils = pc.list_flatten(nested)
    originals, negatives, positives = stored(shards, cache)
    samples = [rows["key"], rows["captions"], pa.array(files, pa.string()), originals.digests]
    return gather(
        pa.table(samples, SAMPLES.names).cast(SAMPLES),
        pa.table([pc.struct_field(foils, name) for name in FOILS.names], FOILS.names).cast(FOILS),
        chained(originals, negatives, positives),
        picture_S=np.arange(len(rows)),
        sample_F=pc.list_parent_indices(nested).to_numpy(),
        picture_F=_numbered(foils, "negative_image", len(rows)),
        positive_F=_numbered(foils, "positive_image", len(rows) + len(negatives)),
    )


def _numbered(foils: pa.Array, column: str, first: int) -> Integers:
    """The numbers of the pictures that foils have in a column, of which there may be none at all."""
    if column not in {field.name for field in foils.type}:
        return np.full(len(foils), NO_PICTURE)
    there_F = pc.is_valid(pc.struct_field(foils, column)).to_numpy(zero_copy_only=False)
    return np.where(there_F, first + np.cumsum(there_F) - 1, NO_PICTURE)


def _columns(shard: Path) -> pa.Table:
    """All columns of a shard that are used, but no bytes of pictures.

    Raises:
        DataError: it is no Parquet file, lacks a column, or has a row without key, picture or caption.
    """
    try:
        with pq.ParquetFile(shard) as file:
            _check_columns(shard, file.schema_arrow)
            leaves = [leaf for leaf in leaf_names(file) if not leaf.endswith(".bytes")]
            rows = file.read(columns=[leaf for leaf in leaves if leaf.split(".")[0] in _COLUMNS])
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{shard} cannot be read ({error}): mine it again") from error
    foils = pc.list_flatten(rows["foils"])
    told = [(name, rows[name]) for name in ("key", "image")]
    told += [(f"foils.{name}", pc.struct_field(foils, name)) for name in ("caption", "negative_caption")]
    for name, column in told:
        if column.null_count:
            raise DataError(f"{shard}: {name} is missing in {column.null_count} rows: leave them out")
    return rows.select(_COLUMNS)


def _check_columns(shard: Path, schema: pa.Schema) -> None:
    lacking = [name for name in _COLUMNS if name not in schema.names]
    if not lacking:
        struct = schema.field("foils").type.value_type
        names = {struct.field(number).name for number in range(struct.num_fields)}
        lacking = [f"foils.{name}" for name in (*FOILS.names, "negative_image") if name not in names]
    if lacking:
        raise DataError(f"{shard} lacks {', '.join(lacking)}: docs/reference.md has the columns of a dataset")
