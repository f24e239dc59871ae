"""A language model that writes everyday words, some seven at a time."""

from __future__ import annotations

from pathlib import Path

from transformers import LlamaConfig, LlamaForCausalLM

from counterfoil.models.tiny.vocabulary import bert_tokenizer, unspoken
from counterfoil.models.tiny.weights import scatter

_CONTEXT = 8192
_TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }} {% endfor %}assistant:"


def write(folder: Path) -> None:
    """One narrow layer, with a template for chats."""
    tokenizer = bert_tokenizer(_CONTEXT)
    tokenizer.chat_template = _TEMPLATE
    numbers = tokenizer.get_vocab()
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=_CONTEXT,
        pad_token_id=0,
        bos_token_id=101,
        eos_token_id=102,
    )
    model = scatter(LlamaForCausalLM(config))
    letters = [n for piece, n in numbers.items() if len(piece.removeprefix("##")) == 1 and piece != '"']
    model.generation_config.suppress_tokens = sorted({*unspoken(tokenizer), *letters, numbers["[SEP]"]})
    model.generation_config.sequence_bias = [[[numbers['"']], 2.5]]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
