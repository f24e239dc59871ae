"""BLIP that tells whether a picture and a text match."""

from __future__ import annotations

from pathlib import Path

from transformers import BlipConfig, BlipForImageTextRetrieval, BlipImageProcessorPil, BlipProcessor

from counterfoil.models.tiny.vocabulary import bert_tokenizer
from counterfoil.models.tiny.weights import TOWER, scatter


def write(folder: Path) -> None:
    """A matcher of pictures of 32 x 32 with texts."""
    tokenizer = bert_tokenizer(64)
    text = {"vocab_size": len(tokenizer), "max_position_embeddings": 64, "encoder_hidden_size": 32}
    marks = {"pad_token_id": 0, "bos_token_id": 101, "sep_token_id": 102, "eos_token_id": 102}
    config = BlipConfig(
        text_config=TOWER | text | marks,
        vision_config=TOWER | {"image_size": 32, "patch_size": 8},
        image_text_hidden_size=16,
    )
    scatter(BlipForImageTextRetrieval(config)).save_pretrained(folder)
    square = {"height": 32, "width": 32}
    BlipProcessor(BlipImageProcessorPil(size=square), tokenizer).save_pretrained(folder)
