"""What models say of foils: real classes with tiny weights from disk, against transformers pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers as hf
from encoders import write_encoder
from PIL import Image
from variations import ball, variation, variations
from vision_language import write_blip, write_llava

from counterfoil.errors import ModelError, ScoreError
from counterfoil.mine.filter import Filter, Limit
from counterfoil.mine.score.clip_score import ClipScore
from counterfoil.mine.score.itm import Itm
from counterfoil.mine.score.iva import Iva
from counterfoil.mine.score.match import Match
from counterfoil.mine.score.views import Pair, View, ask_all, lots
from counterfoil.mine.score.vqa_score import VqaScore
from counterfoil.mine.stage import Run
from counterfoil.models.hosting import Checkpoint
from counterfoil.records import Pixels, Scored

RUN = Run(0, Path())
FOILS = variations()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_blip(folder / "blip")
    write_llava(folder / "llava")
    write_encoder(folder / "clip", "clip")
    return folder


def held(folder: Path, batch: int = 3) -> Checkpoint:
    return Checkpoint(model=str(folder), device="cpu", dtype="fp32", batch=batch)


def pictures(foil: Scored) -> tuple[Image.Image, Image.Image]:
    assert foil.patch is not None
    painted = foil.scene.pixels.copy()
    painted[foil.patch.window()] = foil.patch.pixels
    return Image.fromarray(foil.scene.pixels), Image.fromarray(painted)


def square(foil: Scored, score: Any) -> dict[str, float]:
    """By definition, from a function of a picture and a text."""
    original, painted = pictures(foil)
    true, negative = foil.true_caption, foil.negative_caption
    told = {
        "true_on_original": score(original, true),
        "negative_on_original": score(original, negative),
        "true_on_negative": score(painted, true),
        "negative_on_negative": score(painted, negative),
    }
    by_picture = told["true_on_original"] - told["negative_on_original"]
    by_other_picture = told["negative_on_negative"] - told["true_on_negative"]
    by_caption = told["true_on_original"] - told["true_on_negative"]
    by_other_caption = told["negative_on_negative"] - told["negative_on_original"]
    return told | {"text": min(by_picture, by_other_picture), "image": min(by_caption, by_other_caption)}


@torch.no_grad()
def test_itm_is_the_logit_of_a_match_of_each_pair_alone(models: Path) -> None:
    model: Any = hf.BlipForImageTextRetrieval.from_pretrained(models / "blip")
    process: Any = hf.AutoImageProcessor.from_pretrained(models / "blip", backend="pil")
    words: Any = hf.AutoTokenizer.from_pretrained(models / "blip")
    found = Itm(checkpoint=held(models / "blip")).load(RUN)(FOILS)
    for foil, scores in zip(FOILS, found, strict=True):
        if foil.patch is None:
            assert scores == {}
            continue
        images = process(images=pictures(foil)[1], return_tensors="pt")
        texts = words(foil.negative_caption, return_tensors="pt")
        heads = model(**images, input_ids=texts.input_ids, attention_mask=texts.attention_mask).itm_score
        assert scores["itm.0"] == pytest.approx(float(heads[0, 1]), abs=1e-6)
        assert scores["itm.mean"] == scores["itm.0"]
    assert len({scores["itm.mean"] for scores in found if scores}) == 5


@torch.no_grad()
def test_clip_score_is_that_of_each_pair_alone(models: Path) -> None:
    model: Any = hf.CLIPModel.from_pretrained(models / "clip")
    process: Any = hf.AutoImageProcessor.from_pretrained(models / "clip", backend="pil")
    words: Any = hf.AutoTokenizer.from_pretrained(models / "clip")

    def score(picture: Image.Image, text: str) -> float:
        pixels = process(images=picture, return_tensors="pt").pixel_values
        tokens = words(f"A photo depicts {text}", return_tensors="pt", truncation=True, max_length=20)
        out = model(pixel_values=pixels, input_ids=tokens.input_ids)
        return 2.5 * max(float(torch.cosine_similarity(out.image_embeds, out.text_embeds)), 0)

    found = ClipScore(checkpoint=held(models / "clip")).load(RUN)(FOILS)
    for foil, scores in zip(FOILS, found, strict=True):
        if foil.patch is not None:
            expected = {f"clip_score.{name}": value for name, value in square(foil, score).items()}
            assert scores == pytest.approx(expected, abs=1e-6)
    original = score(Image.fromarray(FOILS[3].scene.pixels), "A grey ball.")
    assert found[3]["clip_score.true_on_original"] == pytest.approx(original, abs=1e-6)
    assert "clip_score.image" not in found[3]
    assert sum(scores["clip_score.true_on_original"] > 0 for scores in found) > 0


@torch.no_grad()
def test_vqa_score_is_that_of_each_pair_alone(models: Path) -> None:
    model: Any = hf.LlavaForConditionalGeneration.from_pretrained(models / "llava")
    process: Any = hf.AutoProcessor.from_pretrained(models / "llava", backend="pil")
    yes = process.tokenizer.convert_tokens_to_ids("Y")

    def score(picture: Image.Image, text: str) -> float:
        asked = f'<image> Does this figure show "{text}"? Please answer yes or no. answer'
        inputs = process(images=picture, text=asked, return_tensors="pt")
        return float(model(**inputs).logits[0, -1].softmax(-1)[yes])

    found = VqaScore(checkpoint=held(models / "llava")).load(RUN)(FOILS[3:5])
    expected = {f"vqa_score.{name}": value for name, value in square(FOILS[4], score).items()}
    assert found[1] == pytest.approx(expected, abs=1e-6)
    assert set(found[0]) == {
        f"vqa_score.{what}" for what in ("true_on_original", "negative_on_original", "text")
    }


def test_scores_are_those_of_other_batches(models: Path) -> None:
    stage = Match(
        scorers=(Itm(checkpoint=held(models / "blip")), ClipScore(checkpoint=held(models / "clip")), Iva())
    )
    large = replace(stage, scorers=(Itm(checkpoint=held(models / "blip", 64)), *stage.scorers[1:]))
    together = large.load(RUN)(FOILS)
    apart = [foil for some in (FOILS[:4], FOILS[4:]) for foil in stage.load(RUN)(some)]
    for one, other in zip(together, apart, strict=True):
        assert one.key == other.key
        assert one.scores == pytest.approx(other.scores, abs=1e-6)
    assert together[0].scores["area.share"] == 0.1, "what was measured before is kept"


class Looking:
    """Says how red a picture is and how long the text; keeps what it was shown."""

    def __init__(self, most: int = 99) -> None:
        self.shown: list[int] = []
        self.most = most

    def __call__(self, pictures: Sequence[Pixels], pairs: Sequence[Pair]) -> list[float]:
        if len(pairs) > self.most:
            raise torch.OutOfMemoryError(f"{len(pairs)} at a time")
        self.shown += [len(pictures)]
        return [float(pictures[number][..., 0].mean()) + 1000 * len(text) for number, text in pairs]


def test_each_picture_is_shown_once_with_all_its_texts() -> None:
    look = Looking()
    asked = [
        [(View(foil, painted), text) for painted in (False, True) for text in "ab"] for foil in FOILS[:3]
    ]
    found = ask_all(asked, 4, look)
    assert look.shown == [2, 2], "an original and three negatives, two at a time"
    for foil, answers in zip(FOILS[:3], found, strict=True):
        reds = [np.asarray(picture)[..., 0].mean() for picture in pictures(foil)]
        assert answers == [reds[0] + 1000, reds[0] + 1000, reds[1] + 1000, reds[1] + 1000]


def test_what_memory_cannot_hold_is_asked_in_halves() -> None:
    look = Looking(most=2)
    asked = [[(View(foil, True), text) for text in ("a", "bc", "def")] for foil in FOILS[:3]]
    assert ask_all(asked, 8, look) == ask_all(asked, 8, Looking())
    assert sum(look.shown) > 3


def test_pairs_of_a_picture_are_parted_only_where_they_are_more_than_a_batch() -> None:
    pairs = [(number, str(text)) for number, many in enumerate((2, 2, 3, 7, 1)) for text in range(many)]
    assert [len(lot) for lot in lots(pairs, 5)] == [4, 3, 5, 3]
    assert [pair for lot in lots(pairs, 5) for pair in lot] == pairs


def test_gnm_keeps_what_matches_on_the_mean_and_differs_by_more_than_fourteen_per_cent() -> None:
    limits = Filter(limits=(Limit(name="itm.mean", above=0), Limit(name="iva", above=14)))
    assert limits.judge("inpaint", {"itm.mean": 1e-9, "iva": 14.001}) is None
    assert limits.judge("inpaint", {"itm.mean": 0.0, "iva": 20}) == (
        "itm.mean_too_low",
        "itm.mean is 0, not above 0",
    )
    assert limits.judge("inpaint", {"itm.mean": 1.0, "iva": 14}) == ("iva_too_low", "iva is 14, not above 14")


def test_a_score_that_is_no_number_is_an_error() -> None:
    foil = variation(ball("one"), "red", 0)
    broken = replace(foil, scores={"itm.mean": float("nan")})
    with pytest.raises(ScoreError, match=r"one/0: itm\.mean is nan"):
        Match().load(RUN)([broken])


LONG = " ".join(["a red ball beside a blue dog"] * 90)


@pytest.mark.parametrize("scorer", [Itm, ClipScore])
def test_captions_beyond_the_context_are_cut_and_scored(scorer: Any, models: Path) -> None:
    folder = models / ("blip" if scorer is Itm else "clip")
    long = [
        replace(foil, negative_caption=LONG + end) for foil, end in zip(FOILS[:2], ("", "!"), strict=True)
    ]
    first, second = scorer(checkpoint=held(folder)).load(RUN)(long)
    assert all(np.isfinite(list(scores.values())).all() for scores in (first, second))
    assert first.keys() == second.keys()


@pytest.mark.parametrize(
    ("scorer", "role", "told"),
    [
        (Itm, "clip", "BlipForImageTextRetrieval"),
        (ClipScore, "blip_itm", "is no BlipModel"),
        (VqaScore, "clip", "no template for chats"),
    ],
)
def test_a_model_in_the_wrong_role_is_refused_in_plain_words(scorer: Any, role: str, told: str) -> None:
    with pytest.raises(ModelError, match=told):
        scorer(checkpoint=Checkpoint(model=f"tiny:{role}", device="cpu")).load(RUN)


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="it is no folder"):
        Itm(checkpoint=held(tmp_path / "nothing")).load(RUN)
