"""Slivers of the old colour around paint, and paint that is flat."""

from pathlib import Path

import numpy as np
import pytest
from scenes import HEIGHT, WIDTH, block, disc, foil, ground, scene

from counterfoil.mine.score.rim import Rim
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Mask, Patch, Scene

EDIT = Edit(operation="replace", kind="attribute", before="red", after="blue")
RED, BLUE = (200, 30, 30), (30, 30, 200)
measure = Rim().load(Run(0, Path()))
BALL = disc(160, 120, 40)


def scores(of: Scene, painted: Mask, noise: float = 0) -> dict[str, float]:
    after = of.pixels.copy()
    after[painted] = BLUE
    grain = np.random.default_rng(1).normal(0, noise, (HEIGHT, WIDTH, 3)) * painted[..., None]
    after = np.clip(after + grain, 0, 255).astype(np.uint8)
    return measure(foil(of, EDIT, Patch(left=0, top=0, pixels=after, mask=painted), (0,), ("blue",)))


def test_a_ball_painted_all_over_leaves_nothing() -> None:
    assert scores(scene(("ball", BALL, RED)), BALL)["rim.left"] == 0


def test_a_sliver_left_is_its_share_of_the_rim() -> None:
    # Unpainted is a ring of 37 to 40 pixels; the rim is 3 pixels wide and all of it is that ring.
    assert scores(scene(("ball", BALL, RED)), disc(160, 120, 37))["rim.left"] == pytest.approx(1, abs=0.1)


def test_half_a_sliver_is_half_as_much() -> None:
    half = disc(160, 120, 37) | (BALL & block(160, 0, WIDTH, HEIGHT))
    assert scores(scene(("ball", BALL, RED)), half)["rim.left"] == pytest.approx(0.5, abs=0.1)


def test_another_thing_of_the_same_colour_is_none() -> None:
    beside = block(200, 60, 260, 180) & ~BALL
    of = scene(("ball", BALL, RED), ("box", beside, RED))
    assert scores(of, BALL)["rim.left"] == 0


def test_flat_paint_has_lost_its_texture() -> None:
    rough = scene(("ball", BALL, RED))
    grain = np.random.default_rng(0).normal(0, 12, (HEIGHT, WIDTH, 3))
    rough.pixels[:] = np.clip(rough.pixels + grain, 0, 255)
    assert scores(rough, BALL)["rim.texture"] < 0.3
    assert scores(rough, BALL, noise=12)["rim.texture"] > 0.6


def test_only_colours_are_measured() -> None:
    gone = Edit(operation="remove", kind="object", before="ball", after="no ball")
    patch = Patch(left=0, top=0, pixels=ground(), mask=BALL)
    assert measure(foil(scene(("ball", BALL, RED)), gone, patch, (0,))) == {}
