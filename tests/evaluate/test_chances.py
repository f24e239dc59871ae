"""What random scores get, against counting: galleries, and choices of several numbers of options."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from counterfoil.evaluate.benchmark import SAME_WORDS, Item
from counterfoil.evaluate.chances import choice_chance
from counterfoil.evaluate.pictures import Written
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.verdicts import Recall, recall_chance


def test_recall_by_chance_is_its_share_of_all_orders_of_scores() -> None:
    # two pictures, one with two texts of its own, one with one, and a text of nobody: 8! orders are too many,
    # so texts are ordered for a picture and pictures for a text, which is all that the verdicts look at
    owners, ks = (0, 0, 1, -1), (1, 2, 3)
    chance = recall_chance(owners, ks)
    orders = np.array(list(permutations(range(4))), np.float32)
    both = np.stack([orders, orders], axis=1)
    found = Recall(ks=ks)(both, np.array(owners))
    for k in ks:
        assert chance[f"text@{k}"] == pytest.approx((found[f"text@{k}"] > 0).mean())
    assert [chance[f"image@{k}"] for k in ks] == [0.5, 1.0, 1.0]


def _item(key: str, part: str, *texts: str, rows: int = 1) -> Item:
    owners = tuple(number if number < rows else -1 for number in range(len(texts)))
    pictures = tuple(Written(f"{key} {row}") for row in range(rows))
    return Item(key=key, pictures=pictures, texts=texts, owners=owners, parts=(part,))


def test_chance_of_a_choice_is_the_mean_of_one_in_so_many_over_pictures() -> None:
    items = [
        _item("1", "a", "x", "y"),
        _item("2", "a", "x", "y", "z", "v"),
        _item("3", "b", "x y", "y x", rows=2),
    ]
    means = {
        "macro": Mean(metric="accuracy", parts=("a", "b")),
        "lacking": Mean(metric="accuracy", parts=("c",)),
    }
    assert choice_chance(items, means) == {
        "accuracy": pytest.approx((1 / 2 + 1 / 4 + 2 / 2) / 4),
        "a/accuracy": pytest.approx(3 / 8),
        "b/accuracy": pytest.approx(1 / 2),
        f"{SAME_WORDS}/accuracy": pytest.approx(1 / 2),
        "macro/accuracy": pytest.approx((3 / 8 + 1 / 2) / 2),
    }
