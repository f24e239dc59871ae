"""How far variations differ: by hand, and against the definition over whole pictures."""

from pathlib import Path

import numpy as np
import pytest
from scenes import foil, scene
from variations import ball, in_words, variation, variations

from counterfoil.mine.score.iva import Iva
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Foil, Patch, Pixels

GREY = scene(pixels=np.full((240, 320, 3), 100, np.uint8))
CAT, COW = (Edit(operation="replace", kind="object", before="dog", after=after) for after in ("cat", "cow"))
measure = Iva().load(Run(0, Path()))


def painted(edit: Edit, *columns: tuple[int, int, int], target: int = 0) -> Foil:
    """A row of pixels at the top left of a grey picture."""
    pixels = np.array([columns], np.uint8)
    mask = np.ones(pixels.shape[:2], bool)
    return foil(GREY, edit, Patch(left=0, top=0, pixels=pixels, mask=mask), (target,))


def by_definition(pictures: list[Pixels]) -> float:
    """In whole numbers: n times the sum of squares less the square of the sum is n squared variances."""
    values = np.stack(pictures).astype(np.int64)
    number = len(values)
    deviation = np.sqrt(number * (values**2).sum(0) - values.sum(0) ** 2) / number
    return float(100 * (deviation.sum(-1) / 3 > 10).mean())


def test_a_deviation_of_ten_does_not_count_and_one_above_does() -> None:
    one = painted(CAT, (100, 100, 100), (100, 100, 100), (100, 100, 100))
    # Deviations of two are half their differences; of the three channels the mean: 10, 10 1/6, and 32 / 3.
    other = painted(COW, (120, 120, 120), (120, 120, 121), (164, 100, 100))
    assert measure([one, other]) == [{"iva": pytest.approx(100 * 2 / (240 * 320), abs=1e-12)}] * 2


def test_where_no_patch_reaches_nothing_differs_and_where_one_does_the_others_show_the_original() -> None:
    wide = painted(CAT, (200, 200, 200), (200, 200, 200))
    narrow = painted(COW, (200, 200, 200))
    (first, second) = measure([wide, narrow])
    assert first == second == {"iva": pytest.approx(100 * 1 / (240 * 320))}


def test_other_things_of_the_scene_are_other_items() -> None:
    alone = painted(CAT, (255, 255, 255), target=1)
    assert measure([painted(CAT, (0, 0, 0)), alone, painted(COW, (90, 0, 0))])[1] == {"iva": 0.0}


def test_a_foil_of_words_has_none_and_one_variation_alone_has_zero() -> None:
    of = ball("one")
    assert measure([variation(of, "red", 0), in_words(of, 1)]) == [{"iva": 0.0}, {}]


def test_it_equals_the_definition_over_whole_pictures() -> None:
    foils = variations()
    first = [foil.patch.onto(foil.scene.pixels) for foil in foils[:3] if foil.patch]
    second = [foil.patch.onto(foil.scene.pixels) for foil in foils[4:6] if foil.patch]
    found = [scores.get("iva", -1) for scores in measure(foils)]
    expected = [by_definition(first)] * 3 + [-1] + [by_definition(second)] * 2 + [-1]
    assert found == pytest.approx(expected, abs=1e-9)
    assert 5 < found[0] < 10
