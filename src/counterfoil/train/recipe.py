"""A whole way to train, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from counterfoil.errors import RecipeError, unknown
from counterfoil.train.batching import Batching
from counterfoil.train.collate import Crop
from counterfoil.train.forgetting import Forgetting
from counterfoil.train.log import TRACKERS
from counterfoil.train.losses.loss import Loss
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.schedule import Schedule
from counterfoil.train.text import Cleaning

PRECISIONS: Mapping[str, torch.dtype] = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}
"""What encoders compute in. Weights, embeddings and losses are float32 in any case."""


@dataclass(frozen=True, kw_only=True)
class TrainRecipe:
    """A whole way to train.

    Args:
        name: what the card calls it.
        loss: what is made small.
        batching: what a batch, of all ranks together, consists of.
        cleaning: of texts.
        crop: None to show pictures whole.
        optimiser: how weights follow gradients.
        schedule: how the learning rate goes.
        forgetting: what holds forgetting back.
        epochs: how often every group is drawn from.
        steps: how many batches, instead of epochs; 0 for those.
        precision: of the encoders' arithmetic, of `PRECISIONS`.
        chunk: pictures (and texts) in memory at a time, whatever the batch; 0 for all at once.
        shard: spread the weights, and what the optimiser knows of them, over the ranks.
        window: shards of mined datasets that are open at a time; 0 for all of the data at once.
        held_out: share of the groups, 0..1, that is not trained on but measured before and after.
        log_every, save_every, probe_every: steps between log lines, checkpoints, measurements; 0 for never.
        keep: checkpoints that are kept.
        trackers: where numbers go beside log.jsonl, of `TRACKERS`.
    """

    name: str
    loss: Loss
    batching: Batching = field(default_factory=Batching)
    cleaning: Cleaning = field(default_factory=Cleaning)
    crop: Crop | None = None
    optimiser: Optimiser = field(default_factory=Optimiser)
    schedule: Schedule = field(default_factory=Schedule)
    forgetting: Forgetting = field(default_factory=Forgetting)
    epochs: int = 1
    steps: int = 0
    precision: str = "fp32"
    chunk: int = 0
    shard: bool = False
    window: int = 0
    held_out: float = 0.1
    log_every: int = 10
    save_every: int = 500
    probe_every: int = 0
    keep: int = 2
    trackers: tuple[str, ...] = ("tensorboard",)

    def __post_init__(self) -> None:
        """Refuse what no run can have."""
        if self.precision not in PRECISIONS:
            raise RecipeError(unknown("precision", self.precision, PRECISIONS))
        if self.shard and self.precision == "fp16":
            raise RecipeError("shard=true does not know how to scale gradients for fp16: set precision=bf16")
        for tracker in self.trackers:
            if tracker not in TRACKERS:
                raise RecipeError(unknown("tracker", tracker, TRACKERS))
        least = {
            "epochs": 1,
            "steps": 0,
            "chunk": 0,
            "window": 0,
            "log_every": 0,
            "save_every": 0,
            "probe_every": 0,
            "keep": 1,
        }
        for name, number in least.items():
            if getattr(self, name) < number:
                raise RecipeError(f"{name} is {getattr(self, name)}, not a whole number from {number} on")
        if not 0 <= self.held_out < 1:
            raise RecipeError(f"held_out is {self.held_out:g}, not a share within 0..1")
