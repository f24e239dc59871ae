"""How long does a run take, on how many machines, and at what price? A simulation, from measured costs.

    python benchmarks/scale_plan.py [--check]

A run is a driver, which reads the source and sends out shards one after the other, and workers, which load
once and then mine a shard at a time. Shards differ in their time, workers die and start anew, and then their
shard is begun anew. `--check` first measures a small run, then simulates larger ones and measures them too;
without it, the costs below are taken to 10^9 pictures.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from scale import SHARD, apart

HOUR = 3600.0
DRIVER_BUSY = 0.5
"""Share of its time that a driver may be busy before the source is split for another one."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A run to be.

    Args:
        records: pictures.
        workers: that mine.
        shard: pictures of a shard.
        seconds: of a worker per picture.
        spread: standard deviation of a shard's time, over its mean.
        driver: seconds of the driver per picture, to read it and send it out.
        load: seconds until a worker has started and loaded.
        deaths: of a worker per hour.
        drivers: runs of their own into which the source is split, and with it the workers.
    """

    records: int
    workers: int
    shard: int
    seconds: float
    spread: float
    driver: float
    load: float
    deaths: float = 0.0
    drivers: int = 1


@dataclass(frozen=True)
class Told:
    """What came of it: hours on the clock, share of them that a driver worked, shards begun anew."""

    hours: float
    driver_busy: float
    anew: int


def simulate(plan: Plan, seed: int = 0) -> Told:
    """Play the run of one driver, shard by shard; the others are its like."""
    chance = random.Random(seed)
    shards = math.ceil(plan.records / plan.drivers / plan.shard)
    free = [plan.load] * max(plan.workers // plan.drivers, 1)
    read, last, anew = 0.0, 0.0, 0
    for _ in range(shards):
        read = max(read, free[0] - plan.load) + plan.driver * plan.shard
        begin = max(heapq.heappop(free), read)
        end, deaths = _mined(plan, begin, chance)
        anew += deaths
        heapq.heappush(free, end)
        last = max(last, end)
    return Told(last / HOUR, shards * plan.shard * plan.driver / last, anew * plan.drivers)


def _mined(plan: Plan, begin: float, chance: random.Random) -> tuple[float, int]:
    """When a shard is done, and how often its worker died over it."""
    deaths = 0
    while True:
        takes = plan.seconds * plan.shard * _about_one(plan.spread, chance)
        lives = chance.expovariate(plan.deaths / HOUR) if plan.deaths else math.inf
        if lives > takes:
            return begin + takes, deaths
        begin, deaths = begin + lives + plan.load, deaths + 1


def _about_one(spread: float, chance: random.Random) -> float:
    """A factor with mean 1, skewed to the right as stragglers are."""
    variance = math.log(1 + spread**2)
    return chance.lognormvariate(-variance / 2, math.sqrt(variance)) if spread else 1.0


def calibrated(scenes: int) -> Plan:
    """The costs of mining drawn scenes with one worker, measured here, in seconds of processors.

    What was used until the first shard came is the start, but for that shard itself.
    """
    with TemporaryDirectory() as folder:
        told = apart("local-1", scenes, 0, True, Path(folder, "out"))
        shards = list(_shard_seconds(Path(folder, "out")))
    more = scenes - SHARD
    per_scene = (told["others"] - told["others_first"]) / more
    return Plan(
        records=scenes,
        workers=1,
        shard=SHARD,
        seconds=per_scene,
        spread=statistics.stdev(shards) / statistics.fmean(shards),
        driver=(told["driver"] - told["driver_first"]) / more,
        load=told["others_first"] - per_scene * SHARD,
    )


def _shard_seconds(out: Path) -> Iterator[float]:
    for path in sorted((out / "times").glob("*.json")):
        yield sum(stage["seconds"] for stage in json.loads(path.read_text()).values())


def check(numbers: list[int]) -> None:
    """Simulated beside measured."""
    plan = calibrated(1024)
    print(f"measured at 1024 scenes: {plan}", flush=True)
    for number in numbers:
        with TemporaryDirectory() as folder:
            told = apart("local-1", number, 0, True, Path(folder, "out"))
        expected = HOUR * simulate(replace(plan, records=number)).hours
        print(
            f"{number:6} scenes: worker busy {expected:.1f} s simulated, {told['others']:.1f} s measured, "
            f"{expected / told['others'] - 1:+.1%}; {told['wall']:.1f} s on the clock",
            flush=True,
        )


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to mine, at scale.

    Args:
        plan: its costs; records and workers are put in.
        bytes_each: of the dataset per picture.
        price: of a worker's hour, in dollars.
        source: where the costs are from.
    """

    plan: Plan
    bytes_each: float
    price: float
    source: str


CPU_HOUR, GPU_HOUR, GIB_MONTH = 0.04, 2.5, 0.023
"""Dollars, assumed: a core of a preemptible cloud machine, a GPU with 80 GB, a month of object storage."""

_COSTS = Plan(records=0, workers=0, shard=256, seconds=0, spread=0.2, driver=0.00077, load=6.5, deaths=0.02)

WAYS = {
    "drawn, CPU": Way(
        plan=replace(_COSTS, seconds=0.0073, driver=0.0009), bytes_each=70e3, price=CPU_HOUR,
        source="measured here",
    ),
    "photos, CPU": Way(
        plan=replace(_COSTS, seconds=0.14), bytes_each=1.2e6, price=CPU_HOUR, source="docs/results.md, Speed"
    ),
    "gnm_modern, GPU": Way(
        plan=replace(_COSTS, seconds=20.0, load=120.0), bytes_each=2e6, price=GPU_HOUR,
        source="assumed: 20 s of a GPU per picture; no GPU was there to measure on",
    ),
}  # fmt: skip


def table(way: Way) -> Iterator[str]:
    """Machines, time and money, for each order of magnitude."""
    yield "| pictures | workers | drivers | days | driver busy | begun anew | data | compute | data a month |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for exponent in range(4, 10):
        records = 10**exponent
        # So many that a run takes about three days, at least one and at most 10,000.
        workers = min(max(round(records * way.plan.seconds / (72 * HOUR)), 1), 10_000)
        drivers = math.ceil(workers * way.plan.driver / way.plan.seconds / DRIVER_BUSY)
        told = simulate(replace(way.plan, records=records, workers=workers, drivers=drivers))
        stored = records * way.bytes_each
        yield (
            f"| 10^{exponent} | {workers:,} | {drivers} | {told.hours / 24:.2f} | {told.driver_busy:.0%} | "
            f"{told.anew:,} | {stored / 1e12:,.3g} TB | ${told.hours * workers * way.price:,.0f} | "
            f"${stored / 2**30 * GIB_MONTH:,.0f} |"
        )


def main() -> None:
    """Check, or plan."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--check", type=int, nargs="*", metavar="SCENES", help="beside real runs")
    options = parser.parse_args()
    if options.check is not None:
        check(options.check or [1000, 10_000])
        return
    for name, way in WAYS.items():
        print(f"\n{name}: {1000 * way.plan.seconds:g} ms a picture ({way.source})\n")
        print("\n".join(table(way)), flush=True)


if __name__ == "__main__":
    main()
