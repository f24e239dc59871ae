"""A photo developed otherwise: its colour, its focus or its light goes, and nothing else."""

import random
from pathlib import Path

import numpy as np
import pytest
from scenes import ground, reworded, scene

from counterfoil.mine.editors.develop import (
    Develop,
    grey,
    overexposed,
    sepia,
    underexposed,
    unfocused,
    upside_down,
)
from counterfoil.mine.editors.editor import NOT_MINE, Painted
from counterfoil.mine.propose.whole_photo import QUALITIES
from counterfoil.mine.stage import Run
from counterfoil.records import Edit


def test_the_light_stays_and_the_colour_goes() -> None:
    picture = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [200, 200, 200]]], np.uint8)
    # 0.299 x 255 = 76.2, 0.587 x 255 = 149.7, 0.114 x 255 = 29.1
    assert grey(picture)[..., 0].tolist() == [[76, 150], [29, 200]]
    assert (np.ptp(grey(picture), axis=2) == 0).all()


def test_sepia_is_brown_in_the_middle_and_keeps_white_and_black() -> None:
    red, green, blue = sepia(np.full((1, 1, 3), 128, np.uint8))[0, 0].tolist()
    assert red > green > blue
    ends = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    assert (sepia(ends) == ends).all()


def test_a_point_out_of_focus_becomes_a_disc_of_the_same_light() -> None:
    picture = np.zeros((201, 201, 3), np.uint8)
    picture[100, 100] = 255
    blurred = unfocused(picture)
    radius = 2  # a share of 0.009 of 201 pixels is below the least radius
    lit = np.argwhere(blurred[..., 0] > 0) - 100
    assert np.abs(lit).max() == radius
    # The middle of the disc has one part in as many as its area: pi x 2.5^2 with its soft rim, about 13.
    share = ((blurred[100, 100, 0] / 255 + 0.055) / 1.055) ** 2.4
    assert 1 / share == pytest.approx(13, abs=3)


def test_less_light_is_the_same_number_of_stops_everywhere() -> None:
    levels = np.array([[[255, 255, 255], [188, 188, 188], [0, 0, 0]]], np.uint8)
    # White is 2^-2.7 = 0.154 of the light, sRGB level 109; 188 is half of white's light, 0.077 is level 79.
    assert underexposed(levels)[0, :, 0].tolist() == [pytest.approx(109, abs=1), pytest.approx(79, abs=1), 0]


@pytest.mark.parametrize("after", QUALITIES)
def test_every_quality_can_be_taken_away(after: str) -> None:
    drawn = scene(pixels=ground(noise=20))
    edit = Edit(operation="replace", kind="attribute", before="fine", after=after)
    painted = Develop().load(Run(0, Path()))(reworded(drawn, edit, values=(after,)), random.Random(0))
    assert isinstance(painted, Painted)
    assert painted.patch.pixels.shape == drawn.pixels.shape
    assert (painted.patch.pixels != drawn.pixels).any()


def test_a_colour_of_a_thing_is_for_others() -> None:
    edit = Edit(operation="replace", kind="attribute", before="red", after="blue")
    given = reworded(scene(), edit, targets=(0,), values=("blue",))
    assert Develop().load(Run(0, Path()))(given, random.Random(0)) == NOT_MINE


def test_more_light_makes_light_greys_white() -> None:
    # 2.3 stops are 4.92 times the light: what has more than 0.203 of it (grey level 124) is white.
    levels = overexposed(np.array([[[0, 120, 128]]], np.uint8))[0, 0].tolist()
    assert levels[0] == 0
    assert 240 <= levels[1] < 255
    assert levels[2] == 255


def test_upside_down_twice_is_the_picture() -> None:
    picture = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert (upside_down(picture)[0, 0] == picture[1, 3]).all()
    assert (upside_down(upside_down(picture)) == picture).all()
