"""What a run costs as it grows: the local engine beside Ray, one worker beside two, whole beside resumed.

    python benchmarks/scale.py [--scenes 1000 4000] [--runs local-1 local-2 ray-1 ray-2 resumed]

Each run mines scenes of the drawn world, in a process of its own. Printed are seconds on the clock,
processor seconds of the driver and of all that it started (Ray's own processes among them), and the
largest resident size of one; then the processor time per scene between the smaller and the larger number,
which has no start in it. On a machine that is not idle only the processor times mean something.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from counterfoil.mine.engines.local import Local
from counterfoil.mine.engines.ray import Ray
from counterfoil.mine.run import Engine, Job, Marker, mine
from counterfoil.mine.tasks import Task
from counterfoil.recipes.drawn import drawn
from counterfoil.sources.drawn import Drawn

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
SHARD = 64


@dataclass
class Watch:
    """What the processes that this one started have used: seconds of processors, and bytes at most."""

    seconds: dict[int, float] = field(default_factory=dict)
    most: int = 0

    @property
    def total(self) -> float:
        """Seconds of all of them, so far."""
        return sum(self.seconds.values())

    def look(self) -> None:
        """Ask the kernel."""
        parents: dict[int, int] = {}
        found: dict[int, tuple[float, int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                told = stat.read_text().rpartition(")")[2].split()
                number = int(stat.parent.name)
                parents[number] = int(told[1])
                found[number] = (int(told[11]) + int(told[12])) / TICKS, int(told[21]) * PAGE
        for number, (seconds, size) in found.items():
            if self._is_ours(number, parents):
                self.seconds[number] = seconds
                self.most = max(self.most, size)

    def _is_ours(self, number: int, parents: dict[int, int]) -> bool:
        while number in parents:
            number = parents[number]
            if number == os.getpid():
                return True
        return False


def engine_of(kind: str, fused: bool) -> Engine:
    """Of "ray-2": Ray with two workers."""
    name, _, workers = kind.partition("-")
    return Ray(workers=int(workers), fused=fused) if name == "ray" else Local(workers=int(workers))


def measure(kind: str, scenes: int, stop_after: int, fused: bool, out: Path) -> dict[str, float]:
    """Mine, and tell what it took; leave off after so many shards, if not 0."""
    watch, shards, begin = Watch(), 0, time.perf_counter()
    first: dict[str, float] = {}
    engine = engine_of(kind, fused)

    def watched(job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        nonlocal shards
        for marker in engine(job, tasks):
            shards += 1
            watch.look()
            if not first:
                first.update(driver_first=time.process_time(), others_first=watch.total)
            if shards == stop_after:
                raise KeyboardInterrupt
            yield marker

    recipe = replace(drawn(), shard_size=SHARD, batch_size=32)
    with suppress(KeyboardInterrupt):
        mine(Drawn(path="train", number=scenes), recipe, out, watched)
    return {
        "wall": time.perf_counter() - begin,
        "driver": time.process_time(),
        "others": watch.total,
        "worker_mib": watch.most / 2**20,
        "shards": shards,
    } | first


def apart(kind: str, scenes: int, stop_after: int, fused: bool, out: Path) -> dict[str, float]:
    """`measure` in a process of its own."""
    asked = ["--measure", json.dumps([kind, scenes, stop_after, fused, str(out)])]
    beside = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, __file__, *asked], check=True, stdout=subprocess.PIPE, env=beside)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def processor(told: dict[str, float]) -> float:
    """Seconds of all processes."""
    return told["driver"] + told["others"]


def show(kind: str, scenes: int, told: dict[str, float]) -> None:
    """A line."""
    print(
        f"{kind:10} {scenes:7} scenes  wall {told['wall']:7.1f} s  processor {processor(told):7.1f} s "
        f"(driver {told['driver']:6.1f})  largest process {told['worker_mib']:5.0f} MiB",
        flush=True,
    )


def compare(kind: str, scenes: list[int], fused: bool) -> None:
    """A kind of run at each number of scenes."""
    found = []
    for number in scenes:
        with TemporaryDirectory() as folder:
            found.append(apart(kind, number, 0, fused, Path(folder, "out")))
        show(kind, number, found[-1])
    if len(found) > 1:
        per_scene = (processor(found[-1]) - processor(found[0])) / (scenes[-1] - scenes[0])
        start = processor(found[0]) - per_scene * scenes[0]
        print(f"{kind:10} {1000 * per_scene:.2f} ms of processors per scene; start {start:.1f} s", flush=True)


def resumed(scenes: int, fused: bool) -> None:
    """What it costs to be stopped halfway."""
    halfway = scenes // SHARD // 2
    with TemporaryDirectory() as folder:
        whole = apart("local-1", scenes, 0, fused, Path(folder, "whole"))
        first = apart("local-1", scenes, halfway, fused, Path(folder, "out"))
        rest = apart("local-1", scenes, 0, fused, Path(folder, "out"))
        again = apart("local-1", scenes, 0, fused, Path(folder, "out"))
    took = processor(whole)
    extra = processor(first) + processor(rest) - took
    print(f"stopped after {halfway} shards and run again: {extra:.1f} s more than at once ({took:.1f} s)")
    print(
        f"run again when all is done: {processor(again):.1f} s for {whole['shards']:.0f} shards", flush=True
    )


def main() -> None:
    """Measure, and print."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--scenes", type=int, nargs="+", default=[1000, 4000])
    parser.add_argument("--runs", nargs="+", default=["local-1", "local-2", "ray-1", "ray-2", "resumed"])
    parser.add_argument("--fused", default="true", choices=["true", "false"])
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        kind, scenes, stop_after, fused, out = json.loads(options.measure)
        print(json.dumps(measure(kind, scenes, stop_after, fused, Path(out))))
        return
    for run in options.runs:
        if run == "resumed":
            resumed(options.scenes[0], options.fused == "true")
        else:
            compare(run, options.scenes, options.fused == "true")


if __name__ == "__main__":
    main()
