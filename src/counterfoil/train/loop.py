"""A whole run: foils and a dual encoder in, a model folder out; stop it anywhere and call it again.

OUT/                        a folder that `from_pretrained` of transformers opens, with a card
OUT/training/run.json       what is being trained: recipe, data, model, seed, versions; written first
OUT/training/checkpoints/   all that is state, every `save_every` steps
OUT/training/log.jsonl      numbers of steps; curves.png and tensorboard/ show them
OUT/training/before.json    what the model could before
OUT/training/before_after.json, pareto.png    the same, and what it can now
OUT/training/done.json      written last, with a hash of every file of the model
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from counterfoil import shards
from counterfoil.claim import claimed
from counterfoil.errors import TrainingError
from counterfoil.models import DualEncoder
from counterfoil.train import checkpoint
from counterfoil.train.batches import Batch
from counterfoil.train.finish import finish
from counterfoil.train.log import Log
from counterfoil.train.ranks import Ranks, joined
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.training import Training

Probe = Callable[[DualEncoder], dict[str, float]]
"""Measures a model: named shares, 0..1. Names that begin with "foils" are of what is to be learned."""

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how many steps are done, and of how many."""


def train(
    recipe: TrainRecipe,
    data: FoilDataset,
    encoder: DualEncoder,
    out: Path,
    *,
    seed: int = 0,
    workers: int = 0,
    probe: Probe = lambda encoder: {},
    progress: Progress = lambda what, done, total: None,
) -> dict[str, Any]:
    """Train a dual encoder, in place, into a folder, or go on with one, and return what came of it.

    Under torchrun every rank calls this with the same arguments; they share the work.

    Returns:
        "steps", and the measurements "before", "after" and "wise_ft" (by share).

    Raises:
        RecipeError: recipe and data, or recipe and model, do not fit.
        DataError: the folder is another run's or cannot be written, or a file of the data cannot be read.
        TrainingError: a loss is not finite, or another rank has died.
    """
    with joined() as ranks, contextlib.ExitStack() as stack:
        described = describe(recipe, data, encoder, seed)
        ranks.agree(described["fingerprint"], "the data, the model or the recipe")
        ranks.once(lambda: stack.enter_context(_claimed(out, described)))
        if done := ranks.once(lambda: shards.committed(out, DONE)):
            return done["told"]
        run = Training(recipe, encoder, steps, seed, ranks)
        ...
