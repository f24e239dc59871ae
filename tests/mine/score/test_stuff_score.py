"""Naming repainted stuff again: shares known from the drawing."""

import numpy as np
import pytest
from scenes import HEIGHT, WIDTH, foil, scene

from counterfoil.mine.score.stuff import measure_stuff
from counterfoil.records import Edit, Foil, Mask, Patch, Pixels

BLUE, DARK, PINK = (110, 160, 225), (70, 55, 45), (240, 150, 175)
MIDDLE = HEIGHT // 2


def sky() -> Pixels:
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:MIDDLE], pixels[MIDDLE:] = BLUE, DARK
    return pixels


def painted(columns: int, targets: tuple[int, ...] = ()) -> Foil:
    """A foil whose sky is pink in its left columns."""
    mask: Mask = np.zeros((MIDDLE, WIDTH), bool)
    mask[:, :columns] = True
    pixels = sky()[:MIDDLE]
    pixels[mask] = PINK
    edit = Edit(operation="replace", kind="attribute", before="blue", after="pink")
    patch = Patch(left=0, top=0, pixels=pixels, mask=mask)
    return foil(scene(pixels=sky()), edit, patch, targets, ("sky", "pink"))


@pytest.mark.parametrize(
    ("columns", "new", "old"), [(WIDTH, 1.0, 0.0), (0, 0.0, 1.0), (WIDTH // 2, 0.5, 0.5)]
)
def test_shares_are_those_of_the_painted_columns(columns: int, new: float, old: float) -> None:
    scores = measure_stuff(painted(columns))
    assert scores["colour.share"] == pytest.approx(new, abs=0.03)
    assert scores["colour.old_share"] == pytest.approx(old, abs=0.03)


def test_things_are_left_to_another_score() -> None:
    assert measure_stuff(painted(WIDTH, targets=(0,))) == {}
