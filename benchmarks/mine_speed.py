"""The pipeline's time against its floor, side by side in one run.

    python benchmarks/mine_speed.py [SOURCE] [--limit N] [--turns N]

The floor is what no pipeline of this kind can do without: each picture decoded once, each original
and each painted foil encoded once, and the calls into OpenCV, PatchMatch, pycocotools and spaCy. The
clock runs inside those calls while the pipeline works, so both figures come from the same run. The
pipeline's time is all of the run: the source read, cut-outs gathered, shards mined and written, the
card and the manifest; only loading word lists and the parser is in neither figure.

Times are processor time of the one thread that works, so that other work on the machine counts little.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time
from types import BuiltinFunctionType
from typing import Any

import cv2
from patchmatch_cython import cython_solver
from pycocotools import mask as run_lengths
from spacy.language import Language

from counterfoil.demo import demo_source
from counterfoil.mine import decode, run
from counterfoil.mine.run import Job, Marker, mine, mine_shard
from counterfoil.mine.tasks import Task
from counterfoil.recipes.photos import photos
from counterfoil.sources import open_source
from counterfoil.sources.source import Source

Spent = dict[str, float]


class Clock:
    """Time spent in chosen functions; inside one, further ones are not counted again."""

    def __init__(self) -> None:
        self.spent: Spent = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self._inside = False

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with its time added to `name`."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._inside:
                return function(*args, **kwargs)
            self._inside = True
            start = thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.spent[name] += thread_time() - start
                self.calls[name] += 1
                self._inside = False

        return timed


@contextmanager
def patched(clock: Clock) -> Iterator[None]:
    """Put the clock around every call of the floor."""
    saved: list[tuple[Any, str, Any]] = []

    def put(owner: Any, attribute: str, name: str) -> None:
        saved.append((owner, attribute, getattr(owner, attribute)))
        setattr(owner, attribute, clock.around(name, getattr(owner, attribute)))

    for attribute in dir(cv2):
        if isinstance(getattr(cv2, attribute), BuiltinFunctionType):  # GaussianBlur too, but no class
            put(cv2, attribute, "OpenCV")
    put(decode, "decode", "decode")
    put(run, "encode", "encode")
    put(run_lengths, "decode", "pycocotools")
    for attribute in ("__init__", "__call__"):
        put(cython_solver.CythonSolver, attribute, "PatchMatch")
    _patch_parser(clock, saved)
    try:
        yield
    finally:
        for owner, attribute, original in saved:
            setattr(owner, attribute, original)


def _patch_parser(clock: Clock, saved: list[tuple[Any, str, Any]]) -> None:
    """`pipe` is a generator: its time is that of going through it."""
    pipe = Language.pipe
    whole = clock.around("spaCy", lambda *args, **kwargs: list(pipe(*args, **kwargs)))
    saved.append((Language, "pipe", pipe))
    Language.pipe = lambda *args, **kwargs: iter(whole(*args, **kwargs))  # type: ignore[method-assign]


def measure(source: Source, limit: int | None, out: Path) -> tuple[float, Clock, dict[str, Any]]:
    """Mine in this process; the seconds it took but for loading, the clock, and the manifest."""
    clock, loading = Clock(), 0.0

    def engine(job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        nonlocal loading
        start = thread_time()
        stages = job.load()
        loading = thread_time() - start
        for task in tasks:
            yield mine_shard(job, task, stages)

    with patched(clock):
        start = thread_time()
        manifest = mine(source, photos(), out, engine, limit=limit)
        seconds = thread_time() - start
    return seconds - loading, clock, manifest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", nargs="?", help="as for `counterfoil mine`; the demo's photos by default")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--turns", type=int, default=3, help="how often it is measured")
    options = parser.parse_args()
    ratios = []
    with TemporaryDirectory() as folder:
        source = open_source(options.source or f"coco:{demo_source(Path(folder) / 'photos')}")
        measure(source, 1, Path(folder) / "warm")  # word lists, parser and imports: in neither figure
        for turn in range(options.turns):
            total, clock, manifest = measure(source, options.limit, Path(folder) / f"out-{turn}")
            floor = sum(clock.spent.values())
            ratios.append(total / floor)
            print(f"turn {turn + 1}: pipeline {total:.2f} s, floor {floor:.2f} s, ratio {ratios[-1]:.3f}")
    print(f"{manifest['counts']['samples']} pictures, {manifest['counts']['foils']} foils, "
          f"{manifest['counts']['two_way']} of them two-way")  # fmt: skip
    for name, seconds in sorted(clock.spent.items(), key=lambda item: -item[1]):
        print(f"  {name:12} {seconds:8.2f} s  {clock.calls[name]:7} calls")
    print(f"ratio    {median(ratios):8.3f}")


if __name__ == "__main__":
    main()
