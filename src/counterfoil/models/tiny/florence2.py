"""Florence-2, whose tokenizer has a thousand places in pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import (
    BartConfig,
    CLIPImageProcessorPil,
    Florence2Config,
    Florence2ForConditionalGeneration,
    Florence2Processor,
    Florence2VisionConfig,
)

from counterfoil.models.tiny.vocabulary import bert_tokenizer, unspoken
from counterfoil.models.tiny.weights import scatter

_SIDE = 64


def write(folder: Path) -> None:
    """A model of pictures of 64 x 64, which are four tokens and one for the whole."""
    tokenizer = bert_tokenizer(256, image_token="<image>")
    places = [f"<loc_{number}>" for number in range(1000)]
    tokenizer.add_tokens(places)
    ids: dict[str, Any] = {
        "pad_token_id": 0,
        "bos_token_id": 101,
        "eos_token_id": 102,
        "decoder_start_token_id": 102,
    }
    layers: dict[str, Any] = {
        f"{side}_{name}": 2 for side in ("encoder", "decoder") for name in ("layers", "attention_heads")
    }
    text = BartConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_ffn_dim=48,
        decoder_ffn_dim=48,
        max_position_embeddings=512,
        forced_eos_token_id=102,
        **layers,
        **ids,
    )
    vision = Florence2VisionConfig(
        depths=(1, 1, 1, 1),
        embed_dim=(16, 16, 32, 32),
        num_heads=(2, 2, 2, 2),
        num_groups=(2, 2, 2, 2),
        window_size=4,
        projection_dim=32,
    )
    image: Any = tokenizer.convert_tokens_to_ids("<image>")
    model = scatter(
        Florence2ForConditionalGeneration(
            Florence2Config(text_config=text, vision_config=vision, image_token_id=image, **ids)
        )
    )
    model.generation_config.suppress_tokens = unspoken(tokenizer)
    model.save_pretrained(folder)
    square = {"height": _SIDE, "width": _SIDE}
    pictures: Any = CLIPImageProcessorPil(size=square, crop_size=square, do_center_crop=False)
    pictures.image_seq_length = 5
    answers: dict[str, dict[str, str]] = {"pure_text": {}, "description_with_bboxes": {}}
    Florence2Processor(pictures, tokenizer, post_processor_config=answers).save_pretrained(folder)
