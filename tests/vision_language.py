"""Real model classes that read pictures and texts together, with tiny random weights, on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers as hf
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers.models import WordLevel

from counterfoil.models.drawn import drawn_tokenizer
from counterfoil.models.language_model import load_language_model

SIZE = 32
_TOWER: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
_VISION = _TOWER | {"image_size": SIZE, "patch_size": 16}
_SQUARE = {"height": SIZE, "width": SIZE}

CHAT = (
    "{% for m in messages %}{% for c in m.content %}"
    "{{ '<image> ' if c.type == 'image' else c.text }}{% endfor %}{% endfor %} answer"
)


def _random(model: Any) -> Any:
    torch.manual_seed(3)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.copy_(torch.randn_like(weight) / weight[0].numel() ** 0.5)
    return model.eval()


def write_blip(folder: Path) -> None:
    """BLIP's matching model."""
    tokenizer = drawn_tokenizer()
    text = _TOWER | {"vocab_size": 300, "max_position_embeddings": 64, "encoder_hidden_size": 32}
    ids = {"pad_token_id": 0, "bos_token_id": 2, "sep_token_id": 3, "eos_token_id": 3}
    config = hf.BlipConfig(text_config=text | ids, vision_config=_VISION, image_text_hidden_size=16)
    _random(hf.BlipForImageTextRetrieval(config)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    hf.BlipImageProcessorPil(size=_SQUARE).save_pretrained(folder)


def write_llava(folder: Path, *, chats: bool = True) -> None:
    """A model that chats about pictures."""
    tokenizer = _chat_tokenizer()
    image = tokenizer.convert_tokens_to_ids("<image>")
    text = hf.LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=160, pad_token_id=0, **_TOWER)
    config = hf.LlavaConfig(
        vision_config=hf.CLIPVisionConfig(**_VISION), text_config=text, image_token_index=image
    )
    _random(hf.LlavaForConditionalGeneration(config)).save_pretrained(folder)
    processor = hf.LlavaProcessor(
        hf.CLIPImageProcessorPil(size=_SQUARE, crop_size=_SQUARE),
        tokenizer,
        patch_size=16,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT if chats else None,
    )
    processor.save_pretrained(folder)


def write_language_model(folder: Path) -> None:
    """A causal language model."""
    tokenizer = drawn_tokenizer()
    config = hf.GPT2Config(vocab_size=300, n_positions=40, n_embd=32, n_layer=2, n_head=2)
    _random(hf.GPT2LMHeadModel(config)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def write_taught_language_model(folder: Path, captions: list[str]) -> None:
    """The same, taught a few captions."""
    write_language_model(folder)
    model = hf.GPT2LMHeadModel.from_pretrained(folder).train()
    taught = load_language_model(str(folder))
    ids, mask = taught._tokens(captions)
    labels = ids.masked_fill(mask == 0, -100)
    adam = torch.optim.Adam(model.parameters(), 3e-3)
    torch.manual_seed(0)
    for _ in range(150):
        adam.zero_grad()
        model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
        adam.step()
    model.save_pretrained(folder)


def _chat_tokenizer() -> Any:
    """A token a letter; "Yes" begins with one that no other word has."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    names = ["<pad>", "<unk>", "<image>", "Y", *letters, *'"?.,-']
    tokenizer = Tokenizer(WordLevel({name: number for number, name in enumerate(names)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(single="$A", special_tokens=[])
    image = {"image_token": "<image>"}
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", extra_special_tokens=image
    )
