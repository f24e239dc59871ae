"""One thing less of its kind."""

import random
from pathlib import Path

import cv2
import numpy as np
from scenes import disc, reworded, scene

from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.recount import Recount
from counterfoil.mine.stage import Run
from counterfoil.records import Edit

FEWER = Edit(operation="replace", kind="count", before="three", after="two")
RED = (220, 20, 20)


def test_of_three_balls_two_are_left(tmp_path: Path) -> None:
    picture = scene(*(("ball", disc(x, 120, 18), RED) for x in (80, 160, 240)))
    work = Recount().load(Run(0, tmp_path))(reworded(picture, FEWER, (1,)), random.Random(1))
    assert isinstance(work, Painted)
    red = work.patch.onto(picture.pixels)[..., 1] < 60
    number, _ = cv2.connectedComponents(red.astype(np.uint8))
    assert number - 1 == 2


def test_one_more_needs_a_cutout(tmp_path: Path) -> None:
    more = Edit(operation="replace", kind="count", before="one", after="two", box=(0.6, 0.4, 0.8, 0.6))
    picture = scene(("ball", disc(80, 120, 18), RED))
    work = Recount().load(Run(0, tmp_path))(reworded(picture, more, values=("ball",)), random.Random(1))
    assert isinstance(work, Refused)
    assert work.reason == "no_cutout"
