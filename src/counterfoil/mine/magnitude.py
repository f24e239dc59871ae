"""The length of each of many vectors: two arrays of coordinates in, their lengths out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def magnitude(across: NDArray[Any], down: NDArray[Any]) -> NDArray[np.float32]:
    """How long each vector is, rounded correctly.

    `cv2.magnitude` is faster, but its last bit depends on where in memory its arrays happen to lie,
    and the same photo has to give the same bytes.
    """
    squares = across * across
    squares += down * down
    return np.asarray(np.sqrt(squares, out=squares), np.float32)
