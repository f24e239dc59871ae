"""Percentiles, against numpy's own."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from counterfoil.mine.percentile import ENOUGH, medians, percentile, percentile_of_all, some_within, thinned


@pytest.mark.parametrize("number", [1, 2, 3, 10, 101, 4096, 4097])
@pytest.mark.parametrize("percent", [0, 5, 25, 50, 75, 90, 97, 100])
def test_it_is_the_very_number_that_numpy_gives(number: int, percent: int) -> None:
    values = np.random.default_rng(number).gamma(1, 30, number).astype(np.float32)
    assert percentile(values, percent) == float(np.percentile(values, percent))


@pytest.mark.parametrize("percent", [0, 1, 50, 99, 100])
def test_nor_does_it_matter_how_the_numbers_lie(percent: int) -> None:
    rng = np.random.default_rng(0)
    few = np.where(rng.random(4096) < 0.9, 0, rng.random(4096)).astype(np.float32)
    for values in (few, np.sort(few), np.sort(few)[::-1], np.zeros(4096, np.float32)):
        assert percentile(values, percent) == float(np.percentile(values, percent))


@pytest.mark.parametrize("kind", [np.uint8, np.int16])
@pytest.mark.parametrize("number", [1, 2, 3, 10, 4096, 4097])
@pytest.mark.parametrize("percent", [0, 5, 50, 75, 100])
def test_of_whole_numbers_too(number: int, percent: int, kind: type) -> None:
    values: NDArray[Any] = np.random.default_rng(number).integers(0, 200, number).astype(kind)
    assert percentile(values, percent) == float(np.percentile(values, percent))


def test_it_falls_between_its_neighbours() -> None:
    assert percentile(np.array([0, 10], np.float32), 90) == pytest.approx(9)


def test_the_numbers_stay_in_their_order() -> None:
    values = np.array([3, 1, 2], np.float32)
    percentile(values, 50)
    assert values.tolist() == [3, 1, 2]


@pytest.mark.parametrize("number", [1, 2, 3, 10, 4096, 4097])
@pytest.mark.parametrize("kind", [np.float32, np.uint8])
def test_medians_are_those_of_each_column(number: int, kind: type) -> None:
    rows: NDArray[Any] = np.random.default_rng(number).gamma(1, 30, (number, 3)).astype(kind)
    assert (medians(rows) == np.median(rows, axis=0)).all()
    assert medians(rows).dtype == np.float32


@pytest.mark.parametrize("percent", [5, 50, 75, 95])
def test_of_many_numbers_a_few_tell_it(percent: int) -> None:
    ranks = np.random.default_rng(0).permutation(300_000).astype(np.float32)
    assert percentile(ranks, percent) == pytest.approx(percent / 100 * 300_000, abs=0.02 * 300_000)


@pytest.mark.parametrize("percent", [5, 50, 75, 95])
def test_asked_of_all_many_tell_it_to_the_last_bit(percent: int) -> None:
    values = np.random.default_rng(0).gamma(1, 30, 300_000).astype(np.float32)
    assert percentile_of_all(values, percent) == float(np.percentile(values, percent))


def test_what_is_thinned_comes_from_all_columns_of_a_picture() -> None:
    columns = np.tile(np.arange(1024), 1024)
    assert set(thinned(columns)) == set(range(1024))
    assert len(thinned(columns)) <= 2 * ENOUGH


def test_some_pixels_in_a_mask_are_every_nth_of_them() -> None:
    rng = np.random.default_rng(0)
    picture, mask = rng.random((300, 200, 3)).astype(np.float32), rng.random((300, 200)) < 0.5
    found = some_within(picture, mask)
    assert len(found) < np.count_nonzero(mask)
    assert (found == thinned(picture[mask])).all()
