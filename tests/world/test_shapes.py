"""The borders of the shapes: as large as they should be, and no two alike."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import covered, item

from counterfoil.records import Mask
from counterfoil.world.shapes import outline
from counterfoil.world.words import SHAPES, Shape


def silhouette(shape: Shape) -> Mask:
    return covered(item(shape, "red", 0.5, 0.5, "large", radius=0.45), 200)


def area(points: NDArray[np.float64]) -> float:
    """By the shoelace formula."""
    x, y = points.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def test_there_are_twelve_shapes() -> None:
    assert len(set(SHAPES)) == 12


@pytest.mark.parametrize("shape", SHAPES)
def test_the_longer_extent_is_from_minus_one_to_one(shape: Shape) -> None:
    points = outline(shape)
    extents = points.max(0) - points.min(0)
    assert extents.max() == pytest.approx(2)
    assert points.max(0) == pytest.approx(-points.min(0))
    assert np.abs(points).max() == pytest.approx(1)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("square", 4.0),
        ("circle", np.pi),
        ("oval", 0.55 * np.pi),
        ("diamond", 0.72 * 2),
        # a side of 2 s = 2, a height of the square root of 3
        ("triangle", np.sqrt(3)),
        ("hexagon", 1.5 * np.sqrt(3)),
        # two bars of 2 x 0.72, less the middle, which is in both
        ("cross", 2 * 2 * 0.72 - 0.72**2),
        # a bar of 1.1 x 0.48 and a head of 0.9 high and 1.36 wide
        ("arrow", 1.1 * 0.48 + 0.9 * 1.36 / 2),
    ],
)
def test_the_area_is_the_textbooks(shape: Shape, expected: float) -> None:
    assert area(outline(shape)) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_border_cannot_be_changed(shape: Shape) -> None:
    with pytest.raises(ValueError, match="read-only"):
        outline(shape)[0] = 0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_in_one_piece_and_covers_a_fifth_of_its_box_at_least(shape: Shape) -> None:
    points = outline(shape)
    width, height = points.max(0) - points.min(0)
    assert area(points) > 0.2 * width * height
    # a border that crossed itself would fill less than the shoelace formula says
    share = silhouette(shape).sum() / 200**2
    assert share == pytest.approx(area(points) * 0.45**2, rel=0.03)


def test_no_two_silhouettes_are_alike() -> None:
    shapes = {shape: silhouette(shape) for shape in SHAPES}
    for one, other in itertools.combinations(SHAPES, 2):
        both = (shapes[one] & shapes[other]).sum()
        alike = both / (shapes[one] | shapes[other]).sum()
        assert alike < 0.85, (one, other, alike)
