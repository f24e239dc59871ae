"""What a model computes, as a hash: embeddings are kept under it, and results name it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import torch
import transformers
from torch import nn

from counterfoil.models.dual_encoder import DualEncoder


def encoder_fingerprint(encoder: DualEncoder, precision: str = "fp32") -> str:
    """The hash of a dual encoder's weights, preparation and precision, and of transformers' version.

    The name and folder of the model do not enter it.
    """
    prepare = encoder.prepare
    told = [_words(prepare.tokenizer), prepare.image_processor.to_dict(), prepare.length, prepare.masked]
    return _hash(encoder, [*told, precision, transformers.__version__])


def weights_fingerprint(model: nn.Module) -> str:
    """The hash of any model's configuration and weights."""
    return _hash(model, [])


def _hash(model: nn.Module, told: list[Any]) -> str:
    found = sha256(json.dumps([_config(model), *told], sort_keys=True, default=str).encode())
    for name, tensor in sorted(model.state_dict().items()):
        found.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        found.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return found.hexdigest()


def _config(model: nn.Module) -> dict[str, Any]:
    config = getattr(model, "config", None) or getattr(model.model, "config", None)
    known: dict[str, Any] = config.to_dict() if config else {}
    return {name: value for name, value in known.items() if name != "_name_or_path"}


def _words(tokenizer: Any) -> Any:
    """Everything that a fast tokenizer does, else its words."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return sorted(tokenizer.get_vocab().items())
    told = json.loads(backend.to_str())
    return {name: value for name, value in told.items() if name not in ("padding", "truncation")}
