"""Noise and sharpness inside against around."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from scenes import disc, foil, ground, scene

from counterfoil.mine.score.grain import Grain
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Patch, Pixels

EDIT = Edit(operation="remove", kind="object", before="ball", after="no ball")
measure = Grain(floor=0).load(Run(0, Path()))
HOLE = disc(160, 120, 40)


def scores(inside: Pixels) -> dict[str, float]:
    after = np.where(HOLE[..., None], inside, ground(noise=8))
    patch = Patch(left=100, top=60, pixels=after[60:180, 100:220].copy(), mask=HOLE[60:180, 100:220])
    return measure(foil(scene(pixels=ground(noise=8)), EDIT, patch))


def test_the_same_noise_is_a_ratio_of_nought() -> None:
    assert abs(scores(ground(noise=8, seed=1))["grain.ratio"]) < 0.1


def test_twice_the_noise_is_the_logarithm_of_two() -> None:
    assert scores(ground(noise=16, seed=1))["grain.ratio"] == pytest.approx(np.log(2), abs=0.12)


def test_a_blurred_filling_is_less_sharp() -> None:
    blurred = np.asarray(cv2.GaussianBlur(ground(noise=8, seed=1), (0, 0), 2), np.uint8)
    found = scores(blurred)
    assert found["sharpness.ratio"] < -1
    assert found["grain.ratio"] < -1


def test_a_text_foil_has_no_grain() -> None:
    assert measure(foil(scene(), EDIT, None)) == {}


def test_two_clean_areas_are_alike() -> None:
    flat = scene(pixels=np.full((240, 320, 3), 90, np.uint8))
    pixels = np.full((120, 120, 3), 120, np.uint8)
    patch = Patch(left=100, top=60, pixels=pixels, mask=HOLE[60:180, 100:220])
    assert Grain().load(Run(0, Path()))(foil(flat, EDIT, patch))["grain.ratio"] == 0
