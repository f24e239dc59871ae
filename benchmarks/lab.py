"""The laboratory: what negatives in one modality teach, and what those in both do (`recipes.lab`).

Each run is a folder and, when it is done, a JSON file beside it. What is done is not done again, and a run
that was stopped goes on from its last checkpoint. Table and plot are made of the files that are there.

    python benchmarks/lab.py --out lab                                       all of it
    python benchmarks/lab.py --out lab --encoders ends --seeds 0 --arms both --losses
    python benchmarks/lab.py --out lab --report docs/lab                    table and plot go there
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import torch
from lab_report import report
from rich.progress import Progress

from counterfoil.evaluate.benchmark import Benchmark, evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import NO_DATA
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.recipes import lab
from counterfoil.shards import read_json, write_json
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.loop import train
from counterfoil.train.losses import LOSSES
from counterfoil.train.recipe import TrainRecipe

MEASURED = ("drawn-duo-quads-test", "drawn-duo-quads-held_out", "drawn-duo-retrieval-test")
MAIN = "two_way"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One encoder, one seed, one arm, one loss; the arm "base" is what all others begin with."""

    encoder: str
    seed: int
    arm: str
    loss: str = MAIN

    @property
    def name(self) -> str:
        """Of its folder and its file."""
        return "-".join((self.encoder, str(self.seed), self.arm, *([self.loss] if self.loss != MAIN else [])))


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """Where runs are, and how long they are."""

    out: Path
    base_steps: int
    steps: int

    def do(self, run: Run, progress: Progress) -> None:
        """Train and measure, unless that has been done."""
        done = self.out / f"{run.name}.json"
        if done.exists():
            return
        task = progress.add_task(run.name, total=None)
        wall, processor = perf_counter(), process_time()
        encoder = self._start(run)
        train(
            self._recipe(run),
            self._data,
            encoder,
            self.out / run.name,
            seed=run.seed,
            progress=lambda what, step, total: progress.update(task, completed=step, total=total),
        )
        spent = {"seconds": perf_counter() - wall, "processor_seconds": process_time() - processor}
        write_json(
            done,
            asdict(run) | spent | {"steps": self._recipe(run).steps, "measured": self._measured(encoder)},
        )

    def _start(self, run: Run) -> DualEncoder:
        if run.arm == "base":
            return lab.ENCODERS[run.encoder].build(run.seed)
        return load_dual_encoder(str(self.out / replace(run, arm="base", loss=MAIN).name))

    def _recipe(self, run: Run) -> TrainRecipe:
        return lab.base(self.base_steps) if run.arm == "base" else lab.arm(run.arm, self.steps, run.loss)

    def _measured(self, encoder: DualEncoder) -> dict[str, Any]:
        scorer = Cosine(encoder=encoder.eval())
        return {benchmark.name: evaluate(benchmark, scorer).as_json() for benchmark in self._benchmarks}

    @cached_property
    def _data(self) -> FoilDataset:
        return lab.data()

    @cached_property
    def _benchmarks(self) -> list[Benchmark]:
        return [_made(BENCHMARKS[name].open(NO_DATA)) for name in MEASURED]


def _made(benchmark: Benchmark) -> Benchmark:
    """The benchmark with its items made once for all runs."""
    items = list(benchmark.items())
    return replace(benchmark, items=lambda: items)


def runs(
    encoders: Sequence[str], seeds: Sequence[int], arms: Sequence[str], losses: Sequence[str]
) -> Iterator[Run]:
    """Every run, each after what it begins with; the losses on the main encoder and the first seed."""
    for seed in seeds:
        for encoder in encoders:
            yield from (Run(encoder=encoder, seed=seed, arm=arm) for arm in ("base", *arms))
    for loss in losses:
        yield Run(encoder=encoders[0], seed=seeds[0], arm="both", loss=loss)


def main() -> None:
    """Do what is asked for, and report all that is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("lab"))
    parser.add_argument("--encoders", nargs="+", default=list(lab.ENCODERS), choices=lab.ENCODERS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--arms", nargs="+", default=list(lab.ARMS), choices=lab.ARMS)
    parser.add_argument("--losses", nargs="*", default=[name for name in LOSSES if name != MAIN])
    parser.add_argument("--base-steps", type=int, default=lab.BASE_STEPS)
    parser.add_argument("--steps", type=int, default=lab.STEPS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--report", type=Path, help="folder of lab.json, lab_table.md and lab.png; --out if left out"
    )
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    laboratory = Laboratory(out=args.out, base_steps=args.base_steps, steps=args.steps)
    with Progress() as progress:
        for run in runs(args.encoders, args.seeds, args.arms, args.losses):
            laboratory.do(run, progress)
    results = [read_json(path) for path in sorted(args.out.glob("*.json")) if path.stem != "lab"]
    print(report(results, args.report or args.out))


if __name__ == "__main__":
    main()
