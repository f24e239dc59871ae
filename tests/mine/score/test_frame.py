"""What a crop leaves in view of what is to be gone."""

from pathlib import Path

import numpy as np
import pytest
from scenes import block, foil, ground, scene

from counterfoil.mine.crop import Crop
from counterfoil.mine.score.boxes import Boxes
from counterfoil.mine.score.frame import Frame
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Kind, Operation, Patch

WHOLE = Patch(left=0, top=0, pixels=ground(), mask=np.ones((240, 320), bool))
GREY = (90, 90, 90)
CUPS = scene(*(("cup", block(80 * i + 16, 96, 80 * i + 48, 144), GREY) for i in range(3)))
frame, boxes = (unit.load(Run(0, Path())) for unit in (Frame(), Boxes()))


def measured(operation: Operation, kind: Kind, after: str, crop: Crop, target: int = 0) -> dict[str, float]:
    edit = Edit(operation=operation, kind=kind, before="before", after=after)
    made = foil(CUPS, edit, WHOLE, (target,), (crop.value,))
    return frame(made) | boxes(made)


def test_half_a_cup_that_is_left_is_found() -> None:
    # The first cup lies at 0.05 to 0.15 of the width: a crop from 0.1 on shows half of it.
    found = measured("remove", "object", "no cup", Crop(0.1, 0.1, 0.8))
    assert found == {"frame.enlarged": pytest.approx(1.25), "frame.left": pytest.approx(0.5)}
    assert measured("remove", "object", "no cup", Crop(0.2, 0.1, 0.8))["frame.left"] == 0


def test_one_cup_less_is_two_of_three() -> None:
    assert measured("replace", "count", "two", Crop(0.2, 0.1, 0.8))["boxes.count"] == 1
    assert measured("replace", "count", "three", Crop(0.2, 0.1, 0.8))["boxes.count"] == 0


@pytest.mark.parametrize(("after", "right"), [("in the middle", 1), ("on the left", 0)])
def test_where_a_cup_stands_is_read_from_the_crop(after: str, right: int) -> None:
    # The second cup's middle lies at 0.35; in a crop from 0 to 0.7 that is the middle.
    assert measured("replace", "relation", after, Crop(0.0, 0.1, 0.7), 1)["boxes.relation"] == right


def test_a_crop_through_a_cup_is_to_leave_some_of_it() -> None:
    assert "frame.left" not in measured("replace", "attribute", "cut off", Crop(0.1, 0.1, 0.8))
