"""Where files lie: in folders of this machine, or in an object store (S3, GCS), by the same few words.

A `Remote` answers to what of `pathlib.Path` the dataset on disk needs, over pyarrow's file systems. Nothing
is renamed there: an object is put whole, and a dataset is whole once its markers and its manifest lie there,
which come last and hold the hashes of all else.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeGuard, cast

from counterfoil.errors import DataError

_CHUNK = 1 << 20


@dataclass(frozen=True, order=True)
class Remote:
    """An object, or all objects whose keys start so.

    Args:
        store: "s3://bucket" or "gs://bucket".
        key: of the object, without a slash at its ends; "" for the whole bucket.
        options: of the store, as pyarrow's addresses have them ("scheme=http&endpoint_override=...").
    """

    store: str
    key: str = ""
    options: str = ""

    def __str__(self) -> str:
        return f"{self.store}/{self.key}" if self.key else self.store

    def __truediv__(self, name: str | Path | PurePosixPath) -> Remote:
        return Remote(self.store, str(PurePosixPath(self.key) / str(name)), self.options)

    @property
    def name(self) -> str:
        """What comes after the key's last slash."""
        return PurePosixPath(self.key).name

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return PurePosixPath(self.key).stem

    @property
    def suffix(self) -> str:
        """Of the name: ".json"."""
        return PurePosixPath(self.key).suffix

    @property
    def parent(self) -> Remote:
        """What comes before the key's last slash."""
        key = str(PurePosixPath(self.key).parent)
        return Remote(self.store, "" if key == "." else key, self.options)

    def relative_to(self, folder: Remote) -> PurePosixPath:
        """The rest of the key."""
        return PurePosixPath(self.key).relative_to(folder.key)

    def exists(self) -> bool:
        """Whether such an object, or one below it, is there."""
        return str(self._info().type.name) != "NotFound"

    def is_file(self) -> bool:
        """Whether there is such an object."""
        return bool(self._info().is_file)

    def is_dir(self) -> bool:
        """Whether there are objects below."""
        return str(self._info().type.name) == "Directory"

    def iterdir(self) -> Iterator[Remote]:
        """What lies directly below."""
        yield from self._below(recursive=False)

    def glob(self, pattern: str) -> Iterator[Remote]:
        """The objects below whose names fit; a slash in the pattern is one in the name."""
        depth = pattern.count("/")
        for found in self._below(recursive=depth > 0):
            rest = str(found.relative_to(self))
            if rest.count("/") == depth and fnmatch.fnmatchcase(rest, pattern):
                yield found

    def rglob(self, pattern: str) -> Iterator[Remote]:
        """The objects below, at any depth, whose names fit."""
        yield from (
            found for found in self._below(recursive=True) if fnmatch.fnmatchcase(found.name, pattern)
        )

    def open(self, mode: str = "rb") -> IO[bytes]:
        """Open for reading, with seeking."""
        if mode != "rb":
            raise ValueError(f"an object is put whole, not opened by {mode!r}")
        return cast(IO[bytes], _system(self)[0].open_input_file(self._path))

    def read_bytes(self) -> bytes:
        """All of it."""
        with self.open() as file:
            return file.read()

    def read_text(self, encoding: str = "utf-8") -> str:
        """All of it, as text."""
        return self.read_bytes().decode(encoding)

    def unlink(self, missing_ok: bool = False) -> None:
        """Delete the object."""
        if not missing_ok or self.is_file():
            _system(self)[0].delete_file(self._path)

    def put(self, file: Path) -> None:
        """Make it what a local file is. Who reads meanwhile sees what was there before."""
        with file.open("rb") as read, _system(self)[0].open_output_stream(self._path) as written:
            while chunk := read.read(_CHUNK):
                written.write(chunk)

    def get(self, file: Path) -> None:
        """Copy it to a local file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with self.open() as read, file.open("wb") as written:
            while chunk := read.read(_CHUNK):
                written.write(chunk)

    @property
    def _path(self) -> str:
        root = _system(self)[1]
        return f"{root}/{self.key}" if self.key else root

    def _info(self) -> Any:
        return _system(self)[0].get_file_info(self._path)

    def _below(self, *, recursive: bool) -> Iterator[Remote]:
        import pyarrow.fs as pa_fs

        system, root = _system(self)
        selector = pa_fs.FileSelector(self._path, allow_not_found=True, recursive=recursive)
        for info in sorted(system.get_file_info(selector), key=lambda info: str(info.path)):
            if info.is_file or not recursive:
                yield Remote(self.store, str(info.path).removeprefix(root).strip("/"), self.options)


Place = Path | Remote
"""A file or a folder, wherever it lies."""


def place(text: str | Path) -> Path:
    """A place from how it is written: "foils", "s3://bucket/foils", "gs://bucket/foils?scheme=http".

    Typed as a path, to which it answers alike.
    """
    if "://" not in str(text):
        return Path(text)
    address, _, options = str(text).partition("?")
    scheme, _, rest = address.partition("://")
    bucket, _, key = rest.partition("/")
    return cast(Path, Remote(f"{scheme}://{bucket}", key.strip("/"), options))


def in_store(place: object) -> TypeGuard[Remote]:
    """Whether a place that is typed as a path lies in an object store."""
    return isinstance(place, Remote)


def cache_folder() -> Path:
    """This machine's folder for what can be made, or asked for, again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "counterfoil"


