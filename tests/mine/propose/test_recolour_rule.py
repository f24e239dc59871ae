"""Proposing colours: drawn boxes of known colours, whose captions say or do not say the colour."""

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.perceive.colour import NAMES
from counterfoil.mine.propose.coloured import load_coloured
from counterfoil.mine.propose.recolour import RecolourOne, SwapTwoColours
from counterfoil.mine.propose.rule import Draft, Rule
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Box, Change, ImageFile, Pictured, Region, Scene

RUN = Run(0, Path())
COLOURS = {"red": (180, 20, 30), "blue": (20, 70, 180), "green": (30, 130, 60), "black": (12, 12, 12)}


@cache
def perceive() -> Apply:
    return Perceive().load(RUN)


def scene(captions: str | tuple[str, ...], *things: tuple[str, str, Box]) -> Scene:
    """A light grey picture with a filled box for each (label, colour, box)."""
    pixels = np.full((200, 300, 3), 190, np.uint8)
    for _, colour, (left, top, right, bottom) in things:
        pixels[int(top * 200) : int(bottom * 200), int(left * 300) : int(right * 300)] = COLOURS[colour]
    regions = tuple(Region(label=label, box=box) for label, _, box in things)
    said = (captions,) if isinstance(captions, str) else captions
    sample = Pictured(key="s", image=ImageFile("s"), captions=said, regions=regions, pixels=pixels)
    (made,) = perceive()([sample])
    assert isinstance(made, Scene)
    return made


def drafts(rule: Rule, of: Scene) -> list[Draft]:
    return list(rule.load(RUN)(of, random.Random(0)))


LEFT, RIGHT, CORNER = (0.05, 0.2, 0.4, 0.8), (0.55, 0.2, 0.95, 0.8), (0.42, 0.0, 0.53, 0.15)


def said(of: Scene, draft: Draft) -> str:
    return changed(of, draft, draft.negative_changes)


def changed(of: Scene, draft: Draft, changes: tuple[Change, ...]) -> str:
    caption = of.captions[draft.caption]
    for start, end, text in sorted(changes, reverse=True):
        caption = caption[:start] + text + caption[end:]
    return caption


def test_a_red_car_becomes_another_colour_in_the_caption_that_says_so() -> None:
    street = scene("A red car parked on the street.", ("car", "red", LEFT))
    made = drafts(RecolourOne(per_region=2), street)
    assert len(made) == 2
    for draft in made:
        assert draft.two_way
        assert draft.targets == (0,)
        assert (draft.edit.before, draft.edit.after) == ("red", draft.values[0])
        assert said(street, draft) == f"A {draft.values[0]} car parked on the street."


def test_a_thing_never_becomes_a_colour_near_its_own() -> None:
    made = drafts(RecolourOne(per_region=9), scene("A red car.", ("car", "red", LEFT)))
    assert {draft.values[0] for draft in made} == {"blue", "green", "yellow", "purple", "black"}


def test_of_two_cars_the_one_that_a_caption_calls_red_becomes_another_colour() -> None:
    street = scene("A red car and a green bus.", ("car", "red", LEFT), ("car", "blue", RIGHT))
    made = [draft for draft in drafts(RecolourOne(per_region=9), street) if draft.targets == (0,)]
    # "blue" is told too, but of the thing on one side: another car has that colour
    stated = {draft.values[0]: said(street, draft) for draft in made}
    assert stated["green"] == "A green car and a green bus."
    assert stated["yellow"] == "A yellow car and a green bus."
    assert "blue" not in stated


def test_the_only_red_one_of_several_is_there_and_then_one_of_another_colour() -> None:
    middle = (0.42, 0.2, 0.53, 0.8)
    street = scene("A wide road.", ("car", "blue", LEFT), ("car", "blue", RIGHT), ("car", "red", middle))
    made = [draft for draft in drafts(RecolourOne(per_region=9), street) if draft.targets == (2,)]
    assert {draft.values[0] for draft in made} == {"green", "yellow"}  # the blue ones might be called black
    for draft in made:
        true = changed(street, draft, draft.true_changes)
        assert "red car" in true.removeprefix("A wide road. ").lower()
        assert said(street, draft) == true.replace("red", draft.values[0])


def test_of_two_red_cars_the_side_tells_which_one() -> None:
    street = scene("Two cars.", ("car", "red", LEFT), ("car", "red", RIGHT))
    made = drafts(RecolourOne(per_region=1), street)
    assert sorted(changed(street, draft, draft.true_changes) for draft in made) == [
        "Two cars. The car on the left is red.",
        "Two cars. The car on the right is red.",
    ]
    for draft in made:
        assert said(street, draft) == changed(street, draft, draft.true_changes).replace(
            "red", draft.values[0]
        )


def test_of_three_red_cars_the_one_in_the_middle_is_left_alone() -> None:
    things = [("car", "red", (left, 0.2, left + 0.2, 0.8)) for left in (0.05, 0.4, 0.75)]
    made = drafts(RecolourOne(), scene("A wide road.", *things))
    assert {draft.targets for draft in made} == {(0,), (2,)}
    assert all("most car is" in draft.true_changes[-1].text for draft in made)


