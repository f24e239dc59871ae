"""Mirror images, and the writing that forbids them."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from scenes import disc, ground, reworded, scene

from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.letters import count_letters
from counterfoil.mine.editors.mirror import Mirror
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Pixels, Scene

SIDES = Edit(operation="replace", kind="relation", before="left of", after="right of")


def mirrored(picture: Scene) -> Painted | Refused:
    return Mirror().load(Run(0, Path()))(reworded(picture, SIDES), random.Random(1))


def written(text: str, size: float = 1.0) -> Pixels:
    picture = ground()
    cv2.putText(picture, text, (20, 120), cv2.FONT_HERSHEY_SIMPLEX, size, (250, 250, 250), 2)
    return picture


def test_the_whole_picture_is_flipped() -> None:
    picture = scene(("ball", disc(60, 120, 25), (220, 20, 20)))
    work = mirrored(picture)
    assert isinstance(work, Painted)
    assert np.array_equal(work.patch.onto(picture.pixels), picture.pixels[:, ::-1])
    assert work.patch.mask.all()


def test_a_picture_with_writing_is_refused() -> None:
    work = mirrored(scene(pixels=written("HARBOUR STREET")))
    assert isinstance(work, Refused)
    assert work.reason == "writing"


@pytest.mark.parametrize("size", [0.6, 1.0, 1.5])
def test_letters_are_found_at_several_sizes(size: float) -> None:
    assert count_letters(written("WELCOME", size)) >= 5


@pytest.mark.parametrize("text", ["STOP", "PARK"])
def test_four_letters_of_one_height_are_writing(text: str) -> None:
    assert count_letters(written(text)) == 4


def test_letters_too_large_for_one_look_are_found_by_another() -> None:
    picture = np.full((480, 640, 3), 90, np.uint8)
    cv2.putText(picture, "STOP", (40, 300), cv2.FONT_HERSHEY_SIMPLEX, 6, (250, 250, 250), 16)
    assert count_letters(picture) >= 4


def test_a_fence_of_uneven_posts_is_no_writing() -> None:
    picture = ground()
    for number, top in enumerate((60, 90, 70, 110, 65)):
        cv2.rectangle(picture, (40 + 24 * number, top), (46 + 24 * number, 150), (250, 250, 250), -1)
    assert count_letters(picture) == 0


def test_noise_and_a_ball_are_no_writing() -> None:
    assert count_letters(ground(noise=20)) == 0
    assert count_letters(scene(("ball", disc(60, 120, 25), (220, 20, 20))).pixels) == 0


def test_real_writing_is_found_and_a_real_meadow_has_none(shared_data: Path) -> None:
    folder = shared_data / "coco_mini" / "images"

    def read(name: str) -> Pixels:
        return np.asarray(Image.open(next(folder.glob(name))).convert("RGB"))

    assert count_letters(read("*107438.jpg")) > 10
    assert count_letters(read("*125870.jpg")) > 3  # on the side of an aeroplane
    assert count_letters(read("*78499.jpg")) == 0
