"""A model that chats about pictures: LLaVA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import (
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
)

from counterfoil.models.tiny.vocabulary import bert_tokenizer, unspoken
from counterfoil.models.tiny.weights import TOWER, scatter

_TEMPLATE = (
    "{% for m in messages %}{% for c in m.content %}"
    "{{ '<image> ' if c.type == 'image' else c.text }}{% endfor %}{% endfor %} answer"
)


def write(folder: Path) -> None:
    """A model of pictures of 32 x 32, which are four tokens and one for the whole."""
    tokenizer = bert_tokenizer(1024, image_token="<image>")
    image: Any = tokenizer.convert_tokens_to_ids("<image>")
    text = LlamaConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=1024,
        pad_token_id=0,
        bos_token_id=101,
        eos_token_id=102,
        **TOWER,
    )
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(image_size=32, patch_size=16, **TOWER),
        text_config=text,
        image_token_index=image,
    )
    model = scatter(LlavaForConditionalGeneration(config))
    model.generation_config.suppress_tokens = unspoken(tokenizer)
    model.save_pretrained(folder)
    square = {"height": 32, "width": 32}
    LlavaProcessor(
        CLIPImageProcessorPil(size=square, crop_size=square),
        tokenizer,
        patch_size=16,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=_TEMPLATE,
    ).save_pretrained(folder)
