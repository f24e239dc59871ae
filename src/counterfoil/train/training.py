"""All that is state in a run, and how one batch changes it."""

from __future__ import annotations

import copy
import itertools
import math
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor, nn

from counterfoil.errors import TrainingError
from counterfoil.models import DualEncoder
from counterfoil.models.ranks import Ranks
from counterfoil.train import sharded
from counterfoil.train.batches import Batch
from counterfoil.train.cached import loss_and_gradients
from counterfoil.train.forgetting import adapt, copied, follow, freeze, merge
from counterfoil.train.recipe import PRECISIONS, TrainRecipe

LARGEST_LOG_SCALE = math.log(100)
"""As in CLIP (Radford et al. 2021, section 2.5): cosines are multiplied by 100 at most."""


class Training:
    """A run between two steps. All chance in a step follows from seed, step and rank alone.

    Args:
        recipe: how to train.
        encoder: what is trained, in place.
        steps: of the whole run.
        seed: of the run.
        ranks: the processes that share it.
    """

    def __init__(
        self, recipe: TrainRecipe, encoder: DualEncoder, steps: int, seed: int, ranks: Ranks
    ) -> None:
        self.recipe, self.steps, self.seed, self.ranks = recipe, steps, seed, ranks
        self.taken = 0
        self._whole = (encoder.to(ranks.device) if self._alone else encoder).train()
        self.loss = recipe.forgetting.held(recipe.loss)
        self._start = self._spread(copied(encoder)) if self.recipe.forgetting.teacher == "start" else None
        self._adapted = self._held_back()
        self._average = self._spread(copied(encoder)) if recipe.forgetting.average else None
        self.encoder = self._spread(encoder if self._alone else copy.deepcopy(encoder))
        if ranks.first:  # which measures and saves; on other ranks it stays out of the device's memory
            self._whole.to(ranks.device)
        learned = {name: torch.tensor(value) for name, value in self.loss.learned().items()}
        self._learned = nn.ParameterDict(learned).to(ranks.device)
        self._carried: dict[str, Tensor] = {}
        self._weights = [*self.encoder.parameters(), *self._learned.parameters()]
        self._held = sharded.held_parameters(self._weights)
        self._optimiser = recipe.optimiser.build(self._held)
        self._moments = sharded.Moments(self._optimiser, self._weights, self._held)
        self._scaler = torch.amp.GradScaler(ranks.device.type, enabled=recipe.precision == "fp16")

    @property
    def _alone(self) -> bool:
        """Whether this rank holds all weights."""
        return not self.recipe.shard or self.ranks.world == 1

    def _spread(self, encoder: DualEncoder) -> DualEncoder:
        return encoder if self._alone else sharded.spread(encoder, self.ranks.device)

    def _held_back(self) -> Any:
        """Freeze and adapt the model as the recipe says; the scale and bias learn in any case."""
        held, model = self.recipe.forgetting, self._whole.model
        freeze(model, held.freeze)
        if not held.lora_rank:
            return None
        self._chance(rank=0)  # all ranks begin with the same adapters
        adapted = adapt(model, held)
        for scalar in (self._whole.log_scale, self._whole.bias):
            if scalar is not None:
                scalar.requires_grad_(True)
        return adapted

    def step(self, batch: Batch) -> dict[str, float]:
        """Learn from one batch, and return the numbers for the log.

        Raises:
            TrainingError: the loss or its gradient is not finite; no weight was changed by it.
        """
        self._chance(self.ranks.rank)
        rate = self._rate()
        self._optimiser.zero_grad(set_to_none=True)
        told = self._gradients(batch)
        if math.isfinite(told["norm"]):  # else it overflowed float16, and the scaler goes lower
            self._optimiser.step()
        self._scaler.update()
        self.encoder.log_scale.data.clamp_(max=LARGEST_LOG_SCALE)
        if self._average is not None:
            follow(self._average, self.encoder, self.recipe.forgetting.average)
        self.taken += 1
        return told | {"rate": rate, "scale": self.encoder.log_scale.exp().item()}

    def due(self, every: int, *, last: bool = True) -> bool:
        """Whether what comes every so many steps, 0 for never, and perhaps after the last, comes now."""
        return (every > 0 and self.taken % every == 0) or (last and self.taken == self.steps)

    def _gradients(self, batch: Batch) -> dict[str, float]:
        result = loss_and_gradients(
            self.encoder,
            self.loss,
            batch.to(self.ranks.device),
            {**self._learned, **self._carried},
            chunk=self.recipe.chunk or None,
            teacher=self._average if self.recipe.forgetting.teacher == "average" else self._start,
            precision=PRECISIONS[self.recipe.precision],
            amplify=self._scaler.scale(torch.ones((), device=self.ranks.device)),
        )
        self._scaler.unscale_(self._optimiser)
        sharded.hand_over(self._weights, self._held)
        norm = sharded.norm(self._weights, self._held)
        numbers = torch.stack([result.loss, norm, *result.terms.values()]).tolist()
        names = ["loss", "norm", *(f"loss/{name}" for name in result.terms)]
        told: dict[str, float] = dict(zip(names, numbers, strict=True))
        self._check(told, batch)
        self._cut(told["norm"])
        self._carried = result.carried
        return told

    def _cut(self, norm: float) -> None:
        """Cut the gradient to the norm that it may have: the optimiser divides it as it passes over it."""
        clip = self.recipe.optimiser.clip
        over = torch.tensor(norm / clip, device=self.ranks.device) if 0 < clip < norm < math.inf else None
        setattr(self._optimiser, "grad_scale", over)  # noqa: B010 - fused optimisers look for it

    def _check(self, told: dict[str, float], batch: Batch) -> None:
        """Refuse what is no number; a gradient that overflows float16 its scaler sees to."""
        wrong = [name for name, value in told.items() if not math.isfinite(value)]
        if wrong and not (wrong == ["norm"] and self._scaler.is_enabled()):
            held = self.ranks.all(batch.broken_keys()), self.ranks.all(batch.keys)
            suspects = next(found for found in ([*itertools.chain(*keys)] for keys in held) if found)
            raise TrainingError(
                f"step {self.taken + 1}: {', '.join(wrong)} not finite, in a batch of {', '.join(suspects)}. "
                "Look at these; if nothing is wrong with them, lower optimiser.rate or set precision=fp32"
            )

    def _rate(self) -> float:
        """Set the learning rate of this step."""
        rate = self.recipe.optimiser.rate * self.recipe.schedule.factor(self.taken, self.steps)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        return rate

    def _chance(self, rank: int) -> None:
        """Begin all chance anew: a run that goes on need not know what was drawn before."""
        told = f"{self.seed}/{self.taken}/{rank}".encode()
        torch.manual_seed(int.from_bytes(blake2b(told, digest_size=7).digest()))

    def state(self) -> dict[str, Any]:
        """All that a run needs to go on as if it had never stopped: on the first rank; all have to ask."""
        return {
            "taken": self.taken,
            "encoder": sharded.gathered(self.encoder.state_dict()),
            "average": self._average and sharded.gathered(self._average.state_dict()),
            "learned": self._learned.state_dict(),
            "carried": self._carried,
            "optimiser": self._moments.state_dict(),
            "scaler": self._scaler.state_dict(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.taken = state["taken"]
        sharded.load(self.encoder, state["encoder"])
        if self._average is not None:
            sharded.load(self._average, state["average"])
        self._learned.load_state_dict(state["learned"])
        self._carried = {name: value.to(self.ranks.device) for name, value in state["carried"].items()}
        self._moments.load_state_dict(state["optimiser"])
        self._scaler.load_state_dict(state["scaler"])

    def whole(self) -> DualEncoder:
        """The encoder with all of its weights: on the first rank; all have to ask."""
        return self._gather(self.encoder)

    def _gather(self, encoder: DualEncoder) -> DualEncoder:
        if encoder is not self._whole:
            values = sharded.gathered(encoder.state_dict())
            if self.ranks.first:
                self._whole.load_state_dict(values)
        return self._whole

    def result(self) -> DualEncoder:
        """What comes out: the encoder or its average, adapters merged: on the first rank; all have to ask.

        The run cannot go on from here.
        """
        averaged = self._average if self.recipe.forgetting.average_comes_out else None
        result = self._gather(averaged or self.encoder)
        if self._adapted is not None:
            merge(self._adapted)
        return result.eval()
