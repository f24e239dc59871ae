"""Checkpoints: all that is state, in one file, whole or not there at all.

FOLDER/00000100.pt      tensors and plain values, as `torch.save` writes them
FOLDER/00000100.json    its hash, written after it: a file without a hash that fits does not count

A run that is killed while it saves leaves the checkpoint before, and so does a full disk, or a store that is
gone: nothing is renamed there, objects are put whole. Only
tensors and plain values are read back: a file from elsewhere cannot run code.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from counterfoil import shards
from counterfoil.errors import DataError
from counterfoil.storage import local

State = dict[str, Any]


def save(folder: Path, step: int, state: State, keep: int) -> None:
    """Write the state after `step` steps, then remove all but the last `keep` checkpoints.

    Raises:
        DataError: the folder cannot be written; the checkpoints before are as they were.
    """
    name = f"{step:08}"
    try:
        _write(folder / f"{name}.pt", state)
        shards.commit(folder, f"{name}.json", {"step": step}, [f"{name}.pt"])
    except (DataError, OSError) as error:  # a store that is gone cannot be read again, either
        raise DataError(f"{error}; {_rests(folder, name)}") from error
    kept = {path.stem for _, path in list(_found(folder))[:keep]}
    for path in sorted(folder.glob("[0-9]*.pt")):  # one that was killed here leaves a file without a marker
        if int(path.stem) < step and path.stem not in kept:
            (folder / f"{path.stem}.json").unlink(missing_ok=True)
            path.unlink(missing_ok=True)


def _rests(folder: Path, name: str) -> str:
    """What there is after a failure, in words; what it left is removed."""
    try:
        (folder / f"{name}.pt").unlink(missing_ok=True)
        last = max((step for step, _ in _found(folder)), default=None)
    except OSError:
        return f"nor can {folder} be read. Checkpoints before are as they were: run the same command to go on"
    rests = "no checkpoint was there before" if last is None else f"the checkpoint of step {last} is whole"
    return f"{rests}. Make room and run the same command to go on"


def _write(path: Path, state: State) -> None:
    with shards.atomic(path) as unfinished:
        try:
            torch.save(state, unfinished)
        except RuntimeError as error:  # how torch's writer says so
            raise OSError(0, "the disk is full, or a file may not grow so large") from error


def latest(folder: Path) -> tuple[State | None, list[str]]:
    """The state of the last checkpoint that is as it was written, if any; and what to tell of later ones."""
    told: list[str] = []
    for step, path in _found(folder):
        state = _read(folder, path)
        if state is not None:
            return state, told
        told.append(f"the checkpoint of step {step} in {folder} is damaged: going back to one before it")
    return None, told


def _read(folder: Path, path: Path) -> State | None:
    if shards.committed(folder, path.name) is None:
        return None
    try:
        with local(folder / f"{path.stem}.pt") as file:
            state: State = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError):
        return None
    return state


def _found(folder: Path) -> Iterator[tuple[int, Path]]:
    """The steps with a marker, the last one first."""
    for path in sorted(folder.glob("[0-9]*.json"), reverse=True):
        yield int(path.stem), path
