"""What is true of a drawing: relations worked out by hand, and by counting points in polygons."""

import itertools
import random

import pytest
from worlds import covered, drawing, item, scenes, ways

from counterfoil.world.drawing import Drawing, Item, Truth, holds, relations
from counterfoil.world.words import COLOURS, CONVERSE, RELATIONS, SHAPES, Relation


def square(x: float, y: float, half: float = 0.1) -> Item:
    """From `x - half` to `x + half`, and so in height."""
    return item("square", "red", x, y, radius=half)


def test_the_box_of_a_square_is_worked_out_by_hand() -> None:
    assert square(0.4, 0.6).box == pytest.approx((0.3, 0.5, 0.5, 0.7))


@pytest.mark.parametrize(
    ("other_x", "left_of", "right_of"),
    [
        (0.8, True, False),
        (0.431, True, False),  # 0.031 between the boxes: just enough
        (0.429, None, False),  # 0.029 between them
        (0.35, None, False),  # they overlap, but the centre is to the left
        (0.2, False, False),  # one right above the other
        (0.15, False, None),
    ],
)
def test_left_of_needs_a_gap_between_the_boxes(other_x: float, left_of: Truth, right_of: Truth) -> None:
    pair = drawing(square(0.2, 0.2), square(other_x, 0.7))
    assert holds(pair, 0, "left of", 1) is left_of
    assert holds(pair, 0, "right of", 1) is right_of
    assert holds(pair, 1, "right of", 0) is left_of
    assert holds(pair, 1, "left of", 0) is right_of


@pytest.mark.parametrize(
    ("other_y", "above", "below"),
    [
        (0.8, True, False),
        (0.431, True, False),
        (0.429, None, False),
        (0.2, False, False),
        (0.15, False, None),
    ],
)
def test_above_needs_a_gap_between_the_boxes(other_y: float, above: Truth, below: Truth) -> None:
    pair = drawing(square(0.2, 0.2), square(0.7, other_y))
    assert holds(pair, 0, "above", 1) is above
    assert holds(pair, 0, "below", 1) is below
    assert holds(pair, 1, "below", 0) is above
    assert holds(pair, 1, "above", 0) is below


@pytest.mark.parametrize(
    ("x", "inside"),
    [
        (0.5, True),
        (0.72, True),  # from 0.67 to 0.77, within 0.2 to 0.8
        (0.8, None),  # one half is in
        (0.83, None),  # a fifth and a bit
        (0.843, False),  # less than a fifth
        (0.95, False),
    ],
)
def test_inside_needs_all_of_it_within_the_border(x: float, inside: Truth) -> None:
    pair = drawing(square(0.5, 0.5, 0.3), square(x, 0.5, 0.05))
    assert holds(pair, 1, "inside", 0) is inside
    assert holds(pair, 0, "around", 1) is inside
    assert holds(pair, 0, "inside", 1) is False
    assert holds(pair, 1, "around", 0) is False


def test_what_is_painted_earlier_is_not_inside_but_hidden() -> None:
    pair = drawing(square(0.5, 0.5, 0.05), square(0.5, 0.5, 0.3))
    assert holds(pair, 0, "inside", 1) is False
    assert holds(pair, 1, "around", 0) is False


def test_in_the_mouth_of_a_crescent_is_not_inside_of_it() -> None:
    crescent = item("crescent", "yellow", 0.5, 0.5, "large", radius=0.4)
    left, top, right, bottom = crescent.box
    mouth = item("circle", "red", right - 0.05, 0.5, radius=0.04)
    assert left < mouth.box[0]
    assert mouth.box[2] < right
    assert top < mouth.box[1]
    assert mouth.box[3] < bottom
    assert holds(drawing(crescent, mouth), 1, "inside", 0) is False


@pytest.mark.parametrize(
    ("shift", "in_front"),
    [
        (0.39, None),  # 2.5 % of it hidden
        (0.34, True),  # 15 %
        (0.2, True),  # a half
        (0.16, True),  # 60 %
        (0.08, None),  # 80 %
        (0.0, None),  # all
        (0.42, False),  # apart
    ],
)
def test_in_front_of_hides_a_part(shift: float, in_front: Truth) -> None:
    pair = drawing(square(0.3, 0.5, 0.2), square(0.3 + shift, 0.5, 0.2))
    assert holds(pair, 1, "in front of", 0) is in_front
    assert holds(pair, 0, "behind", 1) is in_front
    assert holds(pair, 0, "in front of", 1) is False
    assert holds(pair, 1, "behind", 0) is False


