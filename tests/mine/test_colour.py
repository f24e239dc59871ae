"""Naming colours: the foci of the basic terms, screens' named colours, and things with windows and shade."""

import numpy as np
import pytest
from xkcd import survey_names

from counterfoil.mine.perceive.colour import (
    NAMES,
    UNNAMED,
    ColourName,
    colour_shares,
    name_pixels,
    plain_share,
    region_colour,
)
from counterfoil.mine.perceive.oklab import from_oklab, to_lch, to_oklab
from counterfoil.records import Pixels

FOCI = {
    "black": (10, 10, 10),
    "white": (250, 250, 248),
    "grey": (128, 128, 128),
    "red": (190, 10, 40),
    "orange": (238, 110, 0),
    "yellow": (240, 195, 0),
    "green": (0, 142, 80),
    "blue": (0, 110, 195),
    "purple": (98, 49, 125),
    "pink": (251, 180, 181),
    "brown": (114, 55, 16),
}


def plain(colour: tuple[int, int, int], side: int = 40) -> Pixels:
    return np.full((side, side, 3), colour, np.uint8)


@pytest.mark.parametrize("name", NAMES)
def test_the_focus_of_a_basic_term_has_its_name(name: str) -> None:
    assert region_colour(plain(FOCI[name]), np.ones((40, 40), bool)) == ColourName(name, 1.0)


@pytest.mark.parametrize("colour", [(0, 128, 128), (128, 128, 0), (224, 176, 255), (210, 180, 140)])
def test_teal_olive_mauve_and_tan_have_no_basic_name(colour: tuple[int, int, int]) -> None:
    assert name_pixels(plain(colour))[0, 0] == UNNAMED
    assert region_colour(plain(colour), np.ones((40, 40), bool)) is None


def test_a_red_car_with_black_windows_and_a_highlight_is_red() -> None:
    car = plain((180, 20, 30))
    car[5:15] = (15, 15, 18)  # a quarter of it is glass
    car[20:22] = 255
    assert region_colour(car, np.ones((40, 40), bool)) == ColourName("red", 1.0)


def test_a_white_bus_with_dark_windows_is_white() -> None:
    bus = plain((245, 245, 245))
    bus[8:22] = (20, 20, 20)
    named = region_colour(bus, np.ones((40, 40), bool))
    assert named is not None
    assert named.name == "white"


def test_half_red_and_half_blue_has_no_colour() -> None:
    flag = plain((180, 20, 30))
    flag[:20] = (20, 60, 190)
    assert region_colour(flag, np.ones((40, 40), bool)) is None


def test_what_is_outside_the_mask_and_on_its_border_does_not_count() -> None:
    picture = plain((20, 60, 190))
    picture[10:30, 10:30] = (0, 150, 60)
    mask = np.zeros((40, 40), bool)
    mask[9:31, 9:31] = True  # the outline is one pixel too wide
    assert region_colour(picture, mask) == ColourName("green", 1.0)


def test_an_empty_mask_has_no_colour() -> None:
    assert region_colour(plain((255, 0, 0)), np.zeros((40, 40), bool)) is None


def test_shares_add_up_to_one_and_excuses_leave_the_rest() -> None:
    picture = plain((180, 20, 30), 100)
    picture[:30] = 0
    shares = colour_shares(picture, np.ones((100, 100), bool))
    assert shares.sum() == pytest.approx(1)
    assert plain_share(shares, "red") == pytest.approx(1)
    assert plain_share(shares, "black") == pytest.approx(shares[0])


def test_oklab_of_white_and_of_pure_red_are_the_published_ones() -> None:
    white, red = to_oklab(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8))[0]
    assert white == pytest.approx([1, 0, 0], abs=1e-3)
    assert red == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)
    lightness, chroma, hue = to_lch(red)
    assert (float(lightness), float(chroma), float(hue)) == pytest.approx((0.628, 0.258, 29.2), abs=0.05)


def test_oklab_and_back_is_the_same_picture() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    assert np.abs(from_oklab(to_oklab(picture)).astype(int) - picture).max() <= 1


def test_a_name_is_the_one_that_most_people_of_a_survey_give_to_colours_like_it() -> None:
    steps = np.arange(8, 256, 16, dtype=np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    mine, theirs = name_pixels(grid[None])[0], survey_names(grid)
    agreed = [NAMES[i] == other for i, other in zip(mine, theirs, strict=True) if i != UNNAMED]
    assert len(agreed) > 0.6 * len(grid)
    assert np.mean(agreed) > 0.9


def test_a_word_of_a_caption_tips_the_scale_but_proves_nothing() -> None:
    bus = plain((245, 245, 245))
    bus[:20] = (165, 165, 165)  # in shade: light grey has no name
    whole = np.ones((40, 40), bool)
    assert region_colour(bus, whole) is None
    assert region_colour(bus, whole, told="white") is not None
    assert region_colour(bus, whole, told="red") is None


def test_a_told_colour_is_enough_on_a_part_among_chrome_and_black_but_not_among_other_colours() -> None:
    motorcycle = plain((60, 60, 60))
    motorcycle[:14] = (15, 15, 15)
    motorcycle[14:24] = (180, 20, 30)
    whole = np.ones((40, 40), bool)
    assert region_colour(motorcycle, whole) is None
    named = region_colour(motorcycle, whole, told="red")
    assert named is not None
    assert named.name == "red"
    motorcycle[:14] = (20, 60, 190)
    assert region_colour(motorcycle, whole, told="red") is None


def test_white_in_shade_is_grey_unless_somebody_saw_that_it_is_white() -> None:
    stove = plain((100, 100, 100))
    whole = np.ones((40, 40), bool)
    assert region_colour(stove, whole) == ColourName("grey", 1.0)
    assert region_colour(stove, whole, told="white") == ColourName("white", 1.0)
    assert region_colour(stove, whole, told="black") is None
