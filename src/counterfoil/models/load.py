"""A name to a dual encoder: a folder, a hub id, a file of weights, or a small one from scratch."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoImageProcessor, AutoModel, AutoTokenizer, PreTrainedConfig

from counterfoil.errors import ModelError, unknown
from counterfoil.models.activation import Activation, activation_of
from counterfoil.models.drawn import DRAWN
from counterfoil.models.dual_encoder import DualEncoder
from counterfoil.models.openai import check_names, clip_model, image_processor
from counterfoil.models.prepare import FLEXIBLE, prepare_for
from counterfoil.models.weights import OPEN_CLIP_CONFIG, SUFFIXES, read_weights

CLIP_TOKENIZER = "openai/clip-vit-base-patch32"
"""Whose tokenizer files of weights get that have none beside them: all of CLIP's have the same."""

_UNREADABLE = (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError)
"""What transformers raises for files that are missing, damaged or of another kind."""

_ANY_SIZE = ("align", FLEXIBLE)
"""Types that take pictures of any size."""


def load_dual_encoder(
    name: str, *, activation: Activation | None = None, tokenizer: str | None = None, seed: int = 0
) -> DualEncoder:
    """Load a dual encoder, in float32 and ready to embed.

    Args:
        name: a folder of `save_pretrained` or a hub id; a file of weights (OpenAI, open_clip, NegCLIP,
            GNM); "drawn" or "drawn:NAME" for a small one from scratch.
        activation: "quick_gelu" or "gelu", for CLIP whose files do not tell or are wrong.
        tokenizer: a folder or hub id with the tokenizer, where it is not beside the weights.
        seed: of the weights of a drawn one.

    Raises:
        ModelError: nothing there, damaged, of another kind, parts that do not fit, or a doubt of the
            activation.
    """
    if name.split(":", maxsplit=1)[0] == "drawn":
        return _drawn(name, seed)
    path = Path(name)
    if path.is_dir() and (path / OPEN_CLIP_CONFIG).is_file() and not (path / "config.json").is_file():
        path = next((f for f in sorted(path.iterdir()) if f.suffix in SUFFIXES), path)
    if path.is_file() or path.suffix in SUFFIXES:
        return _from_weights(path, activation, tokenizer)
    return _from_pretrained(name, activation, tokenizer or name)


def _drawn(name: str, seed: int) -> DualEncoder:
    kind = name.partition(":")[2] or "convolutional"
    if kind not in DRAWN:
        raise ModelError(unknown("drawn encoder", kind, DRAWN))
    return DRAWN[kind].build(seed)


def _from_weights(path: Path, activation: Activation | None, tokenizer: str | None) -> DualEncoder:
    """A file of weights under OpenAI's names."""
    weights = read_weights(path)
    check_names(weights)
    model = clip_model(weights, activation or activation_of(weights))
    beside = any((path.parent / name).is_file() for name in ("tokenizer.json", "vocab.json"))
    words = _tokenizer(tokenizer or (str(path.parent) if beside else CLIP_TOKENIZER))
    return _checked(model, image_processor(model, weights), words, str(path))


def _from_pretrained(name: str, activation: Activation | None, tokenizer: str) -> DualEncoder:
    """What `save_pretrained` wrote, on disk or on the hub."""
    if name.startswith((".", "/", "~")) and not Path(name).is_dir():
        raise ModelError(f"no model at {name}: it is neither a folder nor a file")
    try:
        config = _with_activation(AutoConfig.from_pretrained(name), activation, name)
        model, found = AutoModel.from_pretrained(
            name, config=config, dtype=torch.float32, output_loading_info=True
        )
        processor = AutoImageProcessor.from_pretrained(name, backend="pil")
    except _UNREADABLE as error:
        raise ModelError(
            f"{name} cannot be loaded as a model of transformers, which wants config.json, model.safetensors "
            f"and preprocessor_config.json: {str(error).strip()}"
        ) from error
    if found["missing_keys"]:
        lacking = ", ".join(sorted(found["missing_keys"])[:3])
        raise ModelError(
            f"{name} lacks weights of a {type(model).__name__} ({lacking} ...): its config.json is of "
            "another model, or it was not saved whole"
        )
    return _checked(model, processor, _tokenizer(tokenizer), name)


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
    except (*_UNREADABLE, ImportError) as error:
        raise ModelError(
            f"no tokenizer at {name}: give tokenizer=FOLDER, one that save_pretrained wrote: "
            f"{str(error).strip()}"
        ) from error


def _checked(model: Any, processor: Any, tokenizer: Any, name: str) -> DualEncoder:
    """The encoder, if its parts fit.

    Raises:
        ModelError: they do not.
    """
    if not hasattr(model, "get_image_features") or not hasattr(model, "get_text_features"):
        raise ModelError(
            f"{name} is a {type(model).__name__}, not a dual encoder such as CLIP, SigLIP or ALIGN"
        )
    encoder = DualEncoder(model, prepare_for(model.config, processor, tokenizer), name)
    _check_tokenizer(encoder, getattr(model.config, "text_config", model.config))
    _check_pictures(encoder)
    if not -10 < encoder.log_scale.item() < math.log(1000):
        raise ModelError(
            f"{name}: the logarithm of the logit scale is {encoder.log_scale.item():g}, where trained models "
            "have 1 to 5: not a logarithm, or damaged"
        )
    return encoder


def _check_tokenizer(encoder: DualEncoder, config: PreTrainedConfig) -> None:
    tokenizer, name = encoder.prepare.tokenizer, encoder.name
    if tokenizer.pad_token_id is None:
        raise ModelError(f"the tokenizer of {name} has no padding token: give tokenizer=FOLDER")
    if len(tokenizer) > config.vocab_size:
        raise ModelError(
            f"the tokenizer of {name} has {len(tokenizer)} tokens, the model {config.vocab_size}: it is "
            "another's. Give tokenizer=FOLDER"
        )
    if encoder.model.config.model_type in ("clip", "metaclip_2"):
        _check_end(encoder, config)


def _check_end(encoder: DualEncoder, config: PreTrainedConfig) -> None:
    """CLIP pools a text where it ends; transformers looks for the highest token if the config says 2."""
    ids = encoder.prepare.tokens(["a"])["input_ids"][0].tolist()
    end = encoder.prepare.tokenizer.eos_token_id if config.eos_token_id == 2 else config.eos_token_id
    if end not in ids or (config.eos_token_id == 2 and end != max(ids)):
        raise ModelError(
            f"the tokenizer of {encoder.name} does not end texts with {config.eos_token_id}, where the model "
            "pools them: it is another's. Give tokenizer=FOLDER"
        )


def _check_pictures(encoder: DualEncoder) -> None:
    config = encoder.model.config
    if config.model_type in _ANY_SIZE:
        return
    size = getattr(config, "vision_config", config).image_size
    height, width = encoder.prepare.pixels(np.zeros((8, 8, 3), np.uint8)).shape[2:]
    if (height, width) != (size, size):
        raise ModelError(
            f"the image processor of {encoder.name} makes pictures of {height} x {width}, the model takes "
            f"{size} x {size}: mend preprocessor_config.json"
        )
