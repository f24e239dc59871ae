"""Finding stuff: drawn landscapes of which it is known where the sky, the court or the grass is."""

import numpy as np
import pytest
from pycocotools import mask as run_lengths

from counterfoil.mine.perceive.stuff import Stuff, stuff, table
from counterfoil.mine.perceive.stuff_view import rows_of
from counterfoil.records import ImageFile, Mask, Pictured, Pixels, Region, RunLengths

HEIGHT, WIDTH = 180, 240
BLUE, GREY, WHITE, GREEN, BROWN = (
    (110, 160, 225),
    (140, 140, 143),
    (250, 250, 250),
    (85, 115, 45),
    (80, 60, 45),
)
ORANGE = (235, 135, 70)
HORIZON = 90


def landscape(above: tuple[int, int, int], below: tuple[int, int, int], noise: float = 1.0) -> Pixels:
    """One colour over another; the lower half has a grain of its own."""
    grain = np.random.default_rng(0).normal(0, 1, (HEIGHT, WIDTH, 1))
    pixels = np.empty((HEIGHT, WIDTH, 3), np.float64)
    pixels[:HORIZON], pixels[HORIZON:] = above, below
    pixels[HORIZON:] += noise * grain[HORIZON:]
    return np.clip(pixels, 0, 255).astype(np.uint8)


def region(mask: Mask) -> Region:
    code = run_lengths.encode(np.asfortranarray(mask, np.uint8))
    return Region(label="kite", box=(0, 0, 1, 1), outline=RunLengths(HEIGHT, WIDTH, code["counts"]))


def find(pixels: Pixels, name: str, *regions: Region) -> Stuff | None:
    return stuff(
        Pictured(key="k", image=ImageFile("k.png"), captions=(), regions=regions, pixels=pixels), name
    )


@pytest.mark.parametrize(("colour", "name"), [(BLUE, "blue"), (GREY, "grey"), (WHITE, "white")])
def test_a_smooth_upper_half_is_a_sky_of_its_colour(colour: tuple[int, int, int], name: str) -> None:
    found = find(landscape(colour, BROWN), "sky")
    assert found is not None
    assert found.colour == name
    truth = np.arange(HEIGHT)[:, None] < np.full((1, WIDTH), HORIZON)
    assert np.mean(found.mask == truth) > 0.98


def test_a_rough_upper_half_is_no_sky() -> None:
    pixels = landscape(BLUE, BROWN)
    grain = np.random.default_rng(1).integers(-60, 60, (HORIZON, WIDTH, 3))
    pixels[:HORIZON] = np.clip(pixels[:HORIZON] + grain, 0, 255)
    assert find(pixels, "sky") is None


def test_a_sky_that_fades_into_the_land_is_not_sure() -> None:
    fade = np.linspace(0, 1, HEIGHT)[:, None, None] ** 2
    pixels = ((1 - fade) * np.array(WHITE) + fade * np.array((120, 122, 120))).astype(np.uint8)
    pixels[-20:] = (40, 40, 35)
    pixels[60:, :40] = (90, 95, 85)
    found = find(np.broadcast_to(pixels, (HEIGHT, WIDTH, 3)).copy(), "sky")
    assert found is None or not found.mask[130:].any()


def test_annotated_things_are_left_out_of_the_sky() -> None:
    pixels = landscape(BLUE, BROWN)
    kite = np.zeros((HEIGHT, WIDTH), bool)
    kite[20:50, 60:100] = True
    found = find(pixels, "sky", region(kite))
    assert found is not None
    assert not (found.mask & kite).any()


def test_a_box_without_an_outline_makes_no_hole_in_the_sky() -> None:
    found = find(landscape(BLUE, BROWN), "sky", Region(label="kite", box=(0.2, 0.1, 0.6, 0.4)))
    assert found is not None
    assert found.mask[: HORIZON - 2].all()


def test_what_a_branch_cuts_off_from_the_sky_belongs_to_it() -> None:
    pixels = landscape(BLUE, BROWN)
    pixels[20:70, 60:180] = BROWN
    pixels[26:64, 66:174] = BLUE
    found = find(pixels, "sky")
    assert found is not None
    assert found.mask[30:60, 70:170].all()
    assert not found.mask[22:24, 62:178].any()


def test_a_court_of_one_paint_is_found_with_its_lines() -> None:
    pixels = landscape(GREY, ORANGE)
    pixels[130:133] = 240
    found = find(pixels, "court")
    assert found is not None
    assert found.colour == "orange"
    assert found.mask[131].mean() > 0.9
    assert not found.mask[: HORIZON - 2].any()


def test_a_court_of_two_paints_is_not_sure() -> None:
    pixels = landscape(GREY, (60, 110, 190))
    pixels[HORIZON:, :80] = (40, 130, 60)
    assert find(pixels, "court") is None


def test_grass_is_green_even_where_it_is_rather_yellow() -> None:
    found = find(landscape(GREY, (120, 125, 50), noise=8), "grass")
    assert found is not None
    assert found.colour == "green"
    assert found.mask[HORIZON + 3 :].mean() > 0.95


def test_green_that_shows_elsewhere_too_leaves_the_grass_unsure() -> None:
    pixels = landscape(GREY, GREEN, noise=8)
    pixels[10:60, 40:200] = GREEN
    assert find(pixels, "grass") is None


def test_water_ends_at_the_sky_although_both_are_blue() -> None:
    found = find(landscape(BLUE, (30, 80, 120), noise=6), "water")
    assert found is not None
    assert found.colour == "blue"
    assert not found.mask[: HORIZON - 2].any()


def test_nothing_becomes_what_it_is() -> None:
    for entry in table().values():
        assert all(colour not in others for colour, others in entry["to"].items())


def test_the_rows_of_a_mask_are_those_of_each_of_its_pixels() -> None:
    mask = np.random.default_rng(0).random((9, 7)) < 0.3
    assert rows_of(mask).tolist() == np.nonzero(mask)[0].tolist()
