"""How much changed, worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from scenes import foil, scene

from counterfoil.mine.score.area import Area
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Patch

EDIT = Edit(operation="remove", kind="object", before="ball", after="no ball")
measure = Area().load(Run(0, Path()))


def test_half_of_a_mask_and_one_pixel_outside() -> None:
    of = scene(pixels=np.full((240, 320, 3), 100, np.uint8))
    pixels, mask = np.full((10, 10, 3), 100, np.uint8), np.zeros((10, 10), bool)
    mask[:, :4] = True
    pixels[:5, :4] = 120  # half of the mask
    pixels[5:, :4] = 108  # a change of 8 does not show
    pixels[0, 9] = 160  # 60 grey levels in one of 60 pixels outside
    scores = measure(foil(of, EDIT, Patch(left=3, top=7, pixels=pixels, mask=mask)))
    assert scores["area.inside"] == 0.5
    assert scores["area.outside"] == pytest.approx(1.0)
    assert scores["area.share"] == pytest.approx(40 / (240 * 320))


def test_a_foil_without_a_picture_has_no_area() -> None:
    assert measure(foil(scene(), EDIT, None)) == {}


def test_a_whole_picture_has_no_outside() -> None:
    of = scene()
    whole = Patch(left=0, top=0, pixels=of.pixels[:, ::-1].copy(), mask=np.ones((240, 320), bool))
    assert measure(foil(of, EDIT, whole))["area.outside"] == 0
