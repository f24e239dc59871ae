"""A file of weights to named tensors, whoever wrote it. Never executes what a file holds."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from counterfoil.errors import ModelError
from counterfoil.models.torchscript import is_torchscript, read_torchscript

SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".safetensors")
"""By which a name is known to mean a file of weights."""

OPEN_CLIP_CONFIG = "open_clip_config.json"
"""What open_clip calls its description of a model."""

_CONTAINERS = ("state_dict", "model_state_dict")
"""Under which a checkpoint of a training run keeps the weights."""

_OPENAI_NUMBERS = {"input_resolution", "context_length", "vocab_size"}
"""What OpenAI's archives hold beside the weights, whose shapes say the same."""

_WRAPPERS = ("module.", "_orig_mod.")
"""What DistributedDataParallel and torch.compile put before every name."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Named tensors, and what else a file tells of them.

    Args:
        path: the file.
        tensors: by name, without what wrappers put before it.
        origin: "openai" for its own archives, else the key that held the weights, or "".
        label: the run's name, where the file has one (open_clip, NegCLIP).
        config: open_clip's description of the model beside the file, or {}.
    """

    path: Path
    tensors: Mapping[str, Tensor]
    origin: str = ""
    label: str = ""
    config: Mapping[str, Any]


def read_weights(path: Path) -> Weights:
    """Read a file of weights.

    Raises:
        ModelError: no such file; one that is damaged; that holds more than tensors; or no tensors.
    """
    if not path.is_file():
        raise ModelError(f"no file of weights at {path}")
    config = _open_clip_config(path)
    held = _read(path)
    origin = next((key for key in _CONTAINERS if isinstance(held, Mapping) and key in held), "")
    tensors = held[origin] if origin else held
    if not isinstance(tensors, Mapping) or not all(isinstance(t, Tensor) for t in tensors.values()):
        raise ModelError(f"{path} holds no named tensors, alone or under {' or '.join(_CONTAINERS)}")
    label = str(held.get("name", "")) if origin else ""
    named = {_unwrapped(name): tensor for name, tensor in tensors.items()}
    if named.keys() >= _OPENAI_NUMBERS:
        origin = "openai"
    weights = {name: tensor for name, tensor in named.items() if name not in _OPENAI_NUMBERS}
    return Weights(path=path, tensors=weights, origin=origin, label=label, config=config)


def _read(path: Path) -> Any:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        if is_torchscript(path):
            return read_torchscript(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{path} is damaged, or holds more than tensors, which could run code when read, and is refused: "
            f"{_first_line(error)}. Get it again, or as .safetensors from who made it"
        ) from error
    except Exception as error:  # a damaged pickle raises whatever its commands run into
        raise ModelError(f"{path} is truncated or damaged, get it again: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0].rstrip(".")


def _unwrapped(name: str) -> str:
    while name.startswith(_WRAPPERS):
        name = name.partition(".")[2]
    return name


def _open_clip_config(path: Path) -> Mapping[str, Any]:
    """What open_clip says of the model beside the file or in a JSON of the same name; {} if nothing."""
    found = next(
        (f for f in (path.with_suffix(".json"), path.with_name(OPEN_CLIP_CONFIG)) if f.is_file()), None
    )
    if found is None:
        return {}
    try:
        config = json.loads(found.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{found} cannot be read: {error}") from error
    config = config if isinstance(config, dict) else {}
    whole = config if "model_cfg" in config else {"model_cfg": config}
    return whole if "vision_cfg" in whole["model_cfg"] else {}
