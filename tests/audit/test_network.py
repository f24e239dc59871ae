"""The network that reads pictures: never of what it learnt from, and the same each time."""

from __future__ import annotations

import numpy as np

from counterfoil.audit.network import Network, view
from counterfoil.audit.reader import Sides

SMALL = Network(steps=12, batch=4)


def noise(number: int, seed: int) -> Sides:
    sides = np.random.default_rng(seed).integers(0, 256, (2, number, 6, 64, 64)).astype(np.uint8)
    return Sides(sides[0], sides[1], ("pixels",))


def test_the_same_pictures_give_the_same_scores_to_the_last_bit() -> None:
    sides, groups = noise(20, 0), np.arange(20) // 2
    one, other = SMALL.read(sides, groups), SMALL.read(sides, groups)
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_a_foil_is_scored_by_a_network_that_never_saw_its_group() -> None:
    groups = np.arange(20) // 2
    before = noise(20, 0)
    after = before._replace(negative=before.negative.copy())
    after.negative[0] = 255 - after.negative[0]
    one, other = SMALL.read(before, groups), SMALL.read(after, groups)
    assert one.true[0] == other.true[0]
    assert one.negative[0] != other.negative[0]
    assert (one.true != other.true).any()


def test_what_is_seen_of_a_flat_picture_is_its_colour_and_no_residual() -> None:
    seen = view(np.full((48, 80, 3), (10, 20, 30), np.uint8))
    assert seen.shape == (6, 64, 64)
    assert [int(plane.min()) for plane in seen] == [10, 20, 30, 0, 0, 0]
    assert [int(plane.max()) for plane in seen] == [10, 20, 30, 0, 0, 0]
