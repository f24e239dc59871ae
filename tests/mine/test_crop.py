"""Crops: how they are named, and what of a box they show."""

import pytest

from counterfoil.mine.crop import Crop, crop_of


def test_a_crop_is_read_back_from_the_values_of_a_proposal() -> None:
    crop = Crop(0.12, 0.0, 0.8)
    assert crop_of((crop.value,)) == crop


@pytest.mark.parametrize("values", [(), ("blue",), ("blue", "red"), ("sky", "blue"), ("crop top",)])
def test_other_values_name_no_crop(values: tuple[str, ...]) -> None:
    assert crop_of(values) is None


def test_a_box_moves_with_the_crop() -> None:
    # The crop shows 0.25 to 0.75; a box from 0.25 to 0.5 is its left half, one from 0 to 0.25 lies outside.
    crop = Crop(0.25, 0.25, 0.5)
    assert crop.moved((0.25, 0.25, 0.5, 0.75)) == (0.0, 0.0, 0.5, 1.0)
    assert crop.moved((0.0, 0.25, 0.25, 0.5)) == (-0.5, 0.0, 0.0, 0.5)


@pytest.mark.parametrize(
    ("box", "share"),
    [((0.3, 0.3, 0.7, 0.7), 1.0), ((0.0, 0.3, 0.5, 0.7), 0.5), ((0.0, 0.0, 0.25, 1.0), 0.0)],
)
def test_what_a_crop_shows_of_a_box(box: tuple[float, float, float, float], share: float) -> None:
    assert Crop(0.25, 0.25, 0.5).shown(box) == pytest.approx(share)
