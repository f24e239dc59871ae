"""One more of a thing of the same photo."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from standing import HEIGHT, RED, WIDTH, Thing, scene

from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.recount import Recount
from counterfoil.mine.editors.twin import stances, twin
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Reworded, Scene

DOG = Thing("dog", RED, (60, 100, 120, 160))
PLACE: Box = (200 / WIDTH, 100 / HEIGHT, 260 / WIDTH, 160 / HEIGHT)


def painted(of: Scene, seed: int = 0) -> Painted:
    work = twin(of, 0, PLACE, random.Random(seed))
    assert isinstance(work, Painted)
    return work


def shaded() -> Scene:
    made = scene("A dog.", DOG)
    made.pixels[150:170, 65:115][~made.mask(0)[150:170, 65:115]] = 50
    return made


def test_there_are_two_of_it() -> None:
    made = scene("A dog.", DOG)
    after = painted(made).patch.onto(made.pixels).astype(int)
    number, _, stats, _ = cv2.connectedComponentsWithStats(
        ((after[..., 0] > 150) & (after[..., 1] < 80)).astype(np.uint8)
    )
    assert number - 1 == 2
    assert stats[1, cv2.CC_STAT_AREA] == pytest.approx(stats[2, cv2.CC_STAT_AREA], rel=0.05)


def test_the_copy_fills_its_box() -> None:
    made = scene("A dog.", DOG)
    patch = painted(made).patch
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[patch.window()] = patch.mask
    left, top, width, height = cv2.boundingRect(inside.view(np.uint8))
    assert abs(left - 200) <= 6
    assert abs(top - 100) <= 6
    assert abs(width - 60) <= 12
    assert height >= 55


def test_outside_its_mask_the_patch_is_the_picture() -> None:
    made = shaded()
    patch = painted(made).patch
    assert np.array_equal(patch.pixels[~patch.mask], made.pixels[patch.window()][~patch.mask])


def test_its_shadow_comes_along() -> None:
    made = shaded()
    after = painted(made).patch.onto(made.pixels)
    assert made.pixels[162:166, 215:245].mean() > 125
    assert after[162:166, 215:245].mean() < 100


def test_where_no_shadow_is_none_comes() -> None:
    made = scene("A dog.", DOG)
    after = painted(made).patch.onto(made.pixels)
    assert after[164:168, 215:245].mean() == pytest.approx(made.pixels[164:168, 215:245].mean(), abs=3)


def test_what_bears_writing_is_never_mirrored() -> None:
    made = scene("A bus.", DOG._replace(label="bus"))
    made.pixels[120:140, 70:85] = (250, 250, 250)
    for seed in range(8):
        after = painted(made, seed).patch.onto(made.pixels)
        assert after[125:135, 213:222].mean() > 230
    assert "bus" in stances().one_way


def test_a_dog_is_sometimes_mirrored() -> None:
    made = scene("A dog.", DOG)
    made.pixels[120:140, 70:85] = (250, 250, 250)
    marks = [painted(made, seed).patch.onto(made.pixels)[125:135, 213:222].mean() for seed in range(8)]
    assert min(marks) < 120
    assert max(marks) > 230


def test_an_outline_that_does_not_fit_is_refused() -> None:
    made = scene("A dog.", DOG._replace(box=(80, 100, 94, 160)))
    made.pixels[:] = scene("A floor.").pixels
    made.pixels[100:160, 90:104] = RED
    work = twin(made, 0, PLACE, random.Random(0))
    assert isinstance(work, Refused)
    assert work.reason == "no_cutout"


def test_the_same_seed_gives_the_same_pixels() -> None:
    made = shaded()
    assert np.array_equal(painted(made, 3).patch.pixels, painted(made, 3).patch.pixels)


def test_one_more_with_a_box_of_its_size_is_a_twin(tmp_path: Path) -> None:
    made = scene("A dog.", DOG)
    edited = Reworded(
        key="scene/0",
        scene=made,
        edit=Edit(operation="replace", kind="count", before="one", after="two", box=PLACE),
        proposer="twin",
        caption=0,
        negative_changes=(),
        targets=(0,),
        values=("dog",),
        two_way=True,
        true_caption="There is one dog.",
        negative_caption="There are two dogs.",
    )
    work = Recount().load(Run(0, tmp_path))(edited, random.Random(0))
    assert isinstance(work, Painted)
    assert "twin.agreement" in work.facts
