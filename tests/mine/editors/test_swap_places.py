"""Two things that change places."""

import random
from pathlib import Path

import numpy as np
from scenes import block, disc, reworded, scene

from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.swap_places import SwapPlaces, alike
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Pixels, Region, Scene

RED, BLUE = (220, 20, 20), (20, 20, 220)


def swapped(picture: Scene, box: Box | None = (0.1, 0.3, 0.9, 0.7)) -> Painted | Refused:
    edit = Edit(operation="swap", kind="object", before="a left of b", after="b left of a", box=box)
    return SwapPlaces().load(Run(0, Path()))(reworded(picture, edit, (0, 1)), random.Random(1))


def middle_of(colour: int, pixels: Pixels) -> float:
    strong = (pixels[..., colour] > 180) & (pixels[..., 1] < 70)
    return float(np.flatnonzero(strong.any(0)).mean())


def test_a_ball_and_a_box_change_places() -> None:
    picture = scene(("ball", disc(80, 120, 20), RED), ("box", block(220, 96, 260, 141), BLUE))
    work = swapped(picture)
    assert isinstance(work, Painted)
    after = work.patch.onto(picture.pixels)
    assert abs(middle_of(0, after) - 240) <= 2
    assert abs(middle_of(2, after) - 80) <= 2
    assert np.array_equal(
        work.patch.pixels[~work.patch.mask], picture.pixels[work.patch.window()][~work.patch.mask]
    )


def test_each_stands_on_the_others_foot() -> None:
    picture = scene(("ball", disc(80, 110, 20), RED), ("box", block(220, 96, 260, 141), BLUE))
    work = swapped(picture)
    assert isinstance(work, Painted)
    after = work.patch.onto(picture.pixels)
    blue = (after[..., 2] > 180) & (after[..., 0] < 70)
    assert abs(int(np.flatnonzero(blue.any(1)).max()) - 130) <= 1


def test_without_a_box_the_picture_is_mirrored() -> None:
    picture = scene(("ball", disc(80, 120, 20), RED), ("box", block(200, 60, 300, 200), BLUE))
    work = swapped(picture, box=None)
    assert isinstance(work, Painted)
    assert np.array_equal(work.patch.onto(picture.pixels), picture.pixels[:, ::-1])


def test_a_mouse_and_a_house_are_refused() -> None:
    picture = scene(("mouse", disc(60, 190, 8), RED), ("house", block(200, 100, 280, 200), BLUE))
    work = swapped(picture)
    assert isinstance(work, Refused)
    assert work.reason == "unlike"


def test_a_thing_that_would_leave_the_frame_is_refused() -> None:
    picture = scene(("ball", block(4, 100, 24, 140), RED), ("van", block(200, 110, 250, 140), BLUE))
    work = swapped(picture)
    assert isinstance(work, Refused)
    assert work.reason == "off_frame"


def test_a_thing_that_would_stand_before_another_is_refused() -> None:
    wide, tall = ("van", block(200, 110, 260, 140), BLUE), ("ball", block(80, 100, 100, 140), RED)
    neighbour = ("dog", block(106, 110, 136, 140), (20, 200, 20))
    work = swapped(scene(tall, wide, neighbour))
    assert isinstance(work, Refused)
    assert work.reason in ("would_cover", "touched")


def test_two_of_one_kind_are_not_exchanged() -> None:
    one, other = Region(label="dog", box=(0.1, 0.1, 0.2, 0.3)), Region(label="dog", box=(0.5, 0.1, 0.6, 0.3))
    assert not alike(one, other)
