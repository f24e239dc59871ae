"""Random weights that answer differently to different inputs, from the source of chance as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

TOWER: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
"""How large a tower of a transformer is, as most configurations name it."""


def scatter(model: Any, gain: float = 1.0) -> Any:
    """Draw every matrix anew at a scale that keeps a signal's size, times `gain`; ready to be saved."""
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.copy_(gain * torch.randn_like(weight) / weight[0].numel() ** 0.5)
    return model.eval()


def silence(bias: Tensor, tokens: Sequence[int]) -> None:
    """Have a model never say these tokens: `bias` is that of its output, one number a token."""
    with torch.no_grad():
        bias[list(tokens)] = -1e4
