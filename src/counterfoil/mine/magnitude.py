"""The length of each of many vectors: an array for each coordinate in, their lengths out."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def magnitude(*axes: NDArray[Any]) -> NDArray[np.float32]:
    """How long each vector is, rounded correctly.

    `cv2.magnitude` is faster, but its last bit depends on where in memory its arrays happen to lie,
    and the same photo has to give the same bytes. That of `cv2.sqrt` does not, and it takes half as
    long as numpy's.
    """
    squares = axes[0] * axes[0]
    for axis in axes[1:]:
        squares += axis * axis
    lengths = cv2.sqrt(squares) if squares.size else squares
    return np.asarray(lengths, np.float32).reshape(squares.shape)
