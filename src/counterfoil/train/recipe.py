"""A whole way to train, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from counterfoil.errors import RecipeError, unknown
from counterfoil.train.compose import Composition, Squares
from counterfoil.train.forgetting import Forgetting
from counterfoil.train.losses.loss import Loss
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.precision import PRECISIONS
from counterfoil.train.schedule import Schedule
from counterfoil.train.text import Cleaning

@dataclass(frozen=True, kw_only=True)
class Mix:
    """What a batch, of all ranks together, consists of.

    Args:
        groups: in a batch.
        key: what makes a group, of `dataset.KEYS`.
        foils: of a group, at most.
        pairs: ordinary pairs beside each group.
        score: of foils; those with a higher one are drawn more often. "" to draw uniformly.
        composition: how items are made of them.
        cleaning: of texts.
    """

    groups: int = 32
    key: str = "picture"
    foils: int = 4
    pairs: int = 4
    score: str = ""
    composition: Composition = field(default_factory=Squares)
    cleaning: Cleaning = field(default_factory=Cleaning)


@dataclass(frozen=True, kw_only=True)
class TrainRecipe:
    """A whole way to train.

    Args:
        name: what the card calls it.
        loss: what is made small.
        batch: what a batch, of all ranks together, consists of.
        optimiser: how weights follow gradients.
        schedule: how the learning rate goes.
        forgetting: what holds forgetting back.
        epochs: how often every group is drawn from.
        steps: how many batches, instead of epochs; 0 for those.
        precision: of the encoders' arithmetic, of `PRECISIONS`.
        chunk: pictures (and texts) in memory at a time, whatever the batch; 0 for all at once.
        held_out: share of the groups, 0..1, that is not trained on but measured before and after.
        log_every, save_every, probe_every: steps between log lines, checkpoints, measurements; 0 for never.
        keep: checkpoints that are kept.
        trackers: where numbers go beside log.jsonl: "tensorboard", "wandb", "trackio".
    """

    name: str
    loss: Loss
    batch: Mix = field(default_factory=Mix)
    optimiser: Optimiser = field(default_factory=Optimiser)
    schedule: Schedule = field(default_factory=Schedule)
    forgetting: Forgetting = field(default_factory=Forgetting)
    epochs: int = 1
    steps: int = 0
    precision: str = "fp32"
    chunk: int = 0
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
        least = {
            "epochs": 1,
            "steps": 0,
            "chunk": 0,
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
