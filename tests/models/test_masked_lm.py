"""Real masked language models, tiny: what fills a gap is whole words, and the model's own ranking."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers.models import WordLevel
from transformers import (
    AutoTokenizer,
    BertForMaskedLM,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForMaskedLM,
)

from counterfoil.errors import ModelError
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.masked_lm import Gap, MaskedLM
from counterfoil.models.tiny.folder import tiny_folder

TEXT = "a dog on a bench"


def checkpoint(model: str, batch: int = 8) -> Checkpoint:
    return Checkpoint(model=model, device="cpu", batch=batch)


def test_the_words_of_a_gap_come_by_the_models_own_ranking() -> None:
    (words,) = MaskedLM(checkpoint=checkpoint("tiny:masked_lm"), most=5).load()([Gap(TEXT, 2, 5)])
    folder = tiny_folder("masked_lm")
    tokenizer, model = AutoTokenizer.from_pretrained(folder), BertForMaskedLM.from_pretrained(folder).eval()
    ids = tokenizer("a [MASK] on a bench", return_tensors="pt")["input_ids"]
    logits = model(ids).logits[0, 2]
    order = [str(tokenizer.convert_ids_to_tokens(int(i))) for i in logits.argsort(descending=True)]
    assert words == [piece for piece in order if piece.isalpha() and "[" not in piece][:5]


def test_a_batch_of_gaps_equals_one_at_a_time_and_a_gap_beyond_the_context_has_no_words() -> None:
    fill = MaskedLM(checkpoint=checkpoint("tiny:masked_lm", batch=2)).load()
    far = "x " * 400
    gaps = [Gap(TEXT, 2, 5), Gap(TEXT, 11, 16), Gap(far, 790, 791), Gap("the cat", 4, 7)]
    assert fill(gaps) == [words for gap in gaps for words in fill([gap])]
    assert [bool(words) for words in fill(gaps)] == [True, True, False, True]


def test_byte_pairs_fill_gaps_with_what_begins_a_word(tmp_path: Path) -> None:
    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "<mask>",
        "a",
        "\u0120dog",
        "\u0120cat",
        "ly",
        "\u0120Paris",
        "\u0120a",
    ]
    tokenizer = Tokenizer(WordLevel({piece: n for n, piece in enumerate(pieces)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
    config = RobertaConfig(
        vocab_size=len(pieces),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=20,
    )
    torch.manual_seed(0)
    RobertaForMaskedLM(config).save_pretrained(tmp_path)
    fast.save_pretrained(tmp_path)
    (words,) = MaskedLM(checkpoint=checkpoint(str(tmp_path))).load()([Gap("a dog", 1, 5)])
    assert sorted(words) == ["a", "cat", "dog"]


def test_a_model_without_a_mask_is_refused() -> None:
    with pytest.raises(ModelError):
        MaskedLM(checkpoint=checkpoint("tiny:writer")).load()
