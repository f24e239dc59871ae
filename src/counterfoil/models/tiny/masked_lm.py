"""BERT that fills masks with everyday words."""

from __future__ import annotations

from pathlib import Path

from transformers import BertConfig, BertForMaskedLM

from counterfoil.models.tiny.vocabulary import bert_tokenizer, unspoken
from counterfoil.models.tiny.weights import TOWER, scatter, silence


def write(folder: Path) -> None:
    """A model of texts of up to 256 tokens."""
    tokenizer = bert_tokenizer()
    tokenizer.add_special_tokens({"mask_token": "[MASK]"})
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=256, pad_token_id=0, **TOWER)
    model = scatter(BertForMaskedLM(config))
    silence(model.cls.predictions.bias, unspoken(tokenizer))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
