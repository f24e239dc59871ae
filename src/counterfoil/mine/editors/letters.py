"""Whether a picture shows writing: pixels in, the number of marks that look like letters out.

The detector looks for rows of strokes of one height, at several sizes of the picture; it finds
signs, titles and number plates that are large enough to read, and misses words of three letters,
handwriting, writing that leans, and letters under 5 pixels.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.records import Pixels

Grey = NDArray[np.uint8]

MOST_MARKS = 3000
"""A picture with more marks than that is of leaves or gravel; no row in it means anything."""


class Row(NamedTuple):
    """What marks in a row have to be: the fewer, the more alike.

    Args:
        least: how many they are at least.
        alike: least height of one as a share of its neighbour's.
        slant: how far one's foot, and head, may be from its neighbour's, as a share of the height.
        gap: how far apart they may be, as a share of the height.
    """

    least: int
    alike: float
    slant: float
    gap: float


_LOOSE = Row(5, 0.65, 0.35, 0.8)
_STRICT = Row(4, 0.8, 0.15, 0.6)
_STRICTEST = Row(4, 0.85, 0.12, 0.5)

LOOKS = (
    (1.0, 24, (_LOOSE, _STRICT)),
    (1 / 2, 24, (_STRICT,)),
    (1 / 3, 24, (_STRICT,)),
    (3 / 2, 40, (_STRICTEST,)),
)
"""At what size, and with how many grey levels of contrast, which rows are looked for."""


def count_letters(pixels: Pixels) -> int:
    """How many marks of a picture look like letters: alike in height, side by side, four or more."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return max(_seen(_scaled(grey, scale), contrast, rows) for scale, contrast, rows in LOOKS)


def _scaled(grey: Grey, scale: float) -> Grey:
    if scale == 1:
        return grey
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=method), np.uint8)


def _seen(grey: Grey, contrast: int, rows: tuple[Row, ...]) -> int:
    """The most letters of one lightness, darker or lighter than what is around them."""
    around = cv2.blur(grey, (25, 25))
    steps = cv2.subtract(grey, around), cv2.subtract(around, grey)  # negative ones become 0
    strokes = [cv2.threshold(step, contrast, 1, cv2.THRESH_BINARY)[1] for step in steps]
    return max(_in_rows(_marks(np.asarray(found, np.uint8)), rows) for found in strokes)


def _marks(strokes: Grey) -> NDArray[np.int32]:
    """Left, top, width and height of the marks of a letter's size and shape, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    height = stats[:, 3]
    stats = stats.compress((height >= 6) & (height <= 60), axis=0)  # a few of many
    _, _, width, height, area = stats.T
    filled = area / (width * height)
    shaped = (width >= 0.12 * height) & (width <= 1.5 * height) & (filled > 0.25) & (filled < 0.85)
    found = stats.compress(shaped, axis=0)
    return np.asarray(found.take(np.argsort(found[:, 0], kind="stable"), axis=0)[:, :4], np.int32)


def _in_rows(marks: NDArray[np.int32], rows: tuple[Row, ...]) -> int:
    """How many marks stand in rows, the most of one kind; `marks` are sorted by their left."""
    if not 0 < len(marks) < MOST_MARKS:
        return 0
    one, next_one = _to_the_right(marks)
    left, top, width, height = marks.take(one, axis=0).T
    next_left, next_top, _, next_height = marks.take(next_one, axis=0).T
    tall, low = np.maximum(height, next_height), np.minimum(height, next_height)
    gap, head = next_left - left - width, np.abs(top - next_top)
    foot = np.abs(top + height - next_top - next_height)
    most = 0
    for row in rows:
        slant = row.slant * tall
        follows = (low >= row.alike * tall) & (head <= slant) & (foot <= slant) & (gap <= row.gap * tall)
        ones, nexts = (ends.compress(follows).tolist() for ends in (one, next_one))
        most = max(most, _long_chains(len(marks), ones, nexts, row.least))
    return most


def _to_the_right(marks: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs of marks of which the second begins where the first ends, or a little later."""
    left, right = marks[:, 0], marks[:, 0] + marks[:, 2]
    first = np.maximum(np.searchsorted(left, right - 1), np.searchsorted(left, left, "right"))
    number = np.maximum(np.searchsorted(left, right + marks[:, 3], "right") - first, 0)
    one = np.repeat(np.arange(len(marks)), number)
    within = np.arange(len(one)) - np.repeat(np.cumsum(number) - number, number)
    return one, first[one] + within


def _long_chains(number: int, ones: list[int], nexts: list[int], least: int) -> int:
    """How many of a number of nodes lie on chains of at least `least`; links run from low to high."""
    before, after = [1] * number, [1] * number
    for one, following in zip(ones, nexts, strict=True):
        before[following] = max(before[following], before[one] + 1)
    for one, following in zip(reversed(ones), reversed(nexts), strict=True):
        after[one] = max(after[one], after[following] + 1)
    return sum(b + a - 1 >= least for b, a in zip(before, after, strict=True))