def test_red_cars_on_top_of_each_other_are_left_alone() -> None:
    above, below = (0.2, 0.05, 0.7, 0.45), (0.25, 0.55, 0.75, 0.95)
    assert drafts(RecolourOne(), scene("A road.", ("car", "red", above), ("car", "red", below))) == []


def test_of_red_cars_on_top_of_each_other_the_size_tells_which_one() -> None:
    large, small = (0.2, 0.05, 0.7, 0.65), (0.35, 0.75, 0.55, 0.95)
    street = scene("A road.", ("car", "red", large), ("car", "red", small))
    (draft,) = drafts(RecolourOne(per_region=1), street)
    assert said(street, draft) == f"A road. The larger car is {draft.values[0]}."


@pytest.mark.parametrize(
    "caption", ["Two red cars.", "All cars are the same.", "A car on a road.", "Three cars."]
)
def test_no_side_is_told_after_a_caption_that_speaks_of_all_or_of_one(caption: str) -> None:
    street = scene(caption, ("car", "red", LEFT), ("car", "red", RIGHT))
    assert drafts(RecolourOne(), street) == []


def test_books_are_never_all_outlined_so_that_none_of_several_is_meant() -> None:
    shelf = scene("A shelf.", ("book", "red", LEFT), ("book", "blue", RIGHT))
    assert drafts(RecolourOne(), shelf) == []


def test_the_things_of_a_scene_take_turns() -> None:
    street = scene("A wide road.", ("bus", "red", LEFT), ("car", "blue", RIGHT))
    assert [draft.targets for draft in drafts(RecolourOne(per_region=2), street)] == [(1,), (0,), (1,), (0,)]


def test_the_first_new_colours_are_far_from_each_other() -> None:
    spread = load_coloured().spread(["red", "orange", "pink", "blue", "purple", "green"])
    assert spread == ["red", "blue", "green", "orange", "pink", "purple"]


def test_one_of_two_cars_and_a_bus_exchange_their_colours() -> None:
    street = scene(
        "A wide road.", ("car", "red", (0.05, 0.2, 0.3, 0.8)), ("car", "red", (0.7, 0.2, 0.95, 0.8)),
        ("bus", "blue", (0.35, 0.1, 0.65, 0.9)),
    )  # fmt: skip
    made = drafts(SwapTwoColours(), street)
    assert {said(street, draft) for draft in made} == {
        f"A wide road. The bus is red and the car on the {side} is blue." for side in ("left", "right")
    }


def test_two_cars_exchange_their_colours_where_each_has_a_name() -> None:
    street = scene("A wide road.", ("car", "red", LEFT), ("car", "blue", RIGHT))
    (draft,) = drafts(SwapTwoColours(), street)
    assert changed(street, draft, draft.true_changes) == (
        "A wide road. The car on the right is blue and the car on the left is red."
    )
    assert said(street, draft) == "A wide road. The car on the right is red and the car on the left is blue."
    above, below = (0.2, 0.02, 0.6, 0.48), (0.2, 0.52, 0.6, 0.98)
    assert not drafts(SwapTwoColours(), scene("A road.", ("car", "red", above), ("car", "blue", below)))


def test_nothing_is_proposed_that_could_not_be_painted() -> None:
    torn = scene("A road.", ("car", "red", LEFT), ("person", "black", (0.05, 0.35, 0.4, 0.75)))
    assert drafts(RecolourOne(), torn) == []


def test_what_does_not_come_in_colours_is_left_alone() -> None:
    for label in ("person", "broccoli", "pizza", "traffic light", "potted plant", "unicorn"):
        assert drafts(RecolourOne(), scene(f"A red {label}.", (label, "red", LEFT))) == []


def test_a_tiny_thing_is_left_alone() -> None:
    tiny = (0.5, 0.5, 0.54, 0.54)
    assert drafts(RecolourOne(), scene("A red car.", ("car", "red", tiny))) == []


def test_a_red_car_and_a_blue_bus_exchange_their_colours() -> None:
    street = scene("A red car next to a blue bus.", ("car", "red", LEFT), ("bus", "blue", RIGHT))
    (draft,) = drafts(SwapTwoColours(), street)
    assert draft.values in (("blue", "red"), ("red", "blue"))
    assert said(street, draft) == "A blue car next to a red bus."
    assert draft.edit.operation == "swap"
    assert draft.edit.box == pytest.approx((0.05, 0.2, 0.95, 0.8))


def test_colours_are_not_exchanged_where_one_would_not_suit() -> None:
    street = scene("A red car next to a black cat.", ("car", "red", LEFT), ("cat", "black", RIGHT))
    assert drafts(SwapTwoColours(), street) == []


def test_the_same_chance_gives_the_same_drafts() -> None:
    street = scene("A red car.", ("car", "red", LEFT))
    assert drafts(RecolourOne(), street) == drafts(RecolourOne(), street)


def test_the_table_speaks_of_basic_colours_and_is_even_handed() -> None:
    table = load_coloured()
    for palette in table.palettes.values():
        assert set(palette["from"]) | set(palette["to"]) <= set(NAMES)
    for name in NAMES:
        assert all(name in table.near[other] for other in table.near[name])
        assert set(table.apart[name]) <= set(table.near[name])
    assert table.known | table.laden <= set(table.palettes)
