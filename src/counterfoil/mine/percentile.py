"""Percentiles of pixels: of every n-th where there are many, which tells as much for less work."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ENOUGH = 4096
"""About so many pixels tell a percentile to within one: by chance the median of as many is off by 0.8."""


def thinned(values: NDArray[Any]) -> NDArray[Any]:
    """Every n-th of many numbers, or rows of numbers; all of a few.

    Every odd n-th: pixels listed row by row would else be taken from the same few columns.
    """
    return values[:: len(values) // ENOUGH | 1]


def some_of(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Where every n-th pixel in a mask is, by its place in the mask read row by row."""
    return thinned(np.flatnonzero(mask))


def some_within(picture: NDArray[Any], mask: NDArray[np.bool_]) -> NDArray[Any]:
    """Every n-th pixel in a mask, n x channels: `thinned(within(picture, mask))`, without all the others."""
    return picture.reshape(-1, picture.shape[2]).take(some_of(mask), axis=0)


def percentile(values: NDArray[Any], percent: float) -> float:
    """The percentile (0..100) of numbers in one row, thinned; between neighbours where it falls between them.

    Example:
        >>> percentile(np.array([1, 4, 2], np.float32), 75)
        3.0
    """
    few = thinned(values)
    place = (len(few) - 1) * (percent / 100)
    low = int(place)
    lower, upper = (_counted if _are_whole(few) else _neighbours)(few, low)
    step, part = upper - lower, place - low
    # From the nearer of the two, as numpy does: the last bit counts, for thresholds are drawn on it.
    return float(lower + step * part if part < 0.5 else upper - step * (1 - part))


def medians(rows: NDArray[Any]) -> NDArray[np.float32]:
    """The median of each column of rows, thinned."""
    columns = np.ascontiguousarray(thinned(rows).T)
    middle, is_odd = divmod(columns.shape[1], 2)
    if _are_whole(columns):
        pairs = np.array([_counted(column, middle - 1) for column in columns])
        return np.asarray(pairs[:, 1] if is_odd else pairs.sum(1) / 2, np.float32)
    if is_odd:
        return np.partition(columns, middle)[:, middle].copy()
    lower, upper = _neighbours(columns, middle - 1)
    return np.asarray((lower + upper) / 2, np.float32)


def _are_whole(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "iu"


def _counted(whole: NDArray[Any], place: int) -> NDArray[np.intp]:
    """As `_neighbours` of one row, from how often there is each of some whole numbers, none below 0."""
    up_to = np.cumsum(np.bincount(whole))
    return np.searchsorted(up_to, (place, min(place + 1, len(whole) - 1)), "right")


def _neighbours(rows: NDArray[np.float32], place: int) -> tuple[Any, Any]:
    """The number at a place of each sorted row, or of the one row, and the next one; the same at the end.

    The least of what lies behind: to ask `np.partition` for both takes eight times as long.
    """
    parted = np.partition(rows, place).T
    return parted[place], parted[place + 1 :].min(0) if place + 1 < len(parted) else parted[place]
