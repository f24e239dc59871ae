"""What a run is made of: all that changes its result, for run.json and for the card."""

from __future__ import annotations

from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import torch

import counterfoil
from counterfoil.config import fingerprint, to_json
from counterfoil.models import DualEncoder
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.stream import Stream

_LIBRARIES = ("torch", "transformers", "peft", "safetensors", "numpy", "pillow", "pyarrow")


def describe(
    recipe: TrainRecipe, data: FoilDataset | Stream, encoder: DualEncoder, seed: int
) -> dict[str, Any]:
    """Recipe, data, model, seed and versions; data and model by the hash of what they hold."""
    versions = {name: version(name) for name in _LIBRARIES} | {"counterfoil": counterfoil.__version__}
    described = {
        "recipe": to_json(recipe),
        "data": data.described() if isinstance(data, Stream) else _data(data),
        "model": {"name": encoder.name, "weights": _weights(encoder)},
        "seed": seed,
        "versions": versions,
    }
    return described | {"fingerprint": fingerprint(described)}


def _data(data: FoilDataset) -> dict[str, Any]:
    told = blake2b(digest_size=8)
    for table in (data.samples.drop_columns("file"), data.foils):
        for column in table.columns:
            told.update(repr(column.to_pylist()).encode())
    return {
        "samples": len(data.samples),
        "foils": len(data.foils),
        "two_way": int(data.two_way.sum()),
        "digest": told.hexdigest(),
    }


def _weights(encoder: DualEncoder) -> str:
    told = blake2b(digest_size=8)
    for name, value in encoder.state_dict().items():
        told.update(name.encode())
        told.update(value.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return told.hexdigest()
