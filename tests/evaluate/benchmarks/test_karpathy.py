"""Karpathy's splits for retrieval and order: both forms, shuffles by hand, the real file's counts."""

from __future__ import annotations

import json
import resource
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from official import karpathy

from counterfoil.errors import DataError, RecipeError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.order import CaptionOrder, plain, shuffles
from counterfoil.evaluate.benchmarks.retrieval import CaptionRetrieval
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.bounds import constant, oracle


@pytest.fixture
def data(tmp_path: Path) -> Data:
    karpathy.write(tmp_path)
    return Data(tmp_path)


def test_a_gallery_is_all_photos_and_all_their_captions(data: Data) -> None:
    (coco,) = CaptionRetrieval(corpus="coco").open(data).items()
    assert (len(coco.pictures), len(coco.texts)) == (60, 301)
    assert Counter(coco.owners)[7] == 6
    assert coco.texts[5 * 3].startswith("A young man 3 ")


def test_of_his_own_form_only_the_test_split_is_read(data: Data) -> None:
    (flickr,) = CaptionRetrieval(corpus="flickr30k").open(data).items()
    assert (len(flickr.pictures), len(flickr.texts)) == (60, 300)
    assert isinstance(flickr.pictures[0], Stored)
    assert flickr.pictures[0].image.path.endswith("flickr30k-images/1000.jpg")


def test_an_unknown_corpus_is_told_with_the_nearest(data: Data) -> None:
    with pytest.raises(RecipeError, match="flickr30k"):
        CaptionRetrieval(corpus="flickr").open(data)


def test_a_photo_with_several_captions_is_likelier_found_by_chance(data: Data) -> None:
    chance = CaptionRetrieval(corpus="flickr30k").open(data).chance
    assert chance["image@1"] == pytest.approx(1 / 60)
    assert chance["text@1"] == pytest.approx(5 / 300)
    # none of five own captions among the first five of 300
    missed = 295 / 300 * 294 / 299 * 293 / 298 * 292 / 297 * 291 / 296
    assert chance["text@5"] == pytest.approx(1 - missed)


def test_the_real_split_is_5000_photos_by_25010_captions_judged_within_memory(shared_data: Path) -> None:
    benchmark = CaptionRetrieval(corpus="coco").open(Data(shared_data / "benchmarks"))
    (gallery,) = benchmark.items()
    assert (len(gallery.pictures), len(gallery.texts)) == (5000, 25010)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    metrics = evaluate(benchmark, oracle).metrics
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert (metrics["text@1"].n, metrics["image@1"].n) == (5000, 25010)
    assert {rate.value for rate in metrics.values()} == {1.0}
    assert used < 2 * 4 * 5000 * 25010, "a second copy of the scores, which are 500 MB"


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ([{"image": "1.jpg", "captions": ["a"]}], "record 0 has no caption: expected image, caption"),
        ([{"image": "1.jpg", "caption": []}], "the photo 1.jpg has no captions"),
        ([{"image": "1.jpg", "caption": ["a"]}] * 2, "record 1: the photo 1.jpg comes twice"),
        ([], "no photo of the split test"),
    ],
)
def test_spoilt_captions_are_refused(spoilt: Any, told: str, tmp_path: Path) -> None:
    (tmp_path / "coco_karpathy_test.json").write_text(json.dumps(spoilt))
    with pytest.raises(DataError, match=told):
        CaptionRetrieval(corpus="coco").open(Data(tmp_path))


def test_a_caption_is_prepared_as_published() -> None:
    assert plain("A man; (left)  rides *fast*: a #1 bike~ .", 30) == "a man left rides fast a 1 bike"
    assert plain("it's a two-wheeled bike, isn't it?", 4) == "it's a two-wheeled bike,"


def test_the_four_shuffles_move_what_they_should() -> None:
    text = "a young man in a red coat stands on a bridge"
    words = text.split()
    content = [1, 2, 5, 6, 10]  # young man red coat bridge
    others = [place for place in range(len(words)) if place not in content]
    seen = set()
    for seed in range(20):
        nouns, rest, within, threes = (shuffle.split() for shuffle in shuffles(text, Random(seed)))
        assert [nouns[place] for place in others] == [words[place] for place in others]
        assert [rest[place] for place in content] == [words[place] for place in content]
        for first in range(0, len(words), 3):
            assert sorted(within[first : first + 3]) == sorted(words[first : first + 3])
        kept = ["a young man", "in a red", "coat stands on", "a bridge"]
        assert all(three in " ".join(threes) for three in kept)
        for shuffle in (nouns, rest, within, threes):
            assert sorted(shuffle) == sorted(words)
            seen.add(" ".join(shuffle))
    assert len(seen) > 40


def test_a_word_that_the_tagger_takes_apart_stays_whole() -> None:
    for shuffle in shuffles("a man's two-wheeled bike isn't red", Random(1)):
        assert {"man's", "two-wheeled", "isn't"} <= set(shuffle.split())


def test_shuffles_depend_on_the_caption_and_the_seed_alone(data: Data) -> None:
    first, *_ = CaptionOrder(corpus="coco").open(data).items()
    again, *_ = CaptionOrder(corpus="coco").open(data).items()
    other, *_ = CaptionOrder(corpus="coco", seed=1).open(data).items()
    assert first.texts == again.texts
    assert first.texts[0] == other.texts[0]
    assert first.texts[1:] != other.texts[1:]


def test_every_caption_is_an_item_of_five_options(data: Data) -> None:
    found = evaluate(CaptionOrder(corpus="coco").open(data), constant)
    assert found.items == 301
    assert found.metrics["accuracy"].lenient == 1.0  # the published metric is right for a constant
    assert found.metrics["accuracy"].value == 0.0


def test_a_shuffle_that_changes_nothing_is_a_tie(tmp_path: Path) -> None:
    (tmp_path / "coco_karpathy_test.json").write_text('[{"image": "1.jpg", "caption": ["Dogs."]}]')
    (item,) = CaptionOrder(corpus="coco").open(Data(tmp_path)).items()
    assert item.texts == ("dogs",) * 5
