"""The new relation and the new count, from the boxes after the edit."""

from pathlib import Path

import numpy as np
import pytest
from scenes import block, foil, ground, scene

from counterfoil.mine.score.boxes import Boxes, mirrored, moved
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Patch, Scene

measure = Boxes().load(Run(0, Path()))
WHOLE = Patch(left=0, top=0, pixels=ground(), mask=np.ones((240, 320), bool))
GREY = (90, 90, 90)
SIDE_BY_SIDE = scene(("cat", block(40, 100, 80, 160), GREY), ("car", block(180, 90, 280, 160), GREY))
THREE_CUPS = scene(*(("cup", block(60 * i + 20, 100, 60 * i + 50, 150), GREY) for i in range(3)))


def relation(after: str, of: Scene = SIDE_BY_SIDE) -> dict[str, float]:
    edit = Edit(operation="replace", kind="relation", before="left of it", after=after)
    return measure(foil(of, edit, WHOLE, (0, 1)))


def test_in_the_mirror_left_is_right() -> None:
    assert relation("right of") == {"boxes.relation": 1}
    assert relation("left of") == {"boxes.relation": 0}


def test_things_that_overlap_stand_in_no_relation_in_the_mirror_either() -> None:
    overlapping = scene(("cat", block(40, 100, 200, 160), GREY), ("car", block(180, 90, 280, 160), GREY))
    assert relation("right of", overlapping) == {"boxes.relation": 0}


@pytest.mark.parametrize(
    ("after", "right"), [("on the right", 1), ("on the left", 0), ("near the right edge", 0)]
)
def test_what_is_on_the_left_is_on_the_right_in_the_mirror(after: str, right: int) -> None:
    edit = Edit(operation="replace", kind="relation", before="somewhere", after=after)
    assert measure(foil(SIDE_BY_SIDE, edit, WHOLE, (0,))) == {"boxes.relation": right}


def test_a_group_is_right_of_a_car_in_the_mirror_only_where_all_of_it_is() -> None:
    cats = (("cat", block(10, 100, 30, 160), GREY), ("cat", block(40, 100, 80, 160), GREY))
    car, last = ("car", block(180, 90, 280, 160), GREY), ("cat", block(290, 100, 310, 160), GREY)
    edit = Edit(operation="replace", kind="relation", before="left of", after="right of")
    assert measure(foil(scene(*cats, car), edit, WHOLE, (0, 1, 2))) == {"boxes.relation": 1}
    assert measure(foil(scene(*cats, car, last), edit, WHOLE, (0, 1, 3, 2))) == {"boxes.relation": 0}


@pytest.mark.parametrize("box", [None, (0.1, 0.3, 0.9, 0.7)])
def test_two_that_changed_places_stand_on_the_other_side(box: Box | None) -> None:
    edit = Edit(operation="swap", kind="object", before="cat left of car", after="car left of cat", box=box)
    assert measure(foil(SIDE_BY_SIDE, edit, WHOLE, (0, 1))) == {"boxes.relation": 1}


@pytest.mark.parametrize(
    ("after", "targets", "values", "right"),
    [
        ("two", (0,), (), 1),
        ("one", (0,), (), 0),
        ("four", (), ("cup",), 1),
        ("2", (0,), (), 1),
        ("many", (0,), (), 0),
    ],
)
def test_the_count_after_the_edit(
    after: str, targets: tuple[int, ...], values: tuple[str, ...], right: int
) -> None:
    edit = Edit(operation="replace", kind="count", before="three", after=after)
    assert measure(foil(THREE_CUPS, edit, WHOLE, targets, values)) == {"boxes.count": right}


def test_a_recolour_has_no_say_here() -> None:
    edit = Edit(operation="replace", kind="attribute", before="red", after="blue")
    assert measure(foil(SIDE_BY_SIDE, edit, WHOLE, (0,))) == {}


def test_a_mirrored_box_keeps_its_size_and_height() -> None:
    assert mirrored((0.1, 0.2, 0.4, 0.9)) == (0.6, 0.2, 0.9, 0.9)


def test_a_moved_box_stands_on_the_middle_of_the_other_foot() -> None:
    assert moved((0.0, 0.0, 0.2, 0.4), (0.5, 0.5, 0.9, 0.9)) == pytest.approx((0.6, 0.5, 0.8, 0.9))
