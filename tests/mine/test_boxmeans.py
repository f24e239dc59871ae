"""Means over boxes are those of the pixels in them."""

import cv2
import numpy as np
import pytest

from counterfoil.mine.boxmeans import box_means, corners, means_between

RNG = np.random.default_rng(0)
BOXES = np.array([(0, 0, 1, 1), (0.25, 0.5, 0.5, 1), (0.1, 0.2, 0.1, 0.2), (-0.5, 0.5, 0.3, 2), (1, 1, 1, 1)])
PIXELS = [np.s_[0:12, 0:20], np.s_[6:12, 5:10], np.s_[2:3, 2:3], np.s_[6:12, 0:6], np.s_[11:12, 19:20]]


@pytest.mark.parametrize("channels", [(), (3,)])
def test_the_mean_over_a_box_is_that_of_its_pixels_and_of_one_at_least(channels: tuple[int, ...]) -> None:
    picture = RNG.integers(0, 255, (12, 20, *channels)).astype(np.uint8)
    means = box_means(cv2.integral(picture), BOXES)
    assert np.allclose(means, [picture[window].mean((0, 1)) for window in PIXELS])


def test_boxes_found_once_serve_for_other_sums() -> None:
    one, other = (cv2.integral(RNG.random((12, 20)).astype(np.float32)) for _ in range(2))
    assert (means_between(other, corners(BOXES, one)) == box_means(other, BOXES)).all()
