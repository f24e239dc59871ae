"""Matchers: what real model classes say of single pairs, in batches, from folders on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers as hf
from PIL import Image
from vision_language import write_blip, write_language_model, write_llava

from counterfoil.errors import ModelError, ScoreError
from counterfoil.evaluate.benchmark import Item
from counterfoil.evaluate.benchmarks.drawn import DrawnQuads
from counterfoil.evaluate.pictures import Written
from counterfoil.evaluate.scorers.matched import Matched
from counterfoil.models.blip import load_blip
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.language_model import load_language_model
from counterfoil.models.matcher import Matcher, matcher_kind
from counterfoil.models.vqa import load_vqa
from counterfoil.records import Pixels


def held(folder: Path) -> Checkpoint:
    return Checkpoint(model=str(folder), device="cpu", dtype="fp32")


def items(number: int = 1) -> list[Item]:
    return list(DrawnQuads(split="test", number=number).open().items())[:3]


@torch.no_grad()
def blip_alone(folder: Path, pixels: Pixels, text: str) -> float:
    """By transformers alone."""
    model: Any = hf.BlipForImageTextRetrieval.from_pretrained(folder)
    image_processor: Any = hf.AutoImageProcessor.from_pretrained(folder, backend="pil")
    tokenizer: Any = hf.AutoTokenizer.from_pretrained(folder)
    images = image_processor(images=Image.fromarray(pixels), return_tensors="pt")
    texts = tokenizer(text, return_tensors="pt")
    logits = model(**images, input_ids=texts.input_ids, attention_mask=texts.attention_mask).itm_score
    return float(logits.softmax(-1)[0, 1])


@torch.no_grad()
def llava_alone(folder: Path, pixels: Pixels, text: str) -> float:
    model: Any = hf.LlavaForConditionalGeneration.from_pretrained(folder)
    processor: Any = hf.AutoProcessor.from_pretrained(folder, backend="pil")
    asked = f'<image> Does this figure show "{text}"? Please answer yes or no. answer'
    inputs = processor(images=Image.fromarray(pixels), text=asked, return_tensors="pt")
    yes = processor.tokenizer.convert_tokens_to_ids("Y")
    return float(model(**inputs).logits[0, -1].softmax(-1)[yes])


CASES: dict[str, tuple[Any, Callable[[Checkpoint], Matcher], Callable[[Path, Pixels, str], float]]] = {
    "blip": (write_blip, load_blip, blip_alone),
    "vqa": (write_llava, load_vqa, llava_alone),
}


@pytest.mark.parametrize("kind", CASES)
def test_scores_are_those_of_single_pairs(kind: str, tmp_path: Path) -> None:
    write, load, alone = CASES[kind]
    write(tmp_path)
    assert matcher_kind(str(tmp_path)) == kind
    matcher: Matcher = load(held(tmp_path))
    scores = list(Matched(matcher=matcher, batch=5)(items()))
    for item, score_IT in zip(items(), scores, strict=True):
        expected = [[alone(tmp_path, p.pixels(), t) for t in item.texts] for p in item.pictures]
        assert score_IT.dtype == np.float32
        np.testing.assert_allclose(score_IT, expected, atol=1e-5)
    assert len(np.unique(np.round(scores, 7))) > 6


class Counted:
    """A matcher that says how long a text is, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, str]] = []
        self.pictures = 0
        self.model = torch.nn.Identity()

    def match(self, pictures: Sequence[Pixels], pairs: Sequence[tuple[int, str]]) -> list[float]:
        self.asked += pairs
        self.pictures += len(pictures)
        return [float(len(text)) for _, text in pairs]


def test_each_pair_is_asked_once_and_templates_are_averaged() -> None:
    counted, (first, *_) = Counted(), items()
    item = replace(first, texts=("star", "moon!"), templates=("{}", "a {} here"))
    scores = list(Matched(matcher=counted, batch=4)([item, replace(item, key="again")]))
    assert len(counted.asked) == 2 * 2 * 2
    assert counted.pictures == 2
    assert np.array_equal(scores[0], [[7.5, 8.5], [7.5, 8.5]])
    assert np.array_equal(scores[0], scores[1])


def test_a_row_that_is_a_text_is_an_error() -> None:
    item = replace(items()[0], pictures=(Written("a star"), Written("a moon")))
    with pytest.raises(ScoreError, match="compared with texts"):
        list(Matched(matcher=Counted())([item]))


def test_a_model_that_does_not_chat_is_refused(tmp_path: Path) -> None:
    write_llava(tmp_path, chats=False)
    with pytest.raises(ModelError, match="no template for chats"):
        load_vqa(held(tmp_path))


@pytest.mark.parametrize("load", [load_blip, load_vqa])
def test_a_folder_without_a_matcher_is_an_error(load: Callable[[Checkpoint], object], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        load(held(tmp_path))
    assert matcher_kind(str(tmp_path)) is None


def test_a_folder_without_a_language_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_language_model(str(tmp_path))


def test_a_language_model_gives_the_mean_log_likelihood_of_tokens(tmp_path: Path) -> None:
    write_language_model(tmp_path)
    found = replace(load_language_model(str(tmp_path)), batch=2).likelihoods(["a red star", "a moon", "one"])
    model: Any = hf.AutoModelForCausalLM.from_pretrained(tmp_path)
    tokenizer: Any = hf.AutoTokenizer.from_pretrained(tmp_path)
    for text, value in zip(["a red star", "a moon", "one"], found, strict=True):
        ids = [tokenizer.bos_token_id, *tokenizer(text, add_special_tokens=False)["input_ids"]]
        with torch.no_grad():
            logs = model(input_ids=torch.tensor([ids])).logits[0].log_softmax(-1)
        alone = [float(logs[n, token]) for n, token in enumerate(ids[1:])]
        assert value == pytest.approx(sum(alone) / len(alone), abs=1e-5)
