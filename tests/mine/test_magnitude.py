"""Lengths of vectors: the same bytes wherever they lie in memory."""

import math

import numpy as np

from counterfoil.mine.magnitude import magnitude


def test_three_across_and_four_down_is_five_long() -> None:
    assert magnitude(np.array([3, -3], np.float32), np.array([4, 0], np.float32)).tolist() == [5, 3]


def test_a_diagonal_of_two_by_three_by_six_is_seven_long() -> None:
    assert magnitude(*np.array([[2.0], [3.0], [6.0]], np.float32)).tolist() == [7]


def test_each_length_is_the_nearest_float() -> None:
    across, down = np.random.default_rng(0).integers(-2000, 2000, (2, 5000)).astype(np.float32) / 8
    exact = [np.float32(math.hypot(x, y)) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
    assert magnitude(across, down).tolist() == exact


def test_vectors_keep_their_places_however_they_lie_in_memory() -> None:
    across = np.arange(6, dtype=np.float32).reshape(2, 3)
    for axis in (across, np.asfortranarray(across), across[:, :1], across[:0], across[0], across[0, :1]):
        assert (magnitude(axis, 0 * axis) == axis).all()
        assert magnitude(axis).shape == axis.shape
