"""The laboratory as runs in a folder: bases, and what continues them, each trained and measured once.

OUT/NAME/       the model of a run, and how it was trained
OUT/NAME.json   what it was measured to know; written last

What is done is not done again, and a run that was stopped goes on from its last checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from counterfoil.evaluate.benchmark import Benchmark, evaluate
from counterfoil.evaluate.benchmarks.drawn import DuoQuads, DuoRetrieval
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.recipes import lab
from counterfoil.shards import read_json, write_json
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.loop import Progress, train
from counterfoil.train.recipe import TrainRecipe

MAIN = "two_way"
"""The loss of the arms."""

REPORT = "lab"
"""The name of the one JSON file that is no run's."""


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
    """Where runs are, how long they are, and how much there is to learn from and to be measured by.

    Args:
        out: the folder.
        base_steps, steps: of a base, and of each arm.
        scenes, quads_per_cell: what is learned from: see `recipes.lab.data`.
        questions: quads of each cell that are measured.
    """

    out: Path
    base_steps: int = lab.BASE_STEPS
    steps: int = lab.STEPS
    scenes: int = 8000
    quads_per_cell: int = 4000
    questions: int = 200

    def do(self, run: Run, progress: Progress) -> None:
        """Train and measure, unless that has been done."""
        done = self.out / f"{run.name}.json"
        if done.exists():
            return
        progress(f"{run.name}: drawing", 0, None)
        wall, processor = perf_counter(), process_time()
        encoder, recipe = self._start(run), self._recipe(run)
        train(
            recipe,
            self._data,
            encoder,
            self.out / run.name,
            seed=run.seed,
            progress=lambda what, step, steps: progress(f"{run.name}: {what}", step, steps),
        )
        spent = {"seconds": perf_counter() - wall, "processor_seconds": process_time() - processor}
        progress(f"{run.name}: measuring", recipe.steps, recipe.steps)
        write_json(done, asdict(run) | spent | {"steps": recipe.steps, "measured": self._measured(encoder)})

    def results(self) -> list[dict[str, Any]]:
        """What is measured so far, in the order of names."""
        return [read_json(path) for path in sorted(self.out.glob("*.json")) if path.stem != REPORT]

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
        return lab.data(scenes=self.scenes, quads_per_cell=self.quads_per_cell)

    @cached_property
    def _benchmarks(self) -> list[Benchmark]:
        quads = [DuoQuads(split=split, number=self.questions) for split in ("test", "held_out")]
        gallery = DuoRetrieval(split="test")
        return [*(_made(reader.open()) for reader in quads), _made(gallery.open())]


def _made(benchmark: Benchmark) -> Benchmark:
    """The benchmark with its items made once for all runs."""
    items = list(benchmark.items())
    return replace(benchmark, items=lambda: items)


def runs(
    encoders: Sequence[str], seeds: Sequence[int], arms: Sequence[str], losses: Sequence[str] = ()
) -> Iterator[Run]:
    """Every run, each after what it begins with; the losses on the first encoder and the first seed."""
    for seed in seeds:
        for encoder in encoders:
            yield from (Run(encoder=encoder, seed=seed, arm=arm) for arm in ("base", *arms))
    for loss in losses:
        yield Run(encoder=encoders[0], seed=seeds[0], arm="both", loss=loss)
