"""Intervals, needs and agreement, against numbers worked out by other means."""

from __future__ import annotations

import math
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from counterfoil.intervals import Z, wilson
from counterfoil.review.agreement import cohen, fleiss
from counterfoil.review.precision import Stratum, estimate, more_for


def test_one_stratum_has_wilsons_interval() -> None:
    found = estimate([Stratum(size=500, judged=10, accepted=9)])
    assert (found.value, found.covered) == (0.9, 1.0)
    assert (found.low, found.high) == pytest.approx((0.5958, 0.9821), abs=1e-4)


def test_strata_count_as_many_as_they_have() -> None:
    """300 foils of which 8 of 10 hold, 100 of which 2 of 10 do: (300 * 0.8 + 100 * 0.2) / 400 = 0.65."""
    found = estimate([Stratum(300, 10, 8), Stratum(100, 10, 2)])
    down = math.hypot(0.75 * (0.8 - wilson(8, 10)[0]), 0.25 * (0.2 - wilson(2, 10)[0]))
    assert found.value == pytest.approx(0.65)
    assert found.low == pytest.approx(0.65 - down)


def test_what_was_not_judged_is_not_estimated() -> None:
    found = estimate([Stratum(30, 10, 10), Stratum(70, 0, 0)])
    assert (found.value, found.covered) == (1.0, 0.3)
    assert estimate([Stratum(70, 0, 0)]).value is None


def width(share: float, number: int) -> float:
    low, high = wilson(share * number, number)
    return high - low


@given(judged=st.integers(0, 60), wanted=st.sampled_from([0.05, 0.1, 0.2, 0.4]), data=st.data())
def test_so_many_more_judgements_are_enough_and_one_less_is_not(
    judged: int, wanted: float, data: st.DataObject
) -> None:
    accepted = data.draw(st.integers(0, judged))
    more = more_for([Stratum(100_000, judged, accepted)], wanted)
    share = (accepted + Z**2 / 2) / (judged + Z**2)
    assert width(share, judged + more) <= wanted
    if more:
        assert judged + more == 1 or width(share, judged + more - 1) > wanted


def test_no_more_are_asked_for_than_are_left() -> None:
    assert more_for([Stratum(20, 5, 3), Stratum(8, 0, 0)], 0.05) == 15 + 8
    assert more_for([], 0.1) == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_cohens_kappa_is_that_of_scikit_learn(pairs: list[tuple[bool, bool]]) -> None:
    counts: dict[tuple[Hashable, ...], int] = {pair: pairs.count(pair) for pair in pairs}
    if len({said for pair in pairs for said in pair}) == 1:
        assert cohen(counts) is None
    else:
        one, other = zip(*pairs, strict=True)
        assert cohen(counts) == pytest.approx(cohen_kappa_score(one, other))


def test_fleiss_kappa_of_fourteen_psychiatrists() -> None:
    """The worked example of https://en.wikipedia.org/wiki/Fleiss%27_kappa: ten patients, kappa 0.210."""
    table = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    rows = [tuple(said for said, number in enumerate(row) for _ in range(number)) for row in table]
    assert fleiss(dict.fromkeys(rows, 1)) == pytest.approx(0.210, abs=5e-4)
    assert fleiss({}) is None
    assert fleiss({("yes", "yes", "yes"): 5}) is None
    assert fleiss({("yes",) * 3: 5, ("no",) * 3: 5}) == 1
