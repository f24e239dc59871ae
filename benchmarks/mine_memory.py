"""Is memory flat? The peak of a worker over a few samples beside that over many, in one run.

    python benchmarks/mine_memory.py PICTURES [--few 100] [--many 10000] [--regions COCO]

PICTURES is a folder of pictures; it is gone through again and again under new keys, each with five
captions. With --coco SOURCE the samples of that source, regions and all, are repeated instead.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.photos import photos
from counterfoil.records import Rejected, Sample
from counterfoil.sources import open_source
from counterfoil.sources.source import Source


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


def peak(source: str, number: int, words_only: bool) -> None:
    """Mine and print the peak of the worker in MiB as JSON; run in a process of its own."""
    opened: Source = open_source(source)
    recipe = photos()
    if words_only:
        recipe = replace(recipe, prepare=())
    with TemporaryDirectory() as folder:
        manifest = mine(Repeated(opened, number), recipe, Path(folder) / "out", Local(workers=1))
    mebibytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        json.dumps(
            {"mib": mebibytes, "foils": manifest["counts"]["foils"], "two_way": manifest["counts"]["two_way"]}
        )
    )


def main() -> None:
    """Measure both numbers and print them with their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="as for `counterfoil mine`")
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--words-only", action="store_true", help="gather no cut-outs")
    options = parser.parse_args()
    if options.one:
        peak(options.source, options.one, options.words_only)
        return
    peaks = []
    for number in (options.few, options.many):
        command = [sys.executable, __file__, options.source, "--one", str(number)]
        command += ["--words-only"] * options.words_only
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        peaks.append(json.loads(told.splitlines()[-1]))
        print(f"{number:6} samples: {peaks[-1]}")
    print(f"ratio {peaks[1]['mib'] / peaks[0]['mib']:.3f}")


if __name__ == "__main__":
    main()
