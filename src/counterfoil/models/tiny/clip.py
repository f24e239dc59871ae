"""CLIP."""

from __future__ import annotations

from pathlib import Path

from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPProcessor

from counterfoil.models.tiny.diffusion import text_config
from counterfoil.models.tiny.vocabulary import clip_tokenizer
from counterfoil.models.tiny.weights import TOWER, scatter


def write(folder: Path) -> None:
    """A dual encoder of pictures of 32 x 32."""
    tokenizer = clip_tokenizer()
    config = CLIPConfig(
        text_config=text_config(tokenizer).to_dict(),
        vision_config=TOWER | {"image_size": 32, "patch_size": 16},
        projection_dim=16,
    )
    scatter(CLIPModel(config)).save_pretrained(folder)
    pictures = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    CLIPProcessor(pictures, tokenizer).save_pretrained(folder)
