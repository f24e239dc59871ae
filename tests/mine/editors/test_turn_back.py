"""What has one way round is set right again in a mirror image."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from scenes import block, disc, reworded, scene

from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.mirror import Mirror
from counterfoil.mine.editors.turn_back import covered, turnable
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Mask, Pixels, Scene

SIDES = Edit(operation="replace", kind="relation", before="on the left", after="on the right")
RED = (160, 20, 20)
ROUND = disc(80, 120, 50)


def sign(label: str = "stop sign", mask: Mask = ROUND, crowds: tuple[str, ...] = ()) -> Scene:
    drawn = scene((label, mask, RED), crowds=crowds)
    drawn.pixels.setflags(write=True)
    cv2.putText(drawn.pixels, "STOP", (44, 130), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (250, 250, 250), 2)
    return drawn


def mirrored(of: Scene) -> Painted | Refused:
    return Mirror().load(Run(0, Path()))(reworded(of, SIDES), random.Random(0))


def inner(pixels: Pixels, x: int) -> Pixels:
    return pixels[120 - 35 : 120 + 36, x - 35 : x + 36]


def test_a_stop_sign_can_be_read_in_the_mirror_image() -> None:
    original = sign()
    work = mirrored(original)
    assert isinstance(work, Painted)
    # the disc spans columns 30 to 130, so that it is turned about column 80: 319 - 80 = 239
    assert np.array_equal(inner(work.patch.pixels, 239), inner(original.pixels, 80))
    assert work.facts["turned_back"] == 1


def test_what_is_around_a_stop_sign_is_mirrored() -> None:
    original = sign()
    work = mirrored(original)
    assert isinstance(work, Painted)
    assert np.array_equal(work.patch.pixels[:, :170], original.pixels[:, ::-1][:, :170])


@pytest.mark.parametrize("label", ["book", "bus"])
def test_other_things_with_letters_stay_as_they_are_and_are_refused(label: str) -> None:
    assert turnable(sign(label)) == ()
    assert isinstance(mirrored(sign(label)), Refused)


def test_a_sign_seen_from_the_side_or_cut_off_is_not_turned() -> None:
    slanted = disc(80, 120, 50) & ~block(30, 60, 80, 110)
    assert turnable(sign(mask=slanted)) == ()


def test_a_crowd_of_clocks_is_not_turned() -> None:
    assert turnable(sign("clock", crowds=("clock",))) == ()


def test_a_covered_sign_has_one_colour() -> None:
    drawn = sign()
    assert np.ptp(covered(drawn, (0,))[ROUND], axis=0).max() == 0
    assert covered(drawn, ()) is drawn.pixels
