"""An output folder made one run's own: locked while it lasts, and never another run's or other people's."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from counterfoil import shards
from counterfoil.errors import DataError
from counterfoil.storage import in_store


@contextlib.contextmanager
def claimed(out: Path, described: dict[str, Any], told: str = "run.json") -> Iterator[None]:
    """Make the folder this run's, for as long as it lasts.

    Args:
        out: the folder.
        described: all that changes what the run writes.
        told: the file of the folder that says so.

    Raises:
        DataError: it holds another run or other files, is being written, or cannot be written.
    """
    with _locked(out):
        if (out / told).exists():
            _check_same(shards.read_json(out / told), json.loads(json.dumps(described)), out)
        elif any(map(_is_strange, out.iterdir())):
            raise DataError(f"{out} holds other files than a run of ours: name a new folder with --out")
        else:
            shards.write_json(out / told, described)
        shards.sweep(out)
        yield


@contextlib.contextmanager
def _locked(out: Path) -> Iterator[None]:
    """A folder, made where it is missing, for one process at a time; who dies gives it back.

    An object store has no locks: two runs into one place there write the same bytes twice.
    """
    if in_store(out):
        yield
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.open(out, os.O_RDONLY)
    except OSError as error:
        raise DataError(f"cannot write {out}: {error.strerror}") from error
    held = [lock]
    # Else a process that was forked from this one would hold the lock a while longer than a killed one.
    os.register_at_fork(after_in_child=lambda: os.close(held.pop()) if held else None)
    try:
        _lock(lock, out)
        yield
    finally:
        os.close(held.pop())


def _lock(folder: int, out: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DataError(f"{out} is being written by another process: wait for it, or stop it") from None
    except OSError as error:
        raise DataError(f"cannot lock {out}: {error.strerror}") from error


def _is_strange(path: Path) -> bool:
    """Whether a run that was killed while it wrote its first file cannot have left this."""
    if path.is_dir():
        return any(map(_is_strange, path.iterdir()))
    return not path.name.startswith(shards.UNFINISHED)


def _check_same(before: Any, now: dict[str, Any], out: Path) -> None:
    if before == now:
        return
    before = before if isinstance(before, dict) else {}
    differs = [name for name in now if name != "fingerprint" and before.get(name) != now[name]]
    raise DataError(
        f"{out} holds a run with another {' and '.join(differs) or 'format'}: "
        "name another folder with --out, or repeat the command that made it"
    )
