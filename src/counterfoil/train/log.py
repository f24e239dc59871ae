"""What a run tells: lines of JSON, TensorBoard and other trackers, and curves as a picture.

log.jsonl     one line for each logged step, with the time, and for each note
curves.png    loss terms, learning rate and measurements over steps

In an object store, where nothing can be appended to, they are put whole with every checkpoint and at the end.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from counterfoil import shards
from counterfoil.errors import DataError, RecipeError
from counterfoil.storage import in_store, mirrored

LINES, CURVES = "log.jsonl", "curves.png"

TRACKERS = ("tensorboard", "wandb", "trackio")
"""Where else numbers may go."""


class Tracker(Protocol):
    """Where else numbers go."""

    def log(self, values: dict[str, float], step: int) -> None:
        """Take the numbers of a step."""
        ...

    def finish(self) -> None:
        """Take no more."""
        ...


class TensorBoard:
    """Event files in a folder."""

    def __init__(self, folder: Path, step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=step + 1)

    def log(self, values: dict[str, float], step: int) -> None:
        """Take the numbers of a step."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def finish(self) -> None:
        """Take no more."""
        self._writer.close()


def _of_module(name: str, title: str, config: Mapping[str, Any]) -> Tracker:
    """A run of a package with the calls of wandb.

    Raises:
        RecipeError: it is not installed.
    """
    try:
        module = import_module(name)
    except ImportError as error:
        raise RecipeError(f"trackers={name}, but it is not installed: pip install {name}") from error
    run: Tracker = module.init(project="counterfoil", name=title, config=dict(config))
    return run


class Log:
    """The log of a run that has taken some steps already: lines of later ones are forgotten.

    Args:
        folder: of the run's files.
        trackers: of `TRACKERS`.
        config: what trackers show beside the run.
        step: how many steps were taken.

    Raises:
        RecipeError: a tracker is not installed.
        DataError: the folder cannot be written.
    """

    def __init__(self, folder: Path, trackers: Sequence[str], config: Mapping[str, Any], step: int) -> None:
        self._open = contextlib.ExitStack()
        here, self._put = self._open.enter_context(mirrored(folder))
        title = (folder if in_store(folder) else folder.resolve()).parent.name
        self._trackers = [
            TensorBoard(here / name, step) if name == "tensorboard" else _of_module(name, title, config)
            for name in trackers
        ]
        kept = [line for line in read(folder / LINES) if line["step"] <= step]
        self._path = here / LINES
        shards.write_text(self._path, "".join(map(_line, kept)))
        self._file = self._open.enter_context(self._path.open("a", encoding="utf-8"))
        self._since, self._items = time.perf_counter(), 0

    def count(self, items: int) -> None:
        """Count items that were learned from."""
        self._items += items

    def step(self, step: int, values: Mapping[str, float]) -> None:
        """Write the numbers of a step, and items per second since the last one; to every tracker too."""
        now = time.perf_counter()
        values = {**values, "items_per_s": round(self._items / (now - self._since), 3)}
        self._since, self._items = now, 0
        self._tell(step, values)

    def measured(self, step: int, measured: Mapping[str, float]) -> None:
        """Write what a model was measured to be able to."""
        self._tell(step, {f"probe/{name}": value for name, value in measured.items()})

    def notes(self, step: int, notes: Iterable[str]) -> None:
        """Write sentences, and say them on standard error."""
        for note in notes:
            self._write({"step": step, "note": note})
            print(note, file=sys.stderr)

    def _tell(self, step: int, values: Mapping[str, float]) -> None:
        self._write({"step": step, **values})
        for tracker in self._trackers:
            tracker.log(dict(values), step=step)

    def _write(self, line: Mapping[str, Any]) -> None:
        try:
            self._file.write(_line(line))
            self._file.flush()
        except OSError as error:
            raise DataError(f"cannot write {self._path}: {error.strerror or error}") from error

    def put(self) -> None:
        """Put what was written where it belongs, if that is an object store.

        Raises:
            DataError: it cannot be written.
        """
        try:
            self._put()
        except OSError as error:
            raise DataError(f"cannot write the log into its store: {error}") from error

    def close(self) -> None:
        """Close the file and every tracker. All that a checkpoint knows of was put before."""
        for tracker in self._trackers:
            tracker.finish()
        with contextlib.suppress(OSError, DataError), self._open:
            self.put()


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log; one that a killed run left half written is passed over."""
    if path.exists():
        for line in path.read_bytes().splitlines():
            with contextlib.suppress(ValueError, RecursionError):
                yield json.loads(line)
