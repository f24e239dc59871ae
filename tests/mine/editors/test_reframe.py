"""A crop at the picture's own size."""

import random
from pathlib import Path

import numpy as np
from scenes import HEIGHT, WIDTH, block, ground, reworded, scene

from counterfoil.mine.crop import Crop
from counterfoil.mine.editors.editor import NOT_MINE, Painted
from counterfoil.mine.editors.reframe import Reframe, cropped
from counterfoil.mine.stage import Run
from counterfoil.records import Edit

GONE = Edit(operation="remove", kind="object", before="cup", after="no cup")
paint = Reframe().load(Run(0, Path()))


def test_what_is_left_fills_the_picture() -> None:
    of = scene(("cup", block(0, 0, 60, 240), (200, 0, 0)), pixels=ground(noise=0))
    painted = paint(reworded(of, GONE, (0,), (Crop(0.2, 0.2, 0.8).value,)), random.Random(0))
    assert isinstance(painted, Painted)
    assert painted.patch.pixels.shape == (HEIGHT, WIDTH, 3)
    assert painted.patch.mask.all()
    assert (painted.patch.pixels == 128).all()


def test_an_edge_lies_where_the_crop_puts_it() -> None:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:, WIDTH // 2 :] = 200
    half = cropped(picture, Crop(0.25, 0.25, 0.5))
    assert half[:, : WIDTH // 2 - 8].max() == 0
    assert half[:, WIDTH // 2 + 8 :].min() == 200


def test_a_proposal_that_names_no_crop_is_for_others() -> None:
    of = scene(("cup", block(0, 0, 60, 240), (200, 0, 0)))
    assert paint(reworded(of, GONE, (0,)), random.Random(0)) == NOT_MINE
