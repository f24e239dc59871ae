"""GroundingDINO, whose decoder has to have two layers at least."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import (
    BertConfig,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    GroundingDinoImageProcessorPil,
    GroundingDinoProcessor,
    SwinConfig,
)

from counterfoil.models.tiny.vocabulary import bert_tokenizer
from counterfoil.models.tiny.weights import TOWER, scatter


def write(folder: Path) -> None:
    """A detector of pictures whose sides are 64 to 96 pixels, by sixteen questions."""
    tokenizer = bert_tokenizer()
    backbone: dict[str, Any] = {"out_indices": [2, 3, 4]}  # which SwinConfig's signature hides
    config = GroundingDinoConfig(
        backbone_config=SwinConfig(
            image_size=64,
            embed_dim=16,
            depths=[1, 1, 1, 1],
            num_heads=[1, 2, 2, 2],
            window_size=4,
            **backbone,
        ),
        text_config=BertConfig(vocab_size=len(tokenizer), max_position_embeddings=256, **TOWER),
        num_queries=16,
        encoder_layers=1,
        decoder_layers=2,
        encoder_ffn_dim=48,
        decoder_ffn_dim=48,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        d_model=32,
        num_feature_levels=3,
        two_stage=True,
    )
    scatter(GroundingDinoForObjectDetection(config)).save_pretrained(folder)
    pictures = GroundingDinoImageProcessorPil(size={"shortest_edge": 64, "longest_edge": 96})
    GroundingDinoProcessor(pictures, tokenizer).save_pretrained(folder)
