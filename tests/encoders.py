"""Real model classes with tiny random weights, on disk; and a CLIP's weights under OpenAI's names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers as hf
from numpy.typing import NDArray
from torch import Tensor

from counterfoil.models.convolutional import ConvolutionalConfig, ConvolutionalModel
from counterfoil.models.drawn import drawn_tokenizer

SIZE = 32
TEXTS = ["A red circle.", "two small stars and a heart", "a moon is above a blue square"]

_TOWER = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 1}
_TEXT = _TOWER | {"max_position_embeddings": 20, "vocab_size": 300, "pad_token_id": 0}
_ENDS = {"bos_token_id": 2, "eos_token_id": 3}
_VISION = _TOWER | {"image_size": SIZE, "patch_size": 16}
_BERT = _TEXT | {"type_vocab_size": 2}


def _clip(**more: Any) -> Any:
    text, vision = _TEXT | _ENDS | more, _VISION | more
    return hf.CLIPModel(hf.CLIPConfig(text_config=text, vision_config=vision, projection_dim=24))


def _metaclip() -> Any:
    config = hf.MetaClip2Config(text_config=_TEXT | _ENDS, vision_config=_VISION, projection_dim=24)
    return hf.MetaClip2Model(config)


def _siglip() -> Any:
    return hf.SiglipModel(hf.SiglipConfig(text_config=_TEXT | _ENDS, vision_config=_VISION))


def _siglip2() -> Any:
    vision = _TOWER | {"patch_size": 8, "num_patches": 16}
    return hf.Siglip2Model(hf.Siglip2Config(text_config=_TEXT | _ENDS, vision_config=vision))


def _align() -> Any:
    vision = {
        "image_size": SIZE, "in_channels": [32, 16], "out_channels": [16, 24], "kernel_sizes": [3, 3],
        "strides": [2, 2], "num_block_repeats": [1, 1], "expand_ratios": [1, 6], "hidden_dim": 24,
        "depthwise_padding": [], "depth_coefficient": 1.0, "width_coefficient": 1.0,
    }  # fmt: skip
    config = hf.AlignConfig(
        text_config=_BERT, vision_config=vision, projection_dim=24, temperature_init_value=0.05
    )
    return hf.AlignModel(config)


def _chinese_clip() -> Any:
    config = hf.ChineseCLIPConfig(text_config=_BERT, vision_config=_VISION, projection_dim=24)
    return hf.ChineseCLIPModel(config)


def _altclip() -> Any:
    text = _BERT | {"project_dim": 64, "max_position_embeddings": 40}
    return hf.AltCLIPModel(hf.AltCLIPConfig(text_config=text, vision_config=_VISION, projection_dim=24))


def _ours() -> Any:
    return ConvolutionalModel(
        ConvolutionalConfig(image_size=SIZE, vocab_size=300, max_position_embeddings=20)
    )


MODELS: dict[str, Callable[..., Any]] = {
    "clip": _clip,
    "metaclip_2": _metaclip,
    "siglip": _siglip,
    "siglip2": _siglip2,
    "align": _align,
    "chinese_clip": _chinese_clip,
    "altclip": _altclip,
    "counterfoil_drawn": _ours,
}


def model_of(family: str, **more: Any) -> Any:
    """A model whose every weight is random: also those that transformers starts at 0 or 1."""
    torch.manual_seed(7)
    model = MODELS[family](**more).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim > 1:
                weight.copy_(torch.randn_like(weight) / weight[0].numel() ** 0.5)
            elif weight.ndim and "logit" not in name:
                weight.add_(0.1 * torch.randn_like(weight))
    return model


def processor_of(family: str) -> Any:
    square = {"height": SIZE, "width": SIZE}
    if family == "siglip2":
        return hf.Siglip2ImageProcessorPil(patch_size=8, max_num_patches=16)
    if family == "siglip":
        return hf.SiglipImageProcessorPil(size=square)
    if family == "align":
        return hf.EfficientNetImageProcessorPil(size=square, crop_size=square)
    if family == "chinese_clip":
        return hf.ChineseCLIPImageProcessorPil(size={"shortest_edge": SIZE}, crop_size=square)
    return hf.CLIPImageProcessorPil(size={"shortest_edge": SIZE}, crop_size=square)


def write_encoder(folder: Path, family: str, **more: Any) -> Any:
    """The folder that `save_pretrained` writes; returns the model."""
    model = model_of(family, **more)
    model.save_pretrained(folder)
    write_rest(folder, family)
    return model


def write_rest(folder: Path, family: str = "clip") -> None:
    """Tokenizer and image processor."""
    drawn_tokenizer().save_pretrained(folder)
    processor_of(family).save_pretrained(folder)


def pictures(number: int = 3, height: int = 40, width: int = 56) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(5)
    return [rng.integers(0, 255 // (n + 1), (height, width, 3), np.uint8) for n in range(number)]


def under_openai_names(model: Any) -> dict[str, Tensor]:
    """A CLIPModel's weights as OpenAI's package names and joins them."""
    theirs = {
        "visual.class_embedding": model.vision_model.embeddings.class_embedding,
        "visual.conv1.weight": model.vision_model.embeddings.patch_embedding.weight,
        "visual.positional_embedding": model.vision_model.embeddings.position_embedding.weight,
        "visual.proj": model.visual_projection.weight.T,
        "token_embedding.weight": model.text_model.embeddings.token_embedding.weight,
        "positional_embedding": model.text_model.embeddings.position_embedding.weight,
        "text_projection": model.text_projection.weight.T,
        "logit_scale": model.logit_scale,
        **_affine("visual.ln_pre", model.vision_model.pre_layrnorm),
        **_affine("visual.ln_post", model.vision_model.post_layernorm),
        **_affine("ln_final", model.text_model.final_layer_norm),
        **dict(_layers("visual.transformer", model.vision_model.encoder.layers)),
        **dict(_layers("transformer", model.text_model.encoder.layers)),
    }
    return {name: tensor.detach().clone().contiguous() for name, tensor in theirs.items()}


def _affine(name: str, module: Any) -> dict[str, Tensor]:
    return {f"{name}.weight": module.weight, f"{name}.bias": module.bias}


def _layers(tower: str, layers: Any) -> Iterator[tuple[str, Tensor]]:
    for number, layer in enumerate(layers):
        name = f"{tower}.resblocks.{number}"
        attention = [getattr(layer.self_attn, f"{one}_proj") for one in "qkv"]
        yield f"{name}.attn.in_proj_weight", torch.cat([one.weight for one in attention])
        yield f"{name}.attn.in_proj_bias", torch.cat([one.bias for one in attention])
        parts = {
            "attn.out_proj": layer.self_attn.out_proj,
            "ln_1": layer.layer_norm1,
            "ln_2": layer.layer_norm2,
            "mlp.c_fc": layer.mlp.fc1,
            "mlp.c_proj": layer.mlp.fc2,
        }
        for part, module in parts.items():
            yield from _affine(f"{name}.{part}", module).items()
