"""Pixels taken out of a mask and put back are those that plain indexing takes and puts."""

import numpy as np
import pytest

from counterfoil.mine.within import Numbers, mean_at, mean_within, put_within, share_near, summed_near, within

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("kind", [np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("channels", [2, 3])
def test_the_pixels_in_a_mask_are_those_that_indexing_gives(kind: type, channels: int) -> None:
    picture: Numbers = RNG.integers(0, 255, (7, 9, channels)).astype(kind)
    mask = RNG.random((7, 9)) < 0.4
    assert (within(picture, mask) == picture[mask]).all()
    assert within(picture, mask).dtype == kind


def test_a_crop_that_is_not_contiguous_is_taken_from_as_well() -> None:
    picture = RNG.random((20, 30, 3)).astype(np.float32)
    crop, mask = picture[3:11:2, 5:15:2], RNG.random((4, 5)) < 0.5
    assert (within(crop, mask) == crop[mask]).all()


def test_an_empty_mask_holds_no_pixel() -> None:
    assert within(np.zeros((4, 5, 3), np.float32), np.zeros((4, 5), bool)).shape == (0, 3)


def test_pixels_put_back_change_what_is_in_the_mask_alone() -> None:
    picture = RNG.random((6, 8, 3)).astype(np.float32)
    mask = RNG.random((6, 8)) < 0.5
    expected = picture.copy()
    expected[mask] = 2 * picture[mask] + 1
    put_within(picture, mask, 2.0 * within(picture, mask).astype(np.float64) + 1)
    assert np.allclose(picture, expected)
    assert (picture[~mask] == expected[~mask]).all()


def test_the_mean_in_a_mask_is_that_of_the_numbers_in_it() -> None:
    values, mask = RNG.random((7, 9)).astype(np.float32), RNG.random((7, 9)) < 0.4
    assert mean_within(values, mask) == pytest.approx(values[mask].mean())


def test_sums_near_a_pixel_are_of_those_in_the_mask_alone() -> None:
    picture = RNG.random((7, 9, 3)).astype(np.float32)
    mask = RNG.random((7, 9)) < 0.4
    total, count = summed_near(picture, mask, 3)
    for row, column in np.ndindex(5, 7):  # all whose square lies inside
        square = slice(row, row + 3), slice(column, column + 3)
        inside = picture[square][mask[square]]
        assert total[row + 1, column + 1] == pytest.approx(inside.sum(0) / 9, abs=1e-6)
        assert count[row + 1, column + 1] == pytest.approx(len(inside) / 9, abs=1e-6)


def test_the_share_near_a_pixel_is_that_of_its_square() -> None:
    mask = RNG.random((7, 9)) < 0.4
    share = share_near(mask, 3)
    assert share.dtype == np.float32
    for row, column in np.ndindex(5, 7):
        inside = mask[row : row + 3, column : column + 3]
        assert share[row + 1, column + 1] == pytest.approx(np.count_nonzero(inside) / 9)


def test_the_mean_at_some_pixels_is_that_of_the_masks_pixels_near_them() -> None:
    rng = np.random.default_rng(3)
    picture, mask = rng.random((9, 11, 3), np.float32), rng.random((9, 11)) < 0.5
    for row, column in ((2, 3), (4, 5), (6, 8)):
        near = np.s_[row - 1 : row + 2, column - 1 : column + 2]
        found = mean_at(picture, mask, 3, np.array([row * 11 + column]))
        assert np.allclose(found[0, 0], picture[near][mask[near]].mean(0), atol=2e-3)


def test_where_none_of_a_mask_is_near_its_mean_is_told_or_what_one_says() -> None:
    picture, mask = np.full((9, 9), 0.5, np.float32), np.zeros((9, 9), bool)
    mask[0, 0], picture[0, 0] = True, 0.25
    assert np.allclose(mean_at(picture, mask, 3, np.array([80])), 0.25)
    assert np.allclose(mean_at(picture, mask, 3, np.array([80]), (0.75,) * 4), 0.75)
