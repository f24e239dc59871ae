"""Percentiles of pixels: of every n-th where there are many, which tells as much for less work."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

ENOUGH = 4096
"""About so many pixels tell a percentile to within one: by chance the median of as many is off by 0.8."""

_SAMPLED = 16
"""One number in so many tells about where a percentile lies."""


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
    return percentile_of_all(thinned(values), percent)


def percentile_of_all(values: NDArray[Any], percent: float) -> float:
    """The very percentile of numbers in one row: `np.percentile` takes 60 us even for a few."""
    place = (len(values) - 1) * (percent / 100)
    low = int(place)
    lower, upper = _neighbours(values, low)
    step, part = upper - lower, place - low
    # From the nearer of the two, as numpy does: the last bit counts, for thresholds are drawn on it.
    return float(lower + step * part if part < 0.5 else upper - step * (1 - part))


def medians(rows: NDArray[Any]) -> NDArray[np.float32]:
    """The median of each column of rows, thinned."""
    columns = np.ascontiguousarray(thinned(rows).T)
    number = columns.shape[1]
    pairs = np.array([_neighbours(column, (number - 1) // 2) for column in columns])
    return np.asarray(pairs[:, 0] if number % 2 else pairs.sum(1) / 2, np.float32)


def _neighbours(row: NDArray[Any], place: int) -> tuple[Any, Any]:
    """The number at a place of the sorted row, and the next one; the same at the end."""
    if row.dtype.kind in "iu":
        return _counted(row, place)
    few, before = _near(row, place) if len(row) >= ENOUGH // 2 else (row, 0)
    place -= before
    # The least of what lies behind: to ask `np.partition` for both takes eight times as long.
    parted = np.partition(few, place)
    return parted[place], parted[place + 1 :].min() if place + 1 < len(parted) else parted[place]


def _counted(row: NDArray[Any], place: int) -> tuple[Any, Any]:
    """As `_neighbours`, from how often there is each of some whole numbers, none below 0."""
    up_to = np.bincount(row).cumsum()
    lower, upper = up_to.searchsorted((place, min(place + 1, len(row) - 1)), "right")
    return lower, upper


def _near(row: NDArray[Any], place: int) -> tuple[NDArray[Any], int]:
    """Those of many numbers that may come at a place of the sorted row, and how many come before them.

    They lie between two of a sample, sorted, three standard deviations of the place to either side;
    where they do not, all of the row is given back.

    Source: Floyd and Rivest, "Expected time bounds for selection", 1975.
    """
    sample = np.sort(row[::_SAMPLED])
    at, margin = place // _SAMPLED, 3 * isqrt(len(sample)) // 2
    above = row >= sample[max(at - margin, 0)]
    few = row.compress(above & (row <= sample[min(at + margin, len(sample) - 1)]))
    before = len(row) - int(np.count_nonzero(above))
    return (few, before) if 0 <= place - before < len(few) - 1 else (row, 0)
