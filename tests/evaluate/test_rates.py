"""Rates: ties and intervals, and means of parts, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from counterfoil.evaluate.rates import Mean, Rate, Tally
from counterfoil.intervals import wilson


def _rate(right: int, n: int, ties: int = 0) -> Rate:
    return Tally(n, right, ties).rate()


def test_a_tie_is_a_miss_and_is_counted() -> None:
    tally = Tally()
    tally.add(np.array([0.5, 0.0, 0.0, -1.0]))
    found = tally.rate()
    assert (found.value, found.n, found.ties, found.lenient) == (0.25, 4, 2, 0.75)


def test_an_interval_is_wilsons_and_stays_within_zero_and_one() -> None:
    # 9 of 10 by hand: (0.9 + z^2/20 -+ z sqrt(0.09/10 + z^2/400)) / (1 + z^2/10), z = 1.96
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert wilson(0, 5)[0] == 0.0
    assert wilson(5, 5)[1] == 1.0


def test_a_mean_counts_each_part_the_same_and_the_micro_average_each_item() -> None:
    rates = {"a/accuracy": _rate(1, 1), "b/accuracy": _rate(0, 3, ties=1)}
    mean = Mean(metric="accuracy")(rates)
    assert mean is not None
    assert (mean.value, mean.n, mean.ties) == (0.5, 4, 1)
    assert mean.lenient == pytest.approx((1 + 1 / 3) / 2)


def test_a_mean_of_means_is_sugarcrepes_macro_over_operations() -> None:
    rates = {f"{name}/accuracy": _rate(right, 10) for name, right in [("ra", 9), ("rb", 7), ("s", 2)]}
    replace = Mean(metric="accuracy", parts=("ra", "rb"))
    mean = Mean(metric="accuracy", parts=(replace, "s"))(rates)
    assert mean is not None
    assert mean.value == pytest.approx((0.8 + 0.2) / 2)


def test_the_interval_of_a_mean_covers_its_true_value_as_often_as_it_says() -> None:
    rng, shares, sizes = np.random.default_rng(0), np.array([0.95, 0.5, 0.2]), np.array([40, 200, 15])
    hits = 0
    for _ in range(1000):
        right = rng.binomial(sizes, shares)
        rates = {f"{i}/m": _rate(int(r), int(n)) for i, (r, n) in enumerate(zip(right, sizes, strict=True))}
        mean = Mean(metric="m")(rates)
        assert mean is not None
        hits += mean.low <= shares.mean() <= mean.high
    assert 930 <= hits <= 985


def test_small_and_unwanted_parts_are_left_out() -> None:
    rates = {"near/m": _rate(5, 5), "on/m": _rate(0, 5), "rare/m": _rate(0, 2), "m": _rate(5, 12)}
    mean = Mean(metric="m", at_least=5, without=frozenset({"near"}))(rates)
    assert mean is not None
    assert (mean.value, mean.n) == (0.0, 5)


def test_there_is_no_mean_where_a_part_was_not_measured() -> None:
    assert Mean(metric="m", parts=("a", "b"))({"a/m": _rate(1, 2)}) is None
    assert Mean(metric="m")({}) is None
