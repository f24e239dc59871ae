"""A whole run: foils and a dual encoder in, a model folder out; stop it anywhere and call it again.

OUT/                        a folder that `from_pretrained` of transformers opens, with a card
OUT/training/run.json       what is being trained: recipe, data, model, seed, versions; written first
OUT/training/before.json    what the model could before
OUT/training/checkpoints/   all that is state, every `save_every` steps
OUT/training/log.jsonl      numbers of steps; curves.png and tensorboard/ show them
OUT/training/before_after.json, pareto.png    what the model could before, and can now
OUT/training/done.json      written last, with a hash of every file of the model
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from counterfoil import shards
from counterfoil.claim import claimed
from counterfoil.config import to_json, unit_name
from counterfoil.models import DualEncoder
from counterfoil.models.ranks import Ranks, joined
from counterfoil.train import checkpoint
from counterfoil.train.collate import Batches
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.describe import describe
from counterfoil.train.finish import DONE, Probe, finish
from counterfoil.train.loader import Loader
from counterfoil.train.log import Log
from counterfoil.train.losses import check_needs
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.stream import Stream, StreamLoader
from counterfoil.train.training import Training

CHECKPOINTS = "checkpoints"

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how many steps are done, and of how many."""


def train(
    recipe: TrainRecipe,
    data: FoilDataset | Stream,
    encoder: DualEncoder,
    out: Path,
    *,
    seed: int = 0,
    workers: int = 0,
    probe: Probe = lambda encoder: {},
    progress: Progress = lambda what, done, total: None,
) -> dict[str, Any]:
    """Train a dual encoder, in place, into a folder, or go on with one, and return what came of it.

    With `shard` it is trained in place on the first rank alone.

    Under torchrun every rank calls this with the same arguments; they share the work.

    Args:
        recipe: how to train.
        data: what to train on; a stream needs a recipe with `steps`.
        encoder: what is trained.
        out: the folder, or a place in an object store.
        seed: of all chance.
        workers: processes that read pictures, for each rank; they change nothing but the time.
        probe: measures the model, before and after.
        progress: told how far the run is, on the first rank.

    Returns:
        "steps", and the measurements "before", "after" and "wise_ft" (by share).

    Raises:
        RecipeError: recipe and data, or recipe and model, do not fit.
        DataError: the folder is another run's or cannot be written, or a file of the data cannot be read.
        TrainingError: a loss is not finite, or another rank has died.
    """
    with joined() as ranks, contextlib.ExitStack() as stack:
        described = describe(recipe, data, encoder, seed)
        ranks.agree(described)
        check_needs(unit_name(recipe.loss), recipe.forgetting.held(recipe.loss), _offered(recipe, data))
        ranks.once(lambda: stack.enter_context(claimed(out, described, "training/run.json")))
        done = ranks.once(lambda: shards.committed(out, DONE))
        if done is None:
            start = {name: value.cpu().clone() for name, value in encoder.state_dict().items()}
            loader = _loader(recipe, data, encoder, ranks, seed=seed, workers=workers)
            run = Training(recipe, encoder, recipe.steps or recipe.epochs * len(loader), seed, ranks)
            before = ranks.once(lambda: _before(out, probe, encoder))
            _learn(run, loader, out / "training", probe, progress)
            encoder = run.result()
            done = ranks.once(lambda: finish(out, described, run, encoder, probe, start=start, before=before))
        told: dict[str, Any] = done["told"]
        return told


def _offered(recipe: TrainRecipe, data: FoilDataset | Stream) -> set[str]:
    """What data and recipe have of what a loss may need."""
    if isinstance(data, Stream):
        with data.first() as first:
            return _offered(recipe, first)
    foils, compose = recipe.batching.foils, recipe.batching.compose
    (negatives, positives), shown = compose.widths(foils), compose.shown()
    captions = data.samples["captions"].to_pylist() if positives else []
    there = {
        "negative_text": "text" in shown and (len(data.foils) > 0 if foils else negatives > 0),
        "negative_image": "image" in shown and foils > 0 and bool(data.two_way.any()),
        "positive_text": any(len(said) > 1 for said in captions) if foils else positives > 0,
        "tokens": True,
        "teacher": bool(recipe.forgetting.teacher),
    }
    return {need for need, offered in there.items() if offered}


def _loader(
    recipe: TrainRecipe,
    data: FoilDataset | Stream,
    encoder: DualEncoder,
    ranks: Ranks,
    *,
    seed: int,
    workers: int,
) -> Loader | StreamLoader:
    def over(foils: FoilDataset) -> Loader:
        batches = Batches(
            foils=foils,
            batching=recipe.batching,
            prepare=encoder.prepare,
            cleaning=recipe.cleaning,
            crop=recipe.crop,
            seed=seed,
        )
        return Loader(
            batches,
            recipe.batching.sampler_of(foils, seed=seed, rank=ranks.rank, world_size=ranks.world),
            workers=workers,
            endless=foils is data,
            pin_memory=ranks.device.type == "cuda",
        )

    return StreamLoader(data, over, seed) if isinstance(data, Stream) else over(data)


def _before(out: Path, probe: Probe, encoder: DualEncoder) -> dict[str, float]:
    """What the model could at the start: measured once, whatever may stop the run later."""
    path = out / "training" / "before.json"
    if not path.exists():
        shards.write_json(path, probe(encoder))
    measured: dict[str, float] = shards.read_json(path)
    return measured


def _learn(
    run: Training, loader: Loader | StreamLoader, folder: Path, probe: Probe, progress: Progress
) -> None:
    """Take the steps that were not taken yet; tell, save and measure between them."""
    recipe, ranks = run.recipe, run.ranks
    notes = _resume(run, loader, folder)
    with _logged(run, folder, notes) as log:
        for _, batch in zip(range(run.taken, run.steps), loader, strict=False):
            told = run.step(batch)
            if log:
                progress(f"training, loss {told['loss']:.3f}", run.taken, run.steps)
                log.count(len(batch.keys) * ranks.world)
            if log and run.due(recipe.log_every):
                log.step(run.taken, told)
            if run.due(recipe.probe_every, last=False):
                measured = _measured(run, probe)
                if log:
                    log.measured(run.taken, measured)
            if run.due(recipe.save_every):
                _save(run, loader, folder, log)


def _resume(run: Training, loader: Loader | StreamLoader, folder: Path) -> list[str]:
    """Go on from the last checkpoint that is whole, if there is one; what is to be told of that."""
    state, notes = checkpoint.latest(folder / CHECKPOINTS)
    if state is not None:
        run.resume(state["run"])
        loader.load_state_dict(state["loader"])
        notes.append(f"going on after step {run.taken}")
    run.ranks.agree({"checkpoint": run.taken})
    return notes


def _measured(run: Training, probe: Probe) -> dict[str, float]:
    encoder = run.whole()
    return run.ranks.once(lambda: probe(encoder))


def _save(run: Training, loader: Loader | StreamLoader, folder: Path, log: Log | None) -> None:
    state = {"run": run.state(), "loader": loader.state_dict()}

    def save() -> None:
        if log:
            log.put()
        checkpoint.save(folder / CHECKPOINTS, run.taken, state, run.recipe.keep)

    run.ranks.once(save)


@contextlib.contextmanager
def _logged(run: Training, folder: Path, notes: list[str]) -> Iterator[Log | None]:
    """The log, on the first rank."""
    log = run.ranks.alone(lambda: Log(folder, run.recipe.trackers, to_json(run.recipe), run.taken))
    try:
        if log:
            log.notes(run.taken, notes)
        yield log
    finally:
        if log:
            log.close()
