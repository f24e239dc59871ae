"""A name to a dual encoder: a folder, a hub id, a file of weights, or a small one from scratch."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoImageProcessor, AutoModel, AutoTokenizer

from counterfoil.errors import ModelError, unknown
from counterfoil.models.activation import Activation, activation_of
from counterfoil.models.drawn import DRAWN
from counterfoil.models.dual_encoder import DualEncoder
from counterfoil.models.fit import fitted
from counterfoil.models.hosting import Checkpoint, load_beside, load_model
from counterfoil.models.openai import clip_model, image_processor, under_openai_names
from counterfoil.models.weights import OPEN_CLIP_CONFIG, SUFFIXES, read_weights
from counterfoil.storage import fetched, place

CLIP_TOKENIZER = "openai/clip-vit-base-patch32"
"""Whose tokenizer files of weights get that have none beside them: all of CLIP's have the same."""

UNREADABLE = (
    *(OSError, ValueError, RuntimeError, KeyError, TypeError, ImportError),
    *(SafetensorError, pickle.UnpicklingError),
)
"""What transformers raises for files that are missing, damaged or of another kind."""


def load_dual_encoder(
    name: str, *, activation: Activation | None = None, tokenizer: str | None = None, seed: int = 0
) -> DualEncoder:
    """Load a dual encoder, in float32 and ready to embed.

    Args:
        name: a folder of `save_pretrained`, here or in an object store, or a hub id; a file of weights
            (OpenAI, open_clip, NegCLIP, GNM); "drawn" or "drawn:NAME" for a small one from scratch.
        activation: "quick_gelu" or "gelu", for CLIP whose files do not tell or are wrong.
        tokenizer: a folder or hub id with the tokenizer, where it is not beside the weights.
        seed: of the weights of a drawn one.

    Raises:
        ModelError: nothing there, damaged, of another kind, parts that do not fit, or a doubt of the
            activation.
    """
    if name.split(":", maxsplit=1)[0] == "drawn":
        return _drawn(name, seed)
    if "://" in name:
        return _from_store(name, activation, tokenizer)
    path = Path(name).expanduser()
    if (path / OPEN_CLIP_CONFIG).is_file() and not (path / "config.json").is_file():
        path = next((file for file in sorted(path.iterdir()) if file.suffix in SUFFIXES), path)
    if path.is_dir():
        return _from_pretrained(str(path), activation, tokenizer or str(path))
    if path.is_file() or path.suffix in SUFFIXES:
        return _from_weights(path, activation, tokenizer)
    if name.startswith((".", "/", "~")):
        raise ModelError(f"no model at {name}: it is neither a folder nor a file")
    return _from_pretrained(name, activation, tokenizer or name)


def _from_store(name: str, activation: Activation | None, tokenizer: str | None) -> DualEncoder:
    """From a copy of the folder, without the checkpoints of its training."""
    if not place(name).exists():
        raise ModelError(f"no model at {name}: nothing lies there")
    encoder = load_dual_encoder(
        str(fetched(place(name), but=".pt")), activation=activation, tokenizer=tokenizer
    )
    encoder.name = name
    return encoder


def encoder_of(checkpoint: Checkpoint) -> DualEncoder:
    """A dual encoder on the device of a checkpoint; its weights are held in float32, whatever it says.

    Raises:
        ModelError: it cannot be had, is no dual encoder, or has parts that do not fit.
    """
    exact = replace(checkpoint, dtype="fp32")
    processor = load_beside(exact, AutoImageProcessor, backend="pil")
    words = load_beside(exact, AutoTokenizer)
    return fitted(load_model(exact, AutoModel), processor, words, checkpoint.model).eval()


def _drawn(name: str, seed: int) -> DualEncoder:
    kind = name.partition(":")[2] or next(iter(DRAWN))
    if kind not in DRAWN:
        raise ModelError(unknown("drawn encoder", kind, DRAWN))
    return DRAWN[kind].build(seed)


def _from_weights(path: Path, activation: Activation | None, tokenizer: str | None) -> DualEncoder:
    """A file of weights under OpenAI's names."""
    weights = under_openai_names(read_weights(path))
    model = clip_model(weights, activation or activation_of(weights))
    beside = any((path.parent / name).is_file() for name in ("tokenizer.json", "vocab.json"))
    words = _tokenizer(tokenizer or (str(path.parent) if beside else CLIP_TOKENIZER))
    return fitted(model, image_processor(model, weights), words, str(path))


def _from_pretrained(name: str, activation: Activation | None, tokenizer: str) -> DualEncoder:
    """What `save_pretrained` wrote, on disk or on the hub."""
    try:
        config = _with_activation(AutoConfig.from_pretrained(name), activation, name)
        model, found = AutoModel.from_pretrained(
            name, config=config, dtype=torch.float32, ignore_mismatched_sizes=True, output_loading_info=True
        )
        processor = AutoImageProcessor.from_pretrained(name, backend="pil")
    except UNREADABLE as error:
        raise ModelError(
            f"{name} cannot be loaded as a model of transformers, which wants config.json, model.safetensors "
            f"and preprocessor_config.json: {str(error).strip()}"
        ) from error
    if wrong := sorted(found["missing_keys"] | {key for key, *_ in found["mismatched_keys"]}):
        raise ModelError(
            f"the weights of {name} are not those of the {type(model).__name__} that its config.json "
            f"describes: {', '.join(wrong[:3])} ... are missing or of another shape"
        )
    return fitted(model, processor, _tokenizer(tokenizer), name)


def _with_activation(config: Any, activation: Activation | None, name: str) -> Any:
    if activation is None:
        return config
    if config.model_type != "clip":
        raise ModelError(f"{name} is {config.model_type!r}, whose activation is not in doubt: leave it out")
    config.text_config.hidden_act = config.vision_config.hidden_act = activation
    return config


def _tokenizer(name: str) -> Any:
    try:
        return AutoTokenizer.from_pretrained(name)
    except UNREADABLE as error:
        raise ModelError(
            f"no tokenizer at {name}: give tokenizer=FOLDER, one that save_pretrained wrote: "
            f"{str(error).strip()}"
        ) from error
