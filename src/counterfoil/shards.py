"""The dataset on disk: its columns, its files, and how they come to be whole or not at all.

DIR/run.json              what is being mined: recipe, seed, versions; written first
DIR/data/00000.parquet    one row per sample, its foils nested
DIR/rejected/00000.parquet    what was refused, in the same form with `stage` and `reason`
DIR/raw/00000.jsonl       what was perceived: the facts and links of each scene
DIR/raw/...               what was prepared before the first stage, and prepared.json with its hashes
DIR/done/00000.json       counts and hashes of a shard; the shard is whole where they fit
DIR/times/00000.json      seconds of each stage; the only files that differ between two runs of the same
DIR/README.md             the card
DIR/manifest.json         written last; its presence means that the dataset is whole
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b, file_digest, sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.errors import DataError
from counterfoil.storage import Remote, folder_here, in_store

_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_SCORES = pa.list_(pa.struct([("name", pa.string()), ("value", pa.float64())]))
_PROVENANCE = pa.struct(
    [
        ("proposer", pa.string()),
        ("editor", pa.string()),
        ("models", pa.list_(pa.string())),
        ("seed", pa.int64()),
    ]
)
_FOIL: list[tuple[str, pa.DataType]] = [
    *((name, pa.string()) for name in ("key", "operation", "kind", "before", "after", "caption")),
    ("negative_caption", pa.string()),
    ("also_negative", pa.list_(pa.string())),
    ("description", pa.string()),
    ("negative_image", _IMAGE),
    ("positive_image", _IMAGE),
    ("box", pa.list_(pa.float64())),
    ("scores", _SCORES),
    ("provenance", _PROVENANCE),
]
_LEVEL = -3
"""Of zstd, below its plain levels: finds the bytes that pictures of a group share, and tries little else."""
_GROUP = 32
"""Rows that readers get at a time; each group costs some forty columns their beginnings."""
_REASON = [("stage", pa.string()), ("reason", pa.string()), ("detail", pa.string())]


def _schema(foil: Sequence[tuple[str, pa.DataType]]) -> pa.Schema:
    columns = [
        ("key", pa.string()),
        ("image", _IMAGE),
        ("captions", pa.list_(pa.string())),
        ("licence", pa.string()),
        ("foils", pa.list_(pa.struct(foil))),
    ]
    plain = pa.schema(columns)
    features = {"info": {"features": {field.name: _feature(field.type) for field in plain}}}
    return plain.with_metadata({"huggingface": json.dumps(features)})


def _feature(kind: pa.DataType) -> Any:
    """The Hugging Face `Features` of an Arrow type, so that `datasets` decodes the pictures."""
    if kind == _IMAGE:
        return {"_type": "Image"}
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.type) for field in kind}
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    return {"dtype": {"double": "float64"}.get(str(kind), str(kind)), "_type": "Value"}


SCHEMA = _schema(_FOIL)
"""Columns of `data/`: a contract that readers outside rely on."""

REJECTED_SCHEMA = _schema([*_FOIL, *_REASON])
"""Columns of `rejected/`: the same, and who refused the foil and why."""

UNFINISHED = ".unfinished-"
"""How the names of files begin that are being written."""

Row = dict[str, Any]


def write_rows(path: Path, rows: Sequence[Row], schema: pa.Schema) -> None:
    """Write a shard, whole or not at all. The same rows give the same bytes."""
    table = pa.Table.from_pylist(list(rows), schema=schema)
    with atomic(path) as unfinished:
        # Pictures are compressed already, and have no smallest and largest that anybody would look for.
        how = {"compression": "zstd", "compression_level": _LEVEL, "use_dictionary": False}
        pq.write_table(table, unfinished, row_group_size=_GROUP, write_statistics=False, **how)
    # A worker writes thousands of shards: what one has used is given back before the next.
    del table
    pa.default_memory_pool().release_unused()


def read_rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """The rows of a shard, or of every shard of a folder in order, a row group at a time.

    Raises:
        DataError: a shard that is no Parquet file, or lacks columns.
    """
    for shard_path in sorted(path.glob("*.parquet")) if path.is_dir() else [path]:
        try:
            with shard_path.open("rb") as file, pq.ParquetFile(file) as shard:
                _check_columns(shard_path, shard.schema_arrow)
                for batch in shard.iter_batches(batch_size=16, columns=columns):
                    batch.validate(full=True)  # else damaged offsets are read, and what lies beyond a buffer
                    yield from batch.to_pylist()
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise DataError(
                f"{shard_path} cannot be read ({error}): remove it and run the same mine again"
            ) from error


def leaf_names(file: Any) -> list[str]:
    """The columns of a Parquet file, down to the fields of nested ones ("image.bytes")."""
    return [file.schema.column(number).path for number in range(len(file.schema))]


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes `path` at the end, or never was.

    Raises:
        DataError: the folder cannot be written: full, read-only, or not a folder.
    """
    if in_store(path):
        with _put_at_the_end(path) as unfinished:
            yield unfinished
        return
    unfinished = path.with_name(f"{UNFINISHED}{uuid4().hex}-{path.name}")  # no other's, on any machine
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def _put_at_the_end(path: Remote) -> Iterator[Path]:
    """An object is there as a whole or not at all; a file in between, so that it is written in one go."""
    with TemporaryDirectory(prefix="counterfoil-") as beside:
        try:
            yield Path(beside, path.name)
            path.put(Path(beside, path.name))
        except OSError as error:
            raise DataError(f"cannot write {path}: {error.strerror or error}") from error


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `out` at the end, or never was.

    Raises:
        DataError: `out` is in use, or cannot be written.
    """
    folder_here(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{out} is there already: give a new folder with --out, or remove it")
    unfinished = out.with_name(f"{UNFINISHED}{out.name}")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        yield unfinished
        if out.exists():
            out.rmdir()
        unfinished.rename(out)
    except OSError as error:
        raise DataError(f"cannot write {out}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with atomic(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file, whole or not at all."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _check_columns(shard: Path, found: pa.Schema) -> None:
    """The names in a Parquet file are covered by no checksum: a flipped bit gives a column another."""
    if lacking := list(_lacking(found, SCHEMA)):
        without = ", ".join(lacking)
        raise DataError(
            f"{shard} cannot be read (no column {without}): remove it and run the same mine again"
        )


def _lacking(found: pa.Schema | pa.StructType, wanted: pa.Schema | pa.StructType) -> Iterator[str]:
    """Names that are wanted, those within structs and lists of them too, and were not found."""
    for field in wanted:
        place = found.get_field_index(field.name)
        if place < 0:
            yield field.name
            continue
        kind, inner = _innermost(found.field(place).type), _innermost(field.type)
        if pa.types.is_struct(inner):
            within = kind if pa.types.is_struct(kind) else pa.struct([])
            yield from (f"{field.name}.{name}" for name in _lacking(within, inner))


def _innermost(kind: pa.DataType) -> pa.DataType:
    return _innermost(kind.value_type) if pa.types.is_list(kind) else kind


def read_json(path: Path) -> Any:
    """Read a JSON file of ours.

    Raises:
        DataError: it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a finished run says of itself.

    Raises:
        DataError: the folder holds no finished dataset.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise DataError(f"{folder} holds no finished dataset (no manifest.json): let `mine` run to its end")
    manifest = read_json(path)
    if not isinstance(manifest, dict):
        raise DataError(f"{path} is no manifest: run the same mine again")
    return manifest