def folder_here(out: object) -> None:
    """Refuse an object store where a folder is needed.

    Raises:
        DataError: it is none of this machine.
    """
    if in_store(out):
        raise DataError(f"{out}: this is written to folders of this machine only; copy it there afterwards")


@contextlib.contextmanager
def mirrored(folder: Place) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A local folder to write into, and what puts all of it where it belongs, as often as is wished.

    Of an object store it is a temporary folder; of a folder, that itself, and there is nothing to put.
    """
    if isinstance(folder, Path):
        folder.mkdir(parents=True, exist_ok=True)
        yield folder, lambda: None
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as beside:
        yield Path(beside), lambda: _put_all(Path(beside), folder)


def _put_all(beside: Path, folder: Remote) -> None:
    for file in sorted(beside.rglob("*")):
        if file.is_file():
            (folder / file.relative_to(beside)).put(file)


@contextlib.contextmanager
def staged(folder: Place) -> Iterator[Path]:
    """A local folder to write into; of an object store, a temporary one that is put there at the end."""
    with mirrored(folder) as (here, put):
        yield here
        put()


@contextlib.contextmanager
def local(file: Place) -> Iterator[Path]:
    """A local file with the same bytes, to read; of an object, a copy for as long as it lasts."""
    if isinstance(file, Path):
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as beside:
        file.get(Path(beside, file.name))
        yield Path(beside, file.name)


@cache
def fetched(folder: Place, but: str = "") -> Path:
    """A local folder with the same files, to read; those of an object store are copied once per process.

    Args:
        folder: wherever it lies.
        but: a suffix of files that are not needed.

    Raises:
        DataError: nothing lies there, or it cannot be copied.
    """
    if isinstance(folder, Path):
        return folder
    beside = tempfile.TemporaryDirectory(prefix="counterfoil-")
    _kept.append(beside)
    try:
        for file in folder.rglob("*"):
            if not but or file.suffix != but:
                file.get(Path(beside.name) / file.relative_to(folder))
    except OSError as error:
        raise DataError(f"cannot copy {folder}: {error}") from error
    return Path(beside.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []
"""Copies that live as long as the process."""


@cache
def _opened(store: str, options: str) -> tuple[Any, str]:
    import pyarrow as pa
    import pyarrow.fs as pa_fs

    try:
        system, root = pa_fs.FileSystem.from_uri(f"{store}?{options}" if options else store)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{store}: no store that can be opened: {error}. Known: s3://, gs://") from error
    return system, root.rstrip("/")


def _system(remote: Remote) -> tuple[Any, str]:
    return _opened(remote.store, remote.options)
