"""Repainting stuff: the sky or the ground changes, and nothing else does."""

import random
from pathlib import Path

import numpy as np
import pytest
from scenes import HEIGHT, WIDTH, Colour, block, reworded, scene

from counterfoil.mine.editors.editor import NOT_MINE, Painted, Refused
from counterfoil.mine.editors.stuff import RepaintStuff
from counterfoil.mine.perceive.colour import NAMES, name_pixels
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Pixels

BLUE, DARK = (110, 160, 225), (70, 55, 45)
MIDDLE = HEIGHT // 2
KITE = block(100, 30, 140, 60)


def halves(above: Colour, below: Colour) -> Pixels:
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:MIDDLE], pixels[MIDDLE:] = above, below
    return pixels


def paint(pixels: Pixels, name: str, before: str, after: str, *, kite: bool = False) -> Painted | Refused:
    things = (("kite", KITE, (200, 30, 30)),) if kite else ()
    edit = Edit(operation="replace", kind="attribute", before=before, after=after)
    proposal = reworded(scene(*things, pixels=pixels), edit, values=(name, after))
    return RepaintStuff().load(Run(0, Path()))(proposal, random.Random(0))


def named(pixels: Pixels, name: str) -> float:
    return float((name_pixels(pixels) == NAMES.index(name)).mean())


@pytest.mark.parametrize("after", ["orange", "pink"])
def test_a_blue_sky_takes_the_colour_of_another_hour(after: str) -> None:
    pixels = halves(BLUE, DARK)
    work = paint(pixels, "sky", "blue", after)
    assert isinstance(work, Painted)
    result = work.patch.onto(pixels)
    assert named(result[: MIDDLE - 8], after) > 0.95
    assert np.array_equal(result[MIDDLE + 12 :], pixels[MIDDLE + 12 :])


def test_a_grey_sky_turns_blue_and_its_clouds_stay() -> None:
    pixels = halves((140, 140, 143), DARK)
    pixels[20:50, 60:200] = 165
    work = paint(pixels, "sky", "grey", "blue")
    assert isinstance(work, Painted)
    result = work.patch.onto(pixels).astype(int)
    assert named(result.astype(np.uint8)[: MIDDLE - 8], "blue") > 0.95
    assert result[35, 120].sum() > result[80, 120].sum() + 30


def test_a_thing_before_the_sky_keeps_its_colour() -> None:
    work = paint(halves(BLUE, DARK), "sky", "blue", "pink", kite=True)
    assert isinstance(work, Painted)
    inner = block(106, 36, 134, 54)
    original = scene(("kite", KITE, (200, 30, 30)), pixels=halves(BLUE, DARK)).pixels
    assert np.array_equal(work.patch.onto(original)[inner], original[inner])


def test_a_court_changes_and_its_lines_stay_white() -> None:
    pixels = halves((140, 140, 143), (235, 135, 70))
    pixels[172:177] = 245
    work = paint(pixels, "court", "orange", "green")
    assert isinstance(work, Painted)
    result = work.patch.onto(pixels)
    assert named(result[190:], "green") > 0.95
    assert np.abs(result[173:176].astype(int) - 245).max() < 12


def test_grass_dries_and_keeps_its_blades() -> None:
    pixels = halves((140, 140, 143), (85, 115, 45))
    pixels[MIDDLE::4] = (60, 85, 30)
    work = paint(pixels, "grass", "green", "brown")
    assert isinstance(work, Painted)
    result = work.patch.onto(pixels)[MIDDLE + 20 :]
    assert named(result, "brown") > 0.9
    assert float(result.astype(float).sum(2).std()) > 25


def test_a_sky_too_dark_for_the_new_colour_is_refused() -> None:
    night = paint(halves((20, 40, 90), (200, 200, 200)), "sky", "blue", "orange")
    assert isinstance(night, Refused)
    assert night.reason == "too_dark"


def test_what_is_not_there_is_refused() -> None:
    refused = paint(halves(DARK, DARK), "sky", "blue", "pink")
    assert isinstance(refused, Refused)
    assert refused.reason == "stuff_not_found"


def test_a_thing_is_left_to_others() -> None:
    edit = Edit(operation="replace", kind="attribute", before="red", after="blue")
    of = reworded(scene(("kite", KITE, (200, 30, 30))), edit, targets=(0,), values=("blue",))
    assert RepaintStuff().load(Run(0, Path()))(of, random.Random(0)) is NOT_MINE
