"""Windows around masks, and what is kept of what was painted in them."""

import numpy as np
import pytest

from counterfoil.mine.window import blended, grown, window_around
from counterfoil.records import Mask


def block(left: int, top: int, right: int, bottom: int, height: int = 600) -> Mask:
    mask = np.zeros((height, 800), bool)
    mask[top:bottom, left:right] = True
    return mask


@pytest.mark.parametrize(
    ("mask", "rows", "columns"),
    [
        (block(300, 200, 400, 260), (0, 512), (94, 606)),  # in the middle, but for the upper edge
        (block(0, 590, 10, 600), (88, 600), (0, 512)),  # in a corner
        (block(100, 100, 790, 200), (0, 512), (100, 790)),  # wider than 512: the smallest that holds it
        (block(50, 50, 60, 60, height=400), (0, 400), (0, 512)),  # no 512 rows to be had
    ],
)
def test_a_window_is_the_smallest_that_holds_the_mask_and_at_least_512_a_side_within_the_picture(
    mask: Mask, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    assert window_around(mask, 512) == (slice(*rows), slice(*columns))


def test_a_mask_grows_by_so_many_pixels_on_each_side() -> None:
    mask = grown(block(100, 100, 101, 101), 8)
    assert mask[100, 92:109].all()
    assert mask[100].sum() == 17
    assert (grown(mask, 0) == mask).all()


def test_nothing_changes_outside_the_mask_and_the_new_pixels_fade_in_at_its_edge() -> None:
    picture = np.full((600, 800, 3), 100, np.uint8)
    mask = block(300, 200, 400, 260)
    window = window_around(mask, 512)
    patch = blended(picture, mask, window, np.full((512, 512, 3), 200, np.uint8), 4)
    assert (patch.left, patch.top, patch.mask.shape) == (300, 200, (60, 100))
    painted = patch.onto(picture)
    assert (painted[~mask] == 100).all()
    assert painted[230, 300:305, 0].tolist() == [125, 150, 175, 200, 200]


def test_a_mask_of_the_whole_picture_has_no_edge() -> None:
    picture = np.zeros((60, 60, 3), np.uint8)
    mask = np.ones((60, 60), bool)
    patch = blended(picture, mask, window_around(mask, 512), np.full((60, 60, 3), 9, np.uint8), 4)
    assert (patch.pixels == 9).all()
