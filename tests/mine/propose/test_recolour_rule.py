"""Proposing colours: drawn boxes of known colours, whose captions say or do not say the colour."""

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.perceive.colour import NAMES
from counterfoil.mine.propose.recolour import RecolourOne, SwapTwoColours, load_coloured
from counterfoil.mine.propose.rule import Draft, Rule
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Box, ImageFile, Pictured, Region, Scene

RUN = Run(0, Path())
COLOURS = {"red": (180, 20, 30), "blue": (20, 70, 180), "green": (30, 130, 60), "black": (12, 12, 12)}


@cache
def perceive() -> Apply:
    return Perceive().load(RUN)


def scene(caption: str, *things: tuple[str, str, Box]) -> Scene:
    """A grey picture with a filled box for each (label, colour, box)."""
    pixels = np.full((200, 300, 3), 140, np.uint8)
    for _, colour, (left, top, right, bottom) in things:
        pixels[int(top * 200) : int(bottom * 200), int(left * 300) : int(right * 300)] = COLOURS[colour]
    regions = tuple(Region(label=label, box=box) for label, _, box in things)
    sample = Pictured(key="s", image=ImageFile("s"), captions=(caption,), regions=regions, pixels=pixels)
    (made,) = perceive()([sample])
    assert isinstance(made, Scene)
    return made


def drafts(rule: Rule, of: Scene) -> list[Draft]:
    return list(rule.load(RUN)(of, random.Random(0)))


LEFT, RIGHT, CORNER = (0.05, 0.2, 0.4, 0.8), (0.55, 0.2, 0.95, 0.8), (0.42, 0.0, 0.53, 0.15)


def said(of: Scene, draft: Draft) -> str:
    caption = of.captions[draft.caption]
    for start, end, text in sorted(draft.negative_changes, reverse=True):
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
    assert {draft.values[0] for draft in made} == {"blue", "green", "yellow"}


def test_a_car_never_becomes_the_colour_of_another_car() -> None:
    street = scene("A red car.", ("car", "red", LEFT), ("car", "blue", RIGHT))
    assert "blue" not in {draft.values[0] for draft in drafts(RecolourOne(per_region=9), street)}


def test_of_two_red_cars_none_is_painted() -> None:
    street = scene("Two red cars.", ("car", "red", LEFT), ("car", "red", RIGHT))
    assert drafts(RecolourOne(), street) == []


def test_what_does_not_come_in_colours_is_left_alone() -> None:
    for label in ("person", "broccoli", "stop sign", "traffic light", "potted plant", "unicorn"):
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
        assert name not in table.far[name]
