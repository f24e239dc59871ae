"""Verdicts: margins worked out by hand, and against a count of ranks."""

from __future__ import annotations

import numpy as np
import pytest

from counterfoil.evaluate.verdicts import Recall, Scores, Top, choice, pick, two_by_two

OWN = np.array([0, 1])


def _scores(*rows: tuple[float, ...]) -> Scores:
    """A stack of one item."""
    return np.array([rows], np.float32)


def test_items_of_a_stack_are_judged_one_by_one() -> None:
    stack = np.random.default_rng(1).random((5, 3, 4), np.float32)
    owner_T = np.array([0, 1, 2, 0])
    for verdict in (choice, Recall(ks=(1, 2))):
        together = verdict(stack, owner_T)
        for number in range(5):
            alone = verdict(stack[number : number + 1], owner_T)
            for metric, margins in alone.items():
                assert (margins[0] == together[metric][number]).all()


def test_a_square_is_right_in_text_or_in_image_or_in_both() -> None:
    # rows are pictures: each picture prefers its own text, and text 1 prefers picture 0
    margins = two_by_two(_scores((0.9, 0.7), (0.1, 0.4)), OWN)
    assert margins["text"] == pytest.approx(0.2)
    assert margins["image"] == pytest.approx(-0.3)
    assert margins["group"] == pytest.approx(-0.3)


def test_the_text_score_compares_texts_and_the_image_score_pictures() -> None:
    by_picture = two_by_two(_scores((0.2, 0.1), (0.8, 0.9)), OWN)
    assert by_picture["text"] > 0 > by_picture["image"]
    by_text = two_by_two(_scores((0.2, 0.8), (0.1, 0.9)), OWN)
    assert by_text["image"] > 0 > by_text["text"]


def test_equal_scores_are_a_margin_of_nothing() -> None:
    margins = two_by_two(_scores((0.5, 0.5), (0.1, 0.9)), OWN)
    assert margins["text"] == 0
    assert margins["group"] == 0


def test_a_choice_asks_for_every_own_text_of_a_picture() -> None:
    assert choice(_scores((0.5, 0.4, 0.3)), np.array([0, -1, -1]))["accuracy"] == pytest.approx(0.1)
    two_own = choice(_scores((0.5, 0.2, 0.3)), np.array([0, 0, -1]))
    assert two_own["accuracy"] == pytest.approx(-0.1)


def test_a_query_picks_among_texts_or_among_pictures() -> None:
    assert pick(_scores((0.5, 0.4, 0.3)), np.array([-1, 0, -1]))["accuracy"] == pytest.approx(-0.1)
    assert pick(_scores((0.5,), (0.2,)), np.array([0]))["accuracy"] == pytest.approx(0.3)


def test_a_class_may_be_first_or_among_the_first() -> None:
    margins = Top(ks=(1, 2))(_scores((0.5, 0.4, 0.3)), np.array([-1, 0, -1]))
    assert margins["top-1"] == pytest.approx(-0.1)
    assert margins["top-2"] == pytest.approx(0.1)


def test_recall_counts_ranks_with_several_captions_of_a_picture() -> None:
    rng = np.random.default_rng(0)
    score_IT, owner_T = rng.random((6, 14), np.float32), rng.permutation(np.arange(14) % 6)
    margins = {name: found[0] for name, found in Recall(ks=(1, 3))(score_IT[None], owner_T).items()}
    for k in (1, 3):
        texts = [
            set(np.argsort(-row)[:k]) & set(np.flatnonzero(owner_T == i)) for i, row in enumerate(score_IT)
        ]
        images = [owner_T[t] in np.argsort(-score_IT[:, t])[:k] for t in range(14)]
        assert (margins[f"text@{k}"] > 0).tolist() == [bool(hits) for hits in texts]
        assert (margins[f"image@{k}"] > 0).tolist() == images


def test_recall_at_more_than_there_are_is_always_right() -> None:
    margins = Recall(ks=(5,))(_scores((0.1, 0.9), (0.9, 0.1)), OWN)
    assert (margins["text@5"] > 0).all()
    assert (margins["image@5"] > 0).all()
