"""The pipeline's time against its floor, side by side in one run.

    python benchmarks/mine_speed.py [SOURCE] [--limit N] [--out DIR]

The floor is what no pipeline of this kind can do without: each picture decoded once, each original
and each painted foil encoded once, and the calls into OpenCV, PatchMatch, pycocotools and spaCy. The
clock runs inside those calls while the pipeline works, so both figures come from the same run on the
same machine. Loading word lists and the parser is in neither.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import patchmatch_cython
from pycocotools import mask as run_lengths
from spacy.language import Language

from counterfoil.demo import demo_source
from counterfoil.mine import decode, rows
from counterfoil.mine.run import Job, mine, mine_shard
from counterfoil.recipes.photos import photos
from counterfoil.sources import open_source

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
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.spent[name] += time.perf_counter() - start
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
        if callable(getattr(cv2, attribute)) and attribute[0].islower():
            put(cv2, attribute, "OpenCV")
    put(decode, "decode", "decode")
    put(rows, "encode", "encode")
    put(run_lengths, "decode", "pycocotools")
    put(Language, "pipe", "spaCy")
    _patch_patchmatch(put)
    try:
        yield
    finally:
        for owner, attribute, original in saved:
            setattr(owner, attribute, original)


def _patch_patchmatch(put: Callable[[Any, str, str], None]) -> None:
    fill = importlib.import_module("counterfoil.mine.editors.fill")
    owner = fill if hasattr(fill, "inpaint_pyramid") else patchmatch_cython
    put(owner, "inpaint_pyramid", "PatchMatch")


def measure(source: Any, limit: int | None, out: Path) -> tuple[float, Clock, dict[str, Any]]:
    """Mine in this process; the seconds it took, the clock, and the manifest."""
    clock, seconds = Clock(), [0.0]

    def engine(job: Job, tasks: Any) -> Iterator[Any]:
        start = time.perf_counter()
        stages = job.load()
        loading = time.perf_counter() - start
        clock.spent.clear()
        clock.calls.clear()
        begin = time.perf_counter()
        yield from (mine_shard(job, task, stages) for task in tasks)
        seconds[0] = time.perf_counter() - begin
        print(f"loading word lists and parser: {loading:.1f} s (in neither figure)")

    with patched(clock):
        manifest = mine(source, photos(), out, engine, limit=limit)
    return seconds[0], clock, manifest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", nargs="?", help="as for `counterfoil mine`; the demo's photos by default")
    parser.add_argument("--limit", type=int, default=None)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        source = open_source(options.source or f"coco:{demo_source(Path(folder) / 'photos')}")
        total, clock, manifest = measure(source, options.limit, Path(folder) / "out")
    floor = sum(clock.spent.values())
    print(f"{manifest['counts']['samples']} pictures, {manifest['counts']['foils']} foils, "
          f"{manifest['counts']['two_way']} of them two-way")  # fmt: skip
    for name, seconds in sorted(clock.spent.items(), key=lambda item: -item[1]):
        print(f"  {name:12} {seconds:8.2f} s  {clock.calls[name]:7} calls")
    print(f"floor    {floor:8.2f} s\npipeline {total:8.2f} s\nratio    {total / floor:8.3f}")


if __name__ == "__main__":
    main()