def signs(folder: Path) -> Row:
    """What tells a finished dataset from another, or from itself before a change, at a glance.

    That is a hash of its manifest, and the sizes of its shards.
    """
    paths = sorted((*folder.glob("data/*.parquet"), *folder.glob("rejected/*.parquet")))
    return {
        "manifest": blake2b((folder / "manifest.json").read_bytes(), digest_size=16).hexdigest(),
        "shards": {str(path.relative_to(folder)): path.stat().st_size for path in paths},
    }


def commit(folder: Path, marker: str, told: Row, files: Iterable[str]) -> Row:
    """Declare files of a folder whole, by a marker beside them with a hash of each, and of itself.

    Args:
        folder: which the other names start from.
        marker: name of the marker ("done/00000.json").
        told: what else it says.
        files: names of the files.
    """
    whole = {**told, "files": {file: _file_hash(folder / file) for file in sorted(files)}}
    whole["seal"] = _seal(whole)
    write_json(folder / marker, whole)
    return whole


def committed(folder: Path, marker: str) -> Row | None:
    """What a marker says; None where it, or a file that it declares whole, is not as it was written."""
    try:
        told = json.loads((folder / marker).read_bytes())
        sealed = isinstance(told, dict) and told.get("seal") == _seal(told)
        whole = sealed and all(_file_hash(folder / file) == was for file, was in told["files"].items())
    except (OSError, ValueError, RecursionError):
        return None
    return told if whole else None


def _seal(told: Row) -> str:
    sealed = {name: value for name, value in told.items() if name != "seal"}
    return sha256(json.dumps(sealed, sort_keys=True).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def sweep(folder: Path) -> None:
    """Remove what a killed run left unfinished. Of an object store, nothing: what is there is whole."""
    if in_store(folder):
        return
    for leftover in folder.rglob(f"{UNFINISHED}*"):
        leftover.unlink(missing_ok=True)