def test_a_small_thing_of_which_a_twentieth_is_hidden_leaves_a_doubt() -> None:
    pair = drawing(square(0.4, 0.5), square(0.59, 0.5))  # 0.01 of 0.2
    assert holds(pair, 1, "in front of", 0) is None


def test_how_much_is_hidden_is_a_share_of_the_smaller_one() -> None:
    # half of the small one, 0.005, is little of the large one, 0.36
    pair = drawing(square(0.4, 0.5, 0.3), square(0.7, 0.5, 0.05))
    assert holds(pair, 1, "in front of", 0) is True
    assert holds(pair, 1, "inside", 0) is None


def test_something_inside_is_not_said_to_be_in_front() -> None:
    pair = drawing(square(0.5, 0.5, 0.3), square(0.5, 0.5, 0.05))
    assert holds(pair, 1, "in front of", 0) is None


def test_all_clear_relations_of_a_drawing_are_told_once() -> None:
    shown = drawing(
        square(0.3, 0.3, 0.25),  # 0.05 to 0.55
        square(0.3, 0.3, 0.05),  # in it
        square(0.9, 0.3, 0.05),  # to the right of both
        square(0.92, 0.37, 0.05),  # hides a part of that: 30 % of its height, 80 % of its width
    )
    assert set(relations(shown)) == {
        (1, "inside", 0),
        (0, "left of", 2),
        (1, "left of", 2),
        (0, "left of", 3),
        (1, "left of", 3),
        (3, "in front of", 2),
    }
    assert len(list(relations(shown))) == 6


def test_relations_are_those_that_hold_in_the_first_of_two_converses() -> None:
    first = ("left of", "above", "inside", "in front of")
    for dealt in scenes("train", 200):
        expected = [way for way, truth in ways(dealt.drawing).items() if truth and way[1] in first]
        assert sorted(relations(dealt.drawing)) == sorted(expected), dealt.key


def test_named_items_are_those_before_the_distractors() -> None:
    items = square(0.2, 0.2), square(0.8, 0.2), square(0.5, 0.8)
    assert drawing(*items, distractors=1).named == items[:2]
    assert drawing(*items).named == items


def random_pair(rng: random.Random) -> Drawing:
    return drawing(
        *(
            Item(
                rng.choice(SHAPES),
                rng.choice(COLOURS),
                "large",
                "plain",
                rng.uniform(0.35, 0.65),
                rng.uniform(0.35, 0.65),
                rng.uniform(0.05, 0.3),
                rng.uniform(-180, 180),
            )
            for _ in range(2)
        )
    )


def test_no_relation_holds_together_with_its_opposite() -> None:
    rng = random.Random(3)
    for _ in range(400):
        pair = random_pair(rng)
        for relation, (a, b) in itertools.product(RELATIONS, ((0, 1), (1, 0))):
            assert holds(pair, a, relation, b) is holds(pair, b, CONVERSE[relation], a)
            assert not (holds(pair, a, relation, b) and holds(pair, b, relation, a))


def nearly(share: float, low: float, high: float) -> bool:
    return low - 0.06 <= share <= high + 0.06


def test_inside_and_in_front_of_agree_with_counting_points_in_polygons() -> None:
    rng = random.Random(4)
    seen: dict[tuple[Relation, Truth], int] = {}
    for _ in range(500):
        pair = random_pair(rng)
        back, front = (covered(one, 200) for one in pair.items)
        shared = (back & front).sum()
        inner, hidden = shared / front.sum(), shared / min(front.sum(), back.sum())
        inside, in_front = holds(pair, 1, "inside", 0), holds(pair, 1, "in front of", 0)
        seen["inside", inside] = seen.get(("inside", inside), 0) + 1
        seen["in front of", in_front] = seen.get(("in front of", in_front), 0) + 1
        if inside:
            assert inner > 0.94
        if inside is False:
            assert inner < 0.26
        if inner == 1.0:
            assert inside in (True, None)
        if in_front:
            assert nearly(hidden, 0.08, 0.7)
        if in_front is False:
            assert hidden < 0.01
        if 0.14 < hidden < 0.64:
            assert in_front is True
    assert len(seen) == 6
    assert min(seen.values()) >= 5
