"""Means over many boxes of a picture at once, from sums over all that lies left of and above a pixel."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.magnitude import magnitude

Boxes = NDArray[np.float64]
"""n x 4: left, top, right, bottom, each 0..1; or n numbers, one for each box."""


Corners = NDArray[np.intp]
"""5 x n, of n boxes: the places of their four corners in sums read row by row, and their areas in pixels."""


def box_means(sums: NDArray[Any], boxes: Boxes) -> Boxes:
    """The mean over each box, at least one pixel large, of what was summed up."""
    return means_between(sums, corners(boxes, sums))


def corners(boxes: Boxes, sums: NDArray[Any]) -> Corners:
    """Where boxes lie in sums of a size: found once, they serve for all sums of that size."""
    height, width = sums.shape[0] - 1, sums.shape[1] - 1
    edges = np.rint(boxes * (width, height, width, height)).astype(int)
    # Thrice as fast as np.clip on these few numbers.
    left, top = (
        np.minimum(np.maximum(edges[:, side], 0), size - 1) for side, size in ((0, width), (1, height))
    )
    right = np.minimum(np.maximum(edges[:, 2], left + 1), width)
    bottom = np.minimum(np.maximum(edges[:, 3], top + 1), height)
    # By one index instead of two: twice as fast.
    above, below, area = top * (width + 1), bottom * (width + 1), (bottom - top) * (right - left)
    return np.array((above + left, above + right, below + left, below + right, area))


def means_between(sums: NDArray[Any], corners: Corners) -> Boxes:
    """The means over boxes of which the corners are known."""
    listed, (first, second, third, last, area) = sums.reshape(-1, *sums.shape[2:]), corners
    total = listed.take(last, axis=0) - listed.take(second, axis=0)
    total -= listed.take(third, axis=0)
    total += listed.take(first, axis=0)
    return np.asarray(total / area.reshape(-1, *[1] * (total.ndim - 1)))


def roughness(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """How strong the edges of a picture's lightness are at each pixel, in grey levels a pixel."""
    across, down = (cv2.Sobel(light, cv2.CV_32F, *order, scale=0.25) for order in ((1, 0), (0, 1)))
    return magnitude(across, down)
