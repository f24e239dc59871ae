"""The recipe `gnm` against the sum of its model calls, and against the schedule of GNM's release.

    python benchmarks/models_speed.py PHOTOS [--limit 4] [--steps 10] [--models FOLDER | --tiny]

Models are real classes with random weights, of a size (`midsize`) at which they are what a run spends its
time on; the language model and the matcher are the tiny ones. With `--tiny` all are those that the tests
run, of which a call costs more in Python than in arithmetic. A first run in this process writes down what
every model was asked. Then, of the same questions:

* `calls`: each model's at its best batch size of 1, 4 and 16, without any stage around it;
* `pipeline`: the whole recipe again, decoding, parsing, blending and writing shards among it;
* `release`: one picture and one variation at a time, the detector and the segmenter once more per item.

Loading weights is in none of the three. Times are processor time of one core. Memory: the most that lies in
this process beyond what it had before, with models in turns, and with each large stage alone.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from midsize import MIDSIZE, write_all

from counterfoil.config import unit_name, with_settings
from counterfoil.mine.pipeline import Resting, batches
from counterfoil.mine.run import Job, MineRecipe, mine_shard
from counterfoil.mine.tasks import Task
from counterfoil.models.hosting import release
from counterfoil.models.tiny.swap import with_tiny
from counterfoil.recipes.gnm import gnm
from counterfoil.records import Sample
from counterfoil.sources import open_source

BATCHES = (1, 4, 16)

SMALLER = (
    "describe.describer.most=12",
    "ground.detector.box=0.5",
    "portray.max_items=3",
    "portray.writer.longest=8",
)
"""What random weights would say at length."""

Work = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True)
class Heard:
    """A model's unit whose questions are written down, and which is loaded once for all runs."""

    unit: Any
    asked: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    loaded: dict[str, Work] = field(default_factory=dict)

    def load(self, *told: Any) -> Work:
        """The unit's function, which remembers what it is asked."""
        name = unit_name(self.unit)
        if name not in self.loaded:
            self.loaded[name] = self.unit.load(*told)

        def answer(questions: Sequence[Any]) -> Any:
            self.asked[name] += questions
            return self.loaded[name](questions)

        return answer


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos")
    parser.add_argument("--limit", type=int, default=4)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        source = open_source(options.photos).read()
        samples = [read for read, _ in zip(_samples(source), range(options.limit), strict=False)]
        models = [] if options.tiny else midsize(options.models or Path(folder) / "models")
        settings = [*models, *SMALLER, f"inpaint.painter.steps={options.steps}"]
        recipe = replace(
            with_settings(with_tiny(gnm()), settings), shard_size=len(samples), batch_size=len(samples)
        )
        measure_memory(recipe, samples, Path(folder))
        measure_time(recipe, samples, Path(folder))


def _samples(source: Iterator[Any]) -> Iterator[Sample]:
    return (read for read in source if isinstance(read, Sample))


def midsize(models: Path) -> list[str]:
    """Settings of the recipe, for models that are written into a folder."""
    write_all(models)
    at = {
        "blip": "describe.describer",
        "grounding_dino": "ground.detector",
        "sam": "segment.segmenter",
        "sd_inpaint": "inpaint.painter",
    }
    return [f"{at[role]}.checkpoint.model={models / role}" for role in MIDSIZE]


def measure_memory(recipe: MineRecipe, samples: Sequence[Sample], folder: Path) -> None:
    """Print the peak with models in turns, and that of the largest alone."""
    job = Job(recipe, folder / "memory", 0)
    stages, lots = job.load(), batches(samples, len(samples))
    records: Any = next(lots)
    alone: dict[str, float] = {}
    for name, apply in stages:
        with peak() as most:
            records = [record for record in apply(records) if not hasattr(record, "reason")]
            if isinstance(apply, Resting):
                apply.rest()
        if isinstance(apply, Resting):
            alone[name] = most[0]
    del records
    release()
    with peak() as most:
        mine_shard(job, Task(0, tuple(samples), ()), stages)
    print("MB of each large stage alone:", {name: round(size) for name, size in alone.items()})
    print(f"MB of the whole run: {most[0]:.0f}, of the largest alone: {most[0] / max(alone.values()):.2f}")


@contextmanager
def peak() -> Iterator[list[float]]:
    """The most megabytes that this process held beyond what it held before, sampled each millisecond."""
    start, most, done = _resident(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.001):
            most[0] = max(most[0], _resident() - start)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_time(recipe: MineRecipe, samples: Sequence[Sample], folder: Path) -> None:
    """Print the three times and their ratios."""
    heard = Heard(None)
    listening = replace(_listening(recipe, heard), one_at_a_time=False)
    task = Task(0, tuple(samples), ())

    def mined(name: str) -> float:
        job = Job(listening, folder / name, 0)
        stages = job.load()
        return cost(lambda: mine_shard(job, task, stages))

    mined("first")
    asked = {name: list(questions) for name, questions in heard.asked.items()}
    print("asked:", {name: len(questions) for name, questions in asked.items()})
    calls = {name: best(heard.loaded[name], questions) for name, questions in asked.items()}
    print("calls, s:", {name: (round(seconds, 2), batch) for name, (seconds, batch) in calls.items()})
    whole = mined("again")
    sum_ = sum(seconds for seconds, _ in calls.values())
    slow = release_schedule(heard, asked)
    print(f"pipeline {whole:.2f} s, calls {sum_:.2f} s: {whole / sum_:.3f}")
    print(f"release's schedule {slow:.2f} s: {slow / whole:.2f} times the pipeline")


def _listening(config: Any, heard: Heard) -> Any:
    """The recipe, each of its models heard."""
    if isinstance(config, tuple):
        return tuple(_listening(part, heard) for part in config)
    if not is_dataclass(config) or isinstance(config, type):
        return config
    if hasattr(config, "checkpoint"):
        return replace(heard, unit=config)
    return replace(config, **{f.name: _listening(getattr(config, f.name), heard) for f in fields(config)})


def best(work: Work, questions: Sequence[Any]) -> tuple[float, int]:
    """The least seconds for all questions, and the batch size."""
    tried = [
        (cost(lambda: [work(questions[i : i + size]) for i in range(0, len(questions), size)]), size)  # noqa: B023
        for size in BATCHES
        if size < 2 * len(questions)
    ]
    return min(tried)


def release_schedule(heard: Heard, asked: dict[str, list[Any]]) -> float:
    """Seconds for the same questions one by one; detector and segmenter once more for each item."""
    items = [foil for foil in asked["itm"] if foil.key]
    wanted = {(foil.scene.key, foil.edit.before): foil for foil in items}.values()
    again = {
        "grounding_dino": [(foil.scene.pixels, (foil.edit.before,)) for foil in wanted],
        "sam": [(foil.scene.pixels, (foil.scene.regions[foil.targets[0]].box,)) for foil in wanted],
    }
    singly = {name: [*questions, *again.get(name, ())] for name, questions in asked.items()}
    singly["sam"] = again["sam"]  # it outlines items alone
    return sum(
        cost(lambda: [heard.loaded[name]([one]) for one in questions])  # noqa: B023
        for name, questions in singly.items()
    )


def cost(work: Callable[[], Any]) -> float:
    """Processor seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
