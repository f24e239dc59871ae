"""Random weights that answer differently to different inputs, from the source of chance as it stands."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from counterfoil.models.tiny.vocabulary import UNUSED


def scatter(model: Any, gain: float = 1.0) -> Any:
    """Draw every matrix anew at a scale that keeps a signal's size, times `gain`; ready to be saved."""
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.copy_(gain * torch.randn_like(weight) / weight[0].numel() ** 0.5)
    return model.eval()


def silence(bias: Tensor, tokenizer: Any) -> None:
    """Have a model never say what is no word: `bias` is that of its output, one number a token."""
    with torch.no_grad():
        for piece, number in tokenizer.get_vocab().items():
            if piece.startswith(UNUSED):
                bias[number] = -1e4
