"""BLIP that writes captions."""

from __future__ import annotations

from pathlib import Path

from transformers import BlipConfig, BlipForConditionalGeneration, BlipImageProcessorPil, BlipProcessor

from counterfoil.models.tiny.vocabulary import bert_tokenizer, unspoken
from counterfoil.models.tiny.weights import TOWER, scatter, silence


def write(folder: Path) -> None:
    """A captioner of pictures of 32 x 32."""
    tokenizer = bert_tokenizer()
    ids = {"pad_token_id": 0, "bos_token_id": 101, "sep_token_id": 102, "eos_token_id": 102}
    text = TOWER | ids | {"vocab_size": len(tokenizer), "encoder_hidden_size": 32}
    config = BlipConfig(
        text_config=text | {"max_position_embeddings": 64},
        vision_config=TOWER | {"image_size": 32, "patch_size": 8},
    )
    model = scatter(BlipForConditionalGeneration(config))
    silence(model.text_decoder.cls.predictions.bias, unspoken(tokenizer))
    model.save_pretrained(folder)
    square = {"height": 32, "width": 32}
    BlipProcessor(BlipImageProcessorPil(size=square), tokenizer).save_pretrained(folder)
