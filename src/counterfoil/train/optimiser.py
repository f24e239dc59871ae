"""The optimiser's configuration, and which weights decay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from counterfoil.errors import RecipeError, unknown

KINDS: Mapping[str, Callable[..., torch.optim.Optimizer]] = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
}
"""AdamW (Loshchilov and Hutter, ICLR 2019), or Adam, which takes weight decay for a part of the gradient."""


@dataclass(frozen=True, kw_only=True)
class Optimiser:
    """How weights follow gradients.

    Args:
        kind: of `KINDS`.
        rate: the learning rate at its highest.
        betas, eps: of Adam.
        weight_decay: of matrices; norms, biases, the scale and other scalars decay only if `decay_all`.
        decay_all: as plain `Adam(model.parameters(), weight_decay=...)` does.
        clip: the gradient's norm is cut to this; 0 leaves it.
    """

    kind: str = "adamw"
    rate: float = 1e-5
    betas: tuple[float, float] = (0.9, 0.98)
    eps: float = 1e-6
    weight_decay: float = 0.1
    decay_all: bool = False
    clip: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.kind not in KINDS:
            raise RecipeError(unknown("optimiser.kind", self.kind, KINDS))
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise RecipeError(f"optimiser.betas is {self.betas}, not two numbers within 0..1")
        for name in ("rate", "eps", "weight_decay", "clip"):
            if not getattr(self, name) >= 0:
                raise RecipeError(f"optimiser.{name} is {getattr(self, name):g}, not a number from 0 on")

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """An optimiser of those of the parameters that learn."""
        learning = [parameter for parameter in parameters if parameter.requires_grad]
        decays = [p for p in learning if self.decay_all or p.ndim > 1]
        rests = [p for p in learning if not self.decay_all and p.ndim <= 1]
        groups: list[dict[str, Any]] = [
            {"params": decays, "weight_decay": self.weight_decay},
            {"params": rests, "weight_decay": 0.0},
        ]
        build = KINDS[self.kind]
        return build(
            [g for g in groups if g["params"]], lr=self.rate, betas=self.betas, eps=self.eps, fused=True
        )
