"""A masked language model chooses among the words that exclude the old one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from scenes import perceived, scene
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordLevel
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from counterfoil.mine.propose.fill_mask import FillMask
from counterfoil.mine.propose.words.each import others
from counterfoil.mine.propose.words.reading import read
from counterfoil.mine.stage import Run
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.masked_lm import Gap, MaskedLM
from counterfoil.models.tiny.weights import TOWER, scatter

WORDS = (
    "a dog dogs cat cats rabbit rabbits monkey monkeys fox bench chair chairs sofa table two three four five "
    "six seven red blue green yellow kite sit stand near photo of on and . ,"
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MaskedLM:
    """A BERT of a few everyday words, with random weights."""
    folder = tmp_path_factory.mktemp("bert")
    names = ["[PAD]", "[UNK]", "[MASK]", *WORDS.split()]
    tokenizer = Tokenizer(WordLevel({name: n for n, name in enumerate(names)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **marks).save_pretrained(folder)
    torch.manual_seed(0)
    scatter(BertForMaskedLM(BertConfig(vocab_size=len(names), **TOWER))).save_pretrained(folder)
    return MaskedLM(checkpoint=Checkpoint(model=str(folder), device="cpu"), most=1000)


def drafts(model: MaskedLM, *captions: str, rank: int = 0) -> list[tuple[str, str, str]]:
    photo = perceived(scene(captions=captions))
    propose = FillMask(filler=model, rank=rank).load(Run(0, Path()))
    return [(d.edit.kind, d.edit.before, d.edit.after) for d in propose(photo, random.Random(0))]


def test_a_noun_an_adjective_and_a_number_are_filled(model: MaskedLM) -> None:
    found = drafts(model, "Two dogs sit near a red kite.")
    assert sorted(kind for kind, _, _ in found) == ["attribute", "count", "object"]
    filled = {before: after for _, before, after in found}
    assert filled["two"] in {"four", "five", "six", "seven"}
    assert filled["red"] in {"blue", "green", "yellow"}
    assert filled["dogs"] in {"cats", "rabbits", "monkeys"}


@pytest.mark.parametrize("rank", [0, 1])
def test_the_word_is_the_models_k_th_among_those_that_may_come(rank: int, model: MaskedLM) -> None:
    caption = "A photo of a dog."
    (filled,) = [after for kind, _, after in drafts(model, caption, rank=rank) if kind == "object"]
    told = read(perceived(scene(captions=(caption,))))
    (thing,) = told.readings[0].things
    allowed = {noun.name for noun in others(told, told.readings[0], thing, random.Random(0))}
    start = caption.index("dog")
    (ranking,) = model.load()([Gap(caption, start, start + 3)])
    assert filled == [word for word in ranking if word in allowed][rank]


def test_no_word_comes_that_another_caption_has(model: MaskedLM) -> None:
    for rank in range(4):
        found = drafts(model, "A dog on a bench.", "A kitten, and a bunny and a fox", rank=rank)
        assert not {after for _, before, after in found if before == "dog"} & {"cat", "rabbit", "fox"}


def test_a_caption_with_nothing_to_fill_has_no_drafts(model: MaskedLM) -> None:
    assert drafts(model, "Of it.") == []
