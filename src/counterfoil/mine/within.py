"""The pixels of a picture that lie in a mask: taken out as a list, and put back."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.records import Mask

Numbers = NDArray[Any]


def within(picture: Numbers, mask: Mask) -> Numbers:
    """What `picture[mask]` gives, ten times as fast: a pixel is taken as one thing, not as its channels.

    Args:
        picture: height x width x channels.
        mask: height x width.

    Returns:
        n x channels, row by row.
    """
    whole = np.ascontiguousarray(picture)
    return _as_pixels(whole)[mask].view(whole.dtype).reshape(-1, whole.shape[2])


def put_within(picture: Numbers, mask: Mask, pixels: Numbers) -> None:
    """Do what `picture[mask] = pixels` does, as fast.

    Args:
        picture: height x width x channels, contiguous; it is written to.
        mask: height x width.
        pixels: n x channels, of the picture's type.
    """
    listed = np.ascontiguousarray(pixels, picture.dtype)
    _as_pixels(picture)[mask] = _as_pixels(listed)


def mean_within(values: NDArray[np.float32], mask: Mask) -> float:
    """The mean of numbers in a mask, both height x width: four times as fast as `cv2.mean`."""
    return float(cv2.sumElems(cv2.copyTo(values, mask.view(np.uint8)))[0] / np.count_nonzero(mask))


def summed_near(picture: Numbers, mask: Mask, size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Sums over the pixels in a mask near each pixel, and how many of those near are in it.

    Args:
        picture: height x width, or height x width x 3; float32.
        mask: height x width.
        size: side of the square around each pixel that is near it; an odd number.

    Returns:
        Sums of the picture's shape, and counts of height x width, 0..1: both over the area of the square.
    """
    total = cv2.blur(cv2.copyTo(picture, mask.view(np.uint8)), (size, size))
    return np.asarray(total, np.float32), share_near(mask, size)


def share_near(mask: Mask, size: int) -> NDArray[np.float32]:
    """The share of a mask in the square of side `size` around each pixel, 0..1."""
    return np.asarray(cv2.boxFilter(mask.view(np.uint8), cv2.CV_32F, (size, size)), np.float32)


def _as_pixels(values: Numbers) -> NDArray[np.void]:
    """The last axis as one item."""
    return np.asarray(values.view(_item(values.shape[-1] * values.itemsize))[..., 0])


@cache
def _item(size: int) -> np.dtype[np.void]:
    return np.dtype((np.void, size))
