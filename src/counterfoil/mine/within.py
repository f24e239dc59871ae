"""The pixels of a picture that lie in a mask, as a list."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from counterfoil.records import Mask

Number = TypeVar("Number", bound=np.generic)


def within(values: NDArray[Number], mask: Mask) -> NDArray[Any]:
    """What `values[mask]` gives, n or n x channels: several times as fast where a pixel has channels.

    Args:
        values: height x width, or height x width x channels.
        mask: height x width.
    """
    return values.reshape(-1, *values.shape[2:]).take(np.flatnonzero(mask), axis=0)
