"""What each control can get, and what it cannot."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from counterfoil.evaluate.benchmark import SAME_WORDS, Benchmark, Item, evaluate
from counterfoil.evaluate.pictures import Stored, Written
from counterfoil.evaluate.rates import Rate
from counterfoil.evaluate.scorers.bag_of_words import bag_of_words
from counterfoil.evaluate.scorers.blind import LanguageModelScorer, Trigrams
from counterfoil.evaluate.scorers.judge import CONTROLS
from counterfoil.evaluate.scorers.picture_only import picture_only
from counterfoil.evaluate.verdicts import Recall, Verdict, choice, pictures_of_texts, two_by_two
from counterfoil.pictures import encode_png
from counterfoil.records import ImageFile

HERE = Written("here")
THERE = Written("there")


def bench(items: list[Item], verdict: Verdict = choice) -> Benchmark:
    return Benchmark(name="bench", items=lambda: items, verdict=verdict, chance={}, source="", licence="")


def pair(key: str, true: str, false: str) -> Item:
    return Item(key=key, pictures=(Written(key),), texts=(true, false), owners=(0, -1))


def square(key: str, one: str, other: str) -> Item:
    pictures = Written(f"{key} here"), Written(f"{key} there")
    return Item(key=key, pictures=pictures, texts=(one, other), owners=(0, 1))


def test_a_bag_of_words_has_all_but_the_items_of_the_same_words() -> None:
    items = [
        pair("exchanged", "a red cup", "a blue cup"),
        pair("added", "a cup", "a red cup"),
        pair("left out", "a red cup", "a cup"),
        pair("once more", "a cup and a bowl", "a cup and bowl"),
        pair("turned", "a red cup and a blue bowl", "A blue cup, and a red bowl!"),
    ]
    found = evaluate(bench(items), bag_of_words).metrics
    assert (found["accuracy"].value, found["accuracy"].ties) == (4 / 5, 1)
    assert (found[f"{SAME_WORDS}/accuracy"].ties, found[f"{SAME_WORDS}/accuracy"].n) == (1, 1)


def test_a_bag_of_words_scores_the_share_of_words_in_common() -> None:
    (score_IT,) = bag_of_words([square("a", "a red cup", "a red bowl falls")])
    assert score_IT.tolist() == [[1, pytest.approx(4 / 7)], [pytest.approx(4 / 7), 1]]
    squares = [square("a", "a red cup", "a red bowl"), square("b", "dog bites man", "man bites dog")]
    found = evaluate(bench(squares, two_by_two), bag_of_words).metrics
    assert {
        name: (rate.value, rate.ties) for name, rate in found.items() if "/" not in name
    } == dict.fromkeys(("text", "image", "group"), (0.5, 1))


def test_a_bag_of_words_takes_the_best_of_a_pictures_own_texts() -> None:
    texts = ("a cat sleeps", "a grey cat on a mat", "a dog")
    (score_IT,) = bag_of_words([Item(key="g", pictures=(HERE, THERE), texts=texts, owners=(0, 0, 1))])
    assert score_IT.tolist() == [
        [1, 1, pytest.approx(2 / 5)],
        [pytest.approx(2 / 5), pytest.approx(2 / 8), 1],
    ]


def test_a_bag_of_words_is_the_same_in_a_large_gallery(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    texts = tuple(" ".join(rng.choice(list("abcdef"), 4)) for _ in range(30))
    item = Item(key="g", pictures=tuple(Written(t) for t in texts), texts=texts, owners=tuple(range(30)))
    (whole,) = bag_of_words([item])
    monkeypatch.setattr("counterfoil.evaluate.scorers.bag_of_words._AT_A_TIME", 7)
    (parts,) = bag_of_words([item])
    assert np.array_equal(whole, parts)
    assert evaluate(bench([item], Recall(ks=(1,))), bag_of_words).items == 1


def counts(texts: list[str], size: int) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for text in texts:
        marked = ["<", "<", *text.split(), ">"]
        for end in range(2, len(marked)):
            gram = tuple(marked[end - size + 1 : end + 1])
            found[gram] = found.get(gram, 0) + 1
    return found


def by_hand(text: str, others: list[str], vocabulary: int) -> float:
    """The formula in the docstring, as it stands."""

    def p(gram: tuple[str, ...]) -> float:
        if not gram:
            return 1 / vocabulary
        known = counts(others, len(gram))
        context = sum(n for other, n in known.items() if other[:-1] == gram[:-1])
        return (known.get(gram, 0) + p(gram[1:])) / (context + 1)

    marked = ["<", "<", *text.split(), ">"]
    logs = [math.log(p(tuple(marked[end - 2 : end + 1]))) for end in range(2, len(marked))]
    return sum(logs) / len(logs)


def test_trigrams_are_the_formula_without_the_texts_of_the_items_family() -> None:
    items = [
        pair("a", "a cat sits", "a cat flies"),
        pair("b", "a dog sits", "dog a sits"),
        pair("c", "a cat", "it"),
    ]
    scores = list(Trigrams(bench(items))(items))
    vocabulary = len({"a", "cat", "sits", "flies", "dog", "it", ">"})
    for item, score_IT in zip(items, scores, strict=True):
        others = [text for other in items if other is not item for text in other.texts]
        assert score_IT[0] == pytest.approx([by_hand(t, others, vocabulary) for t in item.texts], rel=1e-5)


def test_trigrams_read_a_text_once_however_many_items_have_it() -> None:
    items = [pair("a", "a cat sits", "a cat flies"), pair("b", "a dog sits", "dog a sits")]
    again = [*items, replace(items[1], key="c"), replace(items[1], key="d")]
    first, second = (next(Trigrams(bench(some))(some)) for some in (items, again))
    assert np.array_equal(first, second)


def test_trigrams_find_odd_foils_and_nothing_on_squares() -> None:
    rng = np.random.default_rng(3)
    nouns = ["cat", "dog", "cup", "bowl", "tree", "house", "boat", "lamp"]
    drawn = [rng.choice(nouns, 2, replace=False) for _ in range(60)]
    told = [f"a {a} beside a {b}" for a, b in drawn]
    odd = [pair(str(n), text, " ".join(rng.permutation(text.split()[::-1]))) for n, text in enumerate(told)]
    assert evaluate(bench(odd), Trigrams(bench(odd))).metrics["accuracy"].value > 0.8
    squares = [square(str(n), f"a {a} beside a {b}", f"a {b} beside a {a}") for n, (a, b) in enumerate(drawn)]
    found = evaluate(bench(squares, two_by_two), Trigrams(bench(squares, two_by_two))).metrics
    assert found["text"].value == found["group"].value == 0
    assert found["image"].ties == found["image"].n


def test_trigrams_do_not_find_a_caption_by_the_foils_that_resemble_it() -> None:
    names = ["red", "blue", "green", "grey", "pink"]
    told = [
        (f"a {a} cup on a {b} mat", f"a {c} cup on a {b} mat") for a in names for b in names for c in names
    ]
    items = [pair(f"{n}", true, false) for n, (true, false) in enumerate(told) if true != false]
    by_picture = [replace(item, pictures=(HERE,)) for item in items]
    rate = evaluate(bench(by_picture), Trigrams(bench(by_picture))).metrics["accuracy"]
    assert (rate.value, rate.ties) == (0, rate.n)
    told_twice = [
        pair("a", "a red cup", "a cup red"),
        pair("b", "a red cup", "red a cup"),
        pair("c", "a red mat", "x"),
    ]
    (first, second, _) = Trigrams(bench(told_twice))(told_twice)
    assert first[0, 0] == second[0, 0]  # neither has read the other's


def test_trigrams_have_read_nothing_where_all_items_share_their_texts() -> None:
    classes = ("a cat", "a dog", "an old house")
    items = [Item(key=str(n), pictures=(HERE,), texts=classes, owners=(0, -1, -1)) for n in range(3)]
    rate = evaluate(bench(items), Trigrams(bench(items))).metrics["accuracy"]
    assert (rate.value, rate.ties) == (0, 3)


def test_a_language_model_is_asked_once_for_each_sentence() -> None:
    asked: list[str] = []

    def likelihoods(texts: Any) -> list[float]:
        asked.extend(texts)
        return [-float(len(text)) for text in texts]

    items = [pair("a", "a cat", "a dog!"), replace(pair("b", "a cat", "it"), templates=("{}", "see {}"))]
    scorer = LanguageModelScorer(likelihoods)
    scores = [*scorer(items), *scorer(items)]
    assert sorted(asked) == sorted({"a cat", "a dog!", "it", "see a cat", "see it"})
    assert scores[0].tolist() == [[-5, -6]]
    assert scores[3].tolist() == [[-7, -4]]


def noisy(seed: int, blur: int) -> NDArray[np.uint8]:
    noise = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8)
    return np.asarray(cv2.blur(noise, (blur, blur)), np.uint8)


def edited(number: int) -> Iterator[Item]:
    """A photo, and what an editor made of it: smoother."""
    for n in range(number):
        sharp, smooth = (Stored(ImageFile(f"{n} {blur}", encode_png(noisy(n, blur)))) for blur in (1, 5))
        yield Item(key=str(n), pictures=(smooth, sharp), texts=("a cat", "a dog"), owners=(1, 0))


def test_picture_only_finds_smooth_pictures_and_prefers_no_text() -> None:
    items = [replace(item, texts=item.texts[:1], owners=(1,)) for item in edited(4)]
    which_picture = bench(items, lambda scores, owners: {"image": pictures_of_texts(scores, owners)})
    assert evaluate(which_picture, picture_only).metrics["image"].value == 1
    found: dict[str, Rate] = evaluate(bench(list(edited(4)), two_by_two), picture_only).metrics
    assert found["text"].ties == found["text"].n == 4
    assert found["image"].value == 0


def test_picture_only_sees_the_same_at_any_size_of_a_flat_picture(tmp_path: Path) -> None:
    flat = [Stored(ImageFile(str(s), encode_png(np.full((s, 2 * s, 3), 9, np.uint8)))) for s in (20, 300)]
    (score_IT,) = picture_only([Item(key="a", pictures=tuple(flat), texts=("x",), owners=(0,))])
    assert score_IT.tolist() == [[0], [0]]


def test_controls_but_one_never_look() -> None:
    item = Item(
        key="a", pictures=(Stored(ImageFile("/no/such.png")),), texts=("a cat", "a dog"), owners=(0, -1)
    )
    for name, control in CONTROLS.items():
        if control.looks:
            assert name == "picture-only"
        else:
            (score_IT,) = control.on(bench([item]))([item])
            assert score_IT.shape == (1, 2)
            assert score_IT.dtype == np.float32
