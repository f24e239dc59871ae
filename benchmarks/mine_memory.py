"""Is memory flat? The worker's largest resident size after few samples, and after more and more, in one run.

    python benchmarks/mine_memory.py SOURCE [--at 100 1000 10000] [--set path=value]...

SOURCE is as for `counterfoil mine`, --set too. Its samples are gone through again and again under new keys,
but the scenes of a drawn world, of which there are enough. One worker mines them all; its peak (VmHWM) is
read as each shard comes back, so that a run that is stopped has told something too.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from counterfoil.cli.mining import Order, opened
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import Job, Marker, mine
from counterfoil.mine.tasks import Task
from counterfoil.records import Rejected, Sample
from counterfoil.sources.drawn import Drawn
from counterfoil.sources.source import Source

ROOM = 10 * 2**30
"""Bytes that are to stay free on the disk."""


@dataclass(frozen=True)
class Repeated:
    """A source gone through again and again under new keys, until there are `number` samples."""

    source: Source
    number: int

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples."""
        samples = [read for read in self.source.read() if isinstance(read, Sample)]
        for index, sample in enumerate(itertools.islice(itertools.cycle(samples), self.number)):
            yield replace(sample, key=f"{sample.key}-{index}")


def peak() -> float:
    """Of the largest of this process's children until now, in MiB."""
    sizes = [0]
    for child in multiprocessing.active_children():
        told = Path(f"/proc/{child.pid}/status").read_text()
        sizes += [int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM")]
    return max(sizes) / 1024


@dataclass
class Watched:
    """One worker, whose peak is told whenever so many samples are through."""

    at: list[int]
    size: int
    out: Path

    def __call__(self, job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        """See `counterfoil.mine.run.Engine`."""
        first, waiting, done = 0.0, list(self.at), 0
        for marker in Local(workers=1)(job, tasks):
            done += self.size
            if waiting and done >= waiting[0]:
                now = peak()
                first = first or now
                print(f"{waiting.pop(0):>9,} samples: {now:6.1f} MiB, {now / first:.3f}", flush=True)
            if shutil.disk_usage(self.out).free < ROOM:
                raise SystemExit("the disk is nearly full")
            yield marker


def main() -> None:
    """Mine, and print the peaks."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("source", help="as for `counterfoil mine`")
    parser.add_argument("--at", type=int, nargs="+", default=[100, 1000, 10_000], help="samples")
    parser.add_argument("--set", action="append", default=[], help="as for `counterfoil mine`")
    options = parser.parse_args()
    number = max(options.at)
    source, recipe = opened(Order(options.source, Path(), settings=options.set))
    enough = replace(source, number=number) if isinstance(source, Drawn) else Repeated(source, number)
    with TemporaryDirectory() as folder:
        watched = Watched(sorted(options.at), recipe.shard_size, Path(folder))
        counts = mine(enough, recipe, Path(folder) / "out", watched)["counts"]
    print(f"{counts['foils']:,} foils, {counts['two_way']:,} of them two-way")


if __name__ == "__main__":
    main()
