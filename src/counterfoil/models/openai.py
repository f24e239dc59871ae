"""Weights under OpenAI's names, which open_clip, NegCLIP and GNM share, to transformers' CLIPModel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel

from counterfoil.errors import ModelError
from counterfoil.models.activation import Activation
from counterfoil.models.weights import Weights

_HEAD_WIDTH = {1280: 80, 1408: 88, 1664: 104}
"""Of open_clip's ViT-H, ViT-g and ViT-bigG by the width of the picture's tower; 64 in all others."""

_NAMES = {
    r"visual\.class_embedding": "vision_model.embeddings.class_embedding",
    r"visual\.conv1\.weight": "vision_model.embeddings.patch_embedding.weight",
    r"visual\.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    r"visual\.ln_pre\.(\w+)": r"vision_model.pre_layrnorm.\1",
    r"visual\.ln_post\.(\w+)": r"vision_model.post_layernorm.\1",
    r"visual\.proj": "visual_projection.weight",
    r"visual\.transformer\.resblocks\.(.+)": r"vision_model.encoder.layers.\1",
    r"token_embedding\.weight": "text_model.embeddings.token_embedding.weight",
    r"positional_embedding": "text_model.embeddings.position_embedding.weight",
    r"ln_final\.(\w+)": r"text_model.final_layer_norm.\1",
    r"text_projection": "text_projection.weight",
    r"transformer\.resblocks\.(.+)": r"text_model.encoder.layers.\1",
    r"logit_scale": "logit_scale",
}
"""Theirs to transformers'."""

_IN_LAYERS = {
    ".ln_1.": ".layer_norm1.",
    ".ln_2.": ".layer_norm2.",
    ".mlp.c_fc.": ".mlp.fc1.",
    ".mlp.c_proj.": ".mlp.fc2.",
    ".attn.out_proj.": ".self_attn.out_proj.",
}


def under_openai_names(weights: Weights) -> Weights:
    """The weights of a ViT of CLIP's under OpenAI's names: open_clip now and then adds "text." to them.

    Raises:
        ModelError: other names, so that it is another model.
    """
    tensors = {name.removeprefix("text."): tensor for name, tensor in weights.tensors.items()}
    strange = [name for name in tensors if not any(re.fullmatch(known, name) for known in _NAMES)]
    if strange or "visual.conv1.weight" not in tensors:
        raise ModelError(
            f"{weights.path} is no CLIP ViT in OpenAI's, open_clip's, NegCLIP's or GNM's form (it holds "
            f"{', '.join(strange[:3]) or 'no visual.conv1.weight'}). Weights of transformers are given as "
            "their folder, with config.json; other models of open_clip have to be converted first"
        )
    return replace(weights, tensors=tensors)


def clip_model(weights: Weights, activation: Activation) -> CLIPModel:
    """The model of weights under OpenAI's names: its sizes read off their shapes.

    Raises:
        ModelError: weights are missing, or their shapes do not fit each other.
    """
    try:
        model = CLIPModel(_config(weights.tensors, activation, weights.config.get("model_cfg", {})))
        model.load_state_dict(dict(pair for item in weights.tensors.items() for pair in _converted(*item)))
    except (KeyError, RuntimeError, ValueError, IndexError) as error:
        raise ModelError(
            f"the weights of {weights.path} are not whole or do not fit each other: {error}"
        ) from error
    model.eval()
    return model


def image_processor(model: Any, weights: Weights) -> CLIPImageProcessorPil:
    """OpenAI's preprocessing at the model's size; open_clip's mean, deviation and way where it tells."""
    size, said = model.config.vision_config.image_size, weights.config.get("preprocess_cfg", {})
    square = {"height": size, "width": size}
    squash = said.get("resize_mode") == "squash"
    resize = {"size": square, "do_center_crop": False} if squash else {"size": {"shortest_edge": size}}
    colours = {f"image_{name}": said[name] for name in ("mean", "std") if name in said}
    return CLIPImageProcessorPil(crop_size=square, **resize, **colours)


def _config(tensors: Mapping[str, Tensor], activation: Activation, said: Mapping[str, Any]) -> CLIPConfig:
    """Sizes from shapes; what these do not show from `said`, open_clip's description, or by custom."""
    patches = tensors["visual.conv1.weight"]
    positions = tensors["visual.positional_embedding"]
    width, patch_size, (vocabulary, _) = (
        len(patches),
        patches.shape[-1],
        tensors["token_embedding.weight"].shape,
    )
    head_width = said.get("vision_cfg", {}).get("head_width", _HEAD_WIDTH.get(width, 64))
    text_width = len(tensors["ln_final.weight"])
    projection = tensors["text_projection"].shape[1]
    vision = {
        **_layers(tensors, "visual.transformer", width),
        "num_attention_heads": width // head_width,
        "image_size": round((len(positions) - 1) ** 0.5) * patch_size,
        "patch_size": patch_size,
    }
    text = {
        **_layers(tensors, "transformer", text_width),
        "num_attention_heads": said.get("text_cfg", {}).get("heads", text_width // 64),
        "vocab_size": vocabulary,
        "max_position_embeddings": len(tensors["positional_embedding"]),
        "bos_token_id": vocabulary - 2,
        "eos_token_id": vocabulary - 1,
        "pad_token_id": vocabulary - 1,
    }
    same = {"hidden_act": activation, "projection_dim": projection}
    return CLIPConfig(vision_config=vision | same, text_config=text | same, projection_dim=projection)


def _layers(tensors: Mapping[str, Tensor], tower: str, width: int) -> dict[str, int]:
    """Width, number of layers and inner width of a tower."""
    first = f"{tower}.resblocks."
    numbers = {int(name.removeprefix(first).split(".")[0]) for name in tensors if name.startswith(first)}
    inner = len(tensors[f"{first}0.mlp.c_fc.weight"])
    return {"hidden_size": width, "num_hidden_layers": len(numbers), "intermediate_size": inner}


def _converted(name: str, tensor: Tensor) -> Iterator[tuple[str, Tensor]]:
    """A weight under its name in transformers; the three of an attention apart, projections turned."""
    for pattern, replacement in _NAMES.items():
        if found := re.fullmatch(pattern, name):
            new = found.expand(replacement)
    for old, part in _IN_LAYERS.items():
        new = new.replace(old, part)
    tensor = tensor.float()
    if name.endswith((".in_proj_weight", ".in_proj_bias")):
        stem, _, kind = new.rpartition(".attn.in_proj_")
        for one, third in zip("qkv", tensor.chunk(3), strict=True):
            yield f"{stem}.self_attn.{one}_proj.{kind}", third
    else:
        yield new, tensor.T if name in ("visual.proj", "text_projection") else tensor
