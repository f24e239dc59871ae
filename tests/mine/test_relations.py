"""What boxes tell: relations and counts that a person would state at a glance."""

import pytest

from counterfoil.mine.perceive.relations import beside, counts, hull, places, relation, relations
from counterfoil.records import Box, Region


def at(label: str, *box: float, crowd: bool = False) -> Region:
    left, top, right, bottom = box
    return Region(label=label, box=(left, top, right, bottom), crowd=crowd)


def stated(*regions: Region) -> list[tuple[str, str, str]]:
    return [(fact.subject, fact.value, fact.other) for fact in relations(regions)]


CAT = at("cat", 0.1, 0.4, 0.3, 0.8)
CAR = at("car", 0.5, 0.3, 0.9, 0.8)


def test_a_cat_beside_a_car_is_left_of_it_and_the_smaller_is_the_subject() -> None:
    (fact,) = relations([CAR, CAT])
    assert (fact.subject, fact.value, fact.other) == ("cat", "left of", "car")
    assert fact.regions == (1, 0)


def test_the_same_from_the_other_side_is_right_of() -> None:
    assert stated(at("car", 0.1, 0.3, 0.5, 0.8), at("cat", 0.6, 0.4, 0.8, 0.8)) == [
        ("cat", "right of", "car")
    ]


@pytest.mark.parametrize(
    "second",
    [
        at("car", 0.25, 0.3, 0.9, 0.8),  # overlaps
        at("car", 0.31, 0.3, 0.9, 0.8),  # only 1 % away
        at("car", 0.32, 0.82, 0.36, 0.99),  # lower rather than beside
        at("car", 0.5, 0.4, 0.53, 0.45),  # too small to speak of
        at("car", 0.5, 0.3, 0.9, 0.8, crowd=True),
    ],
)
def test_what_is_not_clearly_beside_gives_no_relation(second: Region) -> None:
    assert relations([CAT, second]) == []


def test_of_two_cats_alike_none_is_the_cat() -> None:
    assert relations([CAT, at("cat", 0.1, 0.1, 0.3, 0.35), CAR]) == []


def test_a_cat_that_stands_out_is_the_cat_where_the_others_stand_there_too() -> None:
    small = (0.02, 0.5, 0.08, 0.6)
    assert stated(CAT, at("cat", *small), CAR) == [("cat", "left of", "car")]


def test_a_lesser_cat_on_the_other_side_forbids_the_relation() -> None:
    assert stated(CAT, at("cat", 0.92, 0.5, 0.98, 0.6), CAR) == []


def test_only_what_hangs_or_flies_is_above_something() -> None:
    high, low = (0.4, 0.1, 0.6, 0.3), (0.3, 0.5, 0.7, 0.9)
    assert stated(at("kite", *high), at("dog", *low)) == [("kite", "above", "dog")]
    assert stated(at("cow", *high), at("dog", *low)) == []
    assert stated(at("kite", 0.2, 0.1, 0.8, 0.45), at("dog", *high[:1], 0.5, 0.5, 0.7)) == [
        ("dog", "below", "kite")
    ]


def test_a_relation_turns_round_with_its_two_boxes() -> None:
    first: Box = (0.1, 0.4, 0.3, 0.8)
    second: Box = (0.5, 0.3, 0.9, 0.8)
    assert (relation(first, second), relation(second, first)) == ("left of", "right of")


def test_at_most_six_relations_are_stated_the_largest_things_first() -> None:
    row = [at(name, 0.2 * i, 0.3, 0.2 * i + 0.1, 0.6) for i, name in enumerate("abcde")]
    assert len(relations(row)) == 6


def test_three_cups_are_three() -> None:
    cups = [at("cup", 0.1 * i, 0.1, 0.1 * i + 0.08, 0.3) for i in range(3)]
    (fact,) = counts(cups)
    assert (fact.subject, fact.value, fact.regions) == ("cup", "3", (0, 1, 2))


def test_a_crowd_a_tiny_thing_or_more_than_five_are_not_counted() -> None:
    assert counts([CAT, at("cat", 0.5, 0.5, 0.9, 0.9, crowd=True)]) == []
    assert counts([CAT, at("cat", 0.5, 0.5, 0.54, 0.54)]) == []
    assert counts([at("cup", 0.1 * i, 0.1, 0.1 * i + 0.08, 0.3) for i in range(6)]) == []


def test_all_things_have_to_lie_in_a_half_for_it_to_be_their_side() -> None:
    left, right = (0.1, 0.3, 0.4, 0.6), (0.6, 0.3, 0.9, 0.6)
    assert places([left]) == ("on the left",)
    assert places([right, (0.55, 0.1, 0.6, 0.2)]) == ("on the right",)
    assert places([left, right]) == ()
    assert places([(0.4, 0.3, 0.6, 0.6)]) == ()


@pytest.mark.parametrize(
    ("box", "where"),
    [
        ((0.02, 0.7, 0.2, 0.98), ("on the left", "in the bottom left corner", "near the left edge")),
        ((0.7, 0.0, 1.0, 0.3), ("on the right", "in the top right corner", "near the right edge")),
        ((0.8, 0.4, 0.97, 0.7), ("on the right", "near the right edge")),
        ((0.02, 0.1, 0.45, 0.98), ("on the left",)),  # reaches far into the picture
    ],
)
def test_corners_and_edges_are_told_of_what_is_near_them(box: Box, where: tuple[str, ...]) -> None:
    assert places([box]) == where


def test_a_man_who_leans_on_a_car_is_right_of_it() -> None:
    car, man = (0.0, 0.2, 0.44, 0.8), (0.43, 0.3, 0.65, 0.9)
    assert beside([man], [car]) == "right of"
    assert beside([car], [man]) == "left of"
    assert beside([(0.3, 0.3, 0.52, 0.9)], [car]) == ""


def test_some_are_left_of_others_only_where_all_are() -> None:
    men, dog = [(0.0, 0.4, 0.1, 0.8), (0.4, 0.3, 0.6, 0.8)], (0.7, 0.6, 0.8, 0.8)
    assert beside(men, [dog]) == "left of"
    assert beside([*men, (0.85, 0.3, 0.95, 0.8)], [dog]) == ""


def test_what_is_higher_rather_than_beside_stands_on_no_side() -> None:
    assert beside([(0.1, 0.0, 0.2, 0.1)], [(0.3, 0.8, 0.4, 0.9)]) == ""
    assert beside([(0.1, 0.0, 0.2, 0.1)], [(0.7, 0.5, 0.8, 0.6)]) == "left of"


def test_a_hull_is_the_smallest_box_around_boxes() -> None:
    assert hull([(0.1, 0.5, 0.2, 0.6), (0.3, 0.2, 0.4, 0.3)]) == (0.1, 0.2, 0.4, 0.6)
