"""Whether the parts of a dual encoder fit. Where they do not, they fail in silence, or far from here."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from transformers import PreTrainedConfig

from counterfoil.errors import ModelError
from counterfoil.models.dual_encoder import DualEncoder
from counterfoil.models.prepare import FLEXIBLE, prepare_for

_ANY_SIZE = ("align", FLEXIBLE)
"""Types that take pictures of any size."""

_POOLED_AT_END = ("clip", "metaclip_2")
"""Types that pool a text at its last token."""


def fitted(model: Any, image_processor: Any, tokenizer: Any, name: str) -> DualEncoder:
    """The dual encoder of these parts.

    Raises:
        ModelError: they do not fit, or the model is none.
    """
    if not hasattr(model, "get_image_features") or not hasattr(model, "get_text_features"):
        raise ModelError(
            f"{name} is a {type(model).__name__}, not a dual encoder such as CLIP, SigLIP or ALIGN"
        )
    encoder = DualEncoder(model, prepare_for(model.config, image_processor, tokenizer), name)
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
    if _tells_nothing_apart(tokenizer):
        raise ModelError(f"no tokenizer in {name}, or one without words: give tokenizer=FOLDER")
    if tokenizer.pad_token_id is None:
        raise ModelError(f"the tokenizer of {name} has no padding token: give tokenizer=FOLDER")
    if len(tokenizer) > config.vocab_size:
        raise ModelError(
            f"the tokenizer of {name} has {len(tokenizer)} tokens, the model {config.vocab_size}: it is "
            "another's. Give tokenizer=FOLDER"
        )
    if encoder.model.config.model_type in _POOLED_AT_END:
        _check_end(encoder, config)


def _tells_nothing_apart(tokenizer: Any) -> bool:
    """What transformers makes up where a folder has no tokenizer at all."""
    one, other = tokenizer(["a", "b"])["input_ids"]
    return bool(one == other)


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
    taken = np.broadcast_to(getattr(config, "vision_config", config).image_size, 2).tolist()
    made = list(encoder.prepare.pixels(np.zeros((8, 8, 3), np.uint8)).shape[2:])
    if made != taken:
        raise ModelError(
            f"the image processor of {encoder.name} makes pictures of {made[0]} x {made[1]}, the model takes "
            f"{taken[0]} x {taken[1]}: mend preprocessor_config.json"
        )
