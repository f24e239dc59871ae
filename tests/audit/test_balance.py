"""Repair, by numbers worked out by hand and by planted leaks of known strength."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from counterfoil.audit.balance import Balance
from counterfoil.audit.foils import Shown
from counterfoil.audit.intervals import Numbers
from counterfoil.audit.judges import judged
from counterfoil.audit.material import Material, texts_of
from counterfoil.audit.naive_bayes import NaiveBayes
from counterfoil.audit.reader import Reader, Sides, crossed
from counterfoil.audit.text_cues import TEXT_CUES

GROUPS = 20
NOUNS = ("dog", "cat", "cup", "hat", "bus", "man", "tree", "lamp")


def told(shares: tuple[float, float], number: int = 200) -> Material:
    """Captions of which a share has "red" in the negative alone, and another share in the true one alone.

    The first of two shares is of the text-only foils, the second of as many two-way ones.
    """
    chance = np.random.default_rng(0)
    foils = []
    for place in range(number):
        one, other = chance.choice(NOUNS, 2, replace=False)
        two_way = place % 2 == 1
        red = (place // 2 + place // GROUPS) % 10 < 10 * shares[two_way]
        first = "One" if two_way else "A"
        foils.append(
            Shown(
                key=f"{place}", group=f"{place % GROUPS:02}", operation="replace", kind="object", editor="",
                true=f"{first} {one}." if red else f"{first} red {one}.",
                negative=f"{first} red {other}." if red else f"{first} {other}.",
                two_way=two_way,
            )
        )  # fmt: skip
    numbers = Sides(np.zeros((number // 2, 1)), np.zeros((number // 2, 1)), ("nothing",))
    return Material(
        foils=tuple(foils), texts=texts_of(foils, TEXT_CUES), pictures={"noise": numbers}, views=None,
        captions=(), prints=(),
    )  # fmt: skip


def reds(seen: Material, two_way: bool) -> float:
    """The share of foils of a way with "red" in the negative."""
    return float(np.mean(["red" in foil.negative for foil in seen.foils if foil.two_way == two_way]))


def quiet(what: str, done: int, total: int | None) -> None:
    pass


@pytest.mark.parametrize("shares", [(0.8, 0.8), (0.2, 0.2)])
def test_a_leak_of_either_direction_is_evened_out_and_little_more_is_withdrawn(
    shares: tuple[float, float],
) -> None:
    seen = told(shares)
    found = Balance(pairs=True).choose(seen, quiet)
    before, after = found.rounds[0]["text"], found.rounds[-1]["text"]
    assert found.even
    assert before["low"] > 0.5
    assert before["pairs"]["accuracy"] > 0.7
    assert after["low"] <= 0.5 <= after["high"]
    assert after["pairs"]["low"] <= 0.5 <= after["pairs"]["high"]
    # of 100, 20 stand against 80: 40 can stay, and some more that no reader is sure of
    assert 0.35 <= len(found.seen.foils) / len(seen.foils) <= 0.65


def test_without_pairs_more_foils_are_kept_and_pairs_stay_told_a_little() -> None:
    seen = told((0.8, 0.8))
    alone, both = (Balance(pairs=pairs).choose(seen, quiet) for pairs in (False, True))
    assert alone.even
    first, last, evened = (told["text"] for told in (alone.rounds[0], alone.rounds[-1], both.rounds[-1]))
    assert last["low"] <= 0.5 <= last["high"]
    assert len(alone.seen.foils) >= len(both.seen.foils)
    assert evened["pairs"]["accuracy"] <= last["pairs"]["accuracy"] < first["pairs"]["accuracy"]


def test_parts_that_lean_against_each_other_are_each_evened_out() -> None:
    """Half of the foils are told by "a red", and half by no "one red"; of "red" alone nothing leans."""
    seen = told((0.8, 0.2))
    assert 0.45 < np.mean(["red" in foil.negative for foil in seen.foils]) < 0.55
    found = Balance().choose(seen, quiet)
    assert found.even
    for two_way in (False, True):
        assert abs(reds(seen, two_way) - 0.5) > 0.29
        assert abs(reds(found.seen, two_way) - 0.5) < 0.25


def test_what_is_even_is_left_as_it_is() -> None:
    seen = told((0.5, 0.5))
    found = Balance().choose(seen, quiet)
    assert found.even
    assert not found.refused
    assert found.seen.foils == seen.foils


def test_judges_find_what_leans_and_nothing_where_nothing_does() -> None:
    sure, even = (judged(told((share, share)))["text"] for share in (0.9, 0.5))
    for judge in ("naive Bayes", "trees"):
        assert sure[judge].alone().low > 0.6
        assert sure[judge].together().low > 0.8
        assert even[judge].alone().low <= 0.5
        assert even[judge].together().low <= 0.5


def test_naive_bayes_by_hand_says_nothing_of_what_it_has_not_seen() -> None:
    # with one more each: (4, 1) of 5 on the true side, (2, 3) of 5 on the negative; the third word is unknown
    true = csr_matrix([[1.0, 0, 0], [1, 0, 0], [1, 0, 0]])
    negative = csr_matrix([[1.0, 1, 0], [0, 1, 0], [0, 0, 0]])
    asked = Sides(csr_matrix([[1.0, 0, 1]]), csr_matrix([[0.0, 1, 1]]), ())
    on_true, on_negative, gap = NaiveBayes().answers(Sides(true, negative, ()), asked)
    assert on_true == pytest.approx([np.log(2 / 4)])
    assert on_negative == pytest.approx([np.log(3 / 1)])
    # gone alone: the first word twice, so (3, 1) of 4; come alone: the second twice, (1, 3) of 4
    assert gap == pytest.approx([np.log(3 / 1) - np.log(1 / 3)])


def test_groups_are_dealt_anew_by_each_seed_and_never_split() -> None:
    groups = np.repeat(np.arange(10), 3)

    def parts(seed: int) -> list[frozenset[int]]:
        asked_of: list[frozenset[int]] = []

        def answers(learnt: np.ndarray, asked: np.ndarray) -> tuple[Numbers, Numbers, Numbers]:
            assert not set(groups[learnt]) & set(groups[asked])
            asked_of.append(frozenset(groups[asked].tolist()))
            return np.zeros(len(asked)), np.zeros(len(asked)), np.zeros(len(asked))

        crossed(groups, 5, answers, seed)
        assert sorted(group for part in asked_of for group in part) == list(range(10))
        return asked_of

    assert parts(0) == parts(0)
    assert parts(0) != parts(1)
    assert Reader().seed is None
