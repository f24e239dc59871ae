"""The picture's mirror image: left becomes right. A proposal in, the whole picture (or a refusal) out.

Writing gives a mirror image away, so a picture that seems to show some is refused. The detector
looks for rows of strokes of one height; it finds signs, titles and number plates that are large
enough to read, and misses single digits, handwriting and letters under 6 pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.stage import Run
from counterfoil.records import Kind, Mask, Operation, Patch, Pixels, Same


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """Flip the whole picture for a fact of left and right.

    Args:
        max_letters: most marks in rows that look like letters; more is writing.
    """

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "relation")})
    version: ClassVar[int] = 1
    max_letters: int = 4

    def load(self, run: Run) -> Paint:
        """Get ready and return the function that paints."""
        return lambda proposal, rng: _mirrored(Same(proposal.scene.pixels), self.max_letters)


@lru_cache(1)
def _mirrored(same: Same, max_letters: int) -> Painted | Refused:
    """The last picture's mirror image: several facts of one picture are told by the same one."""
    return mirror(same.value, max_letters)


def mirror(pixels: Pixels, max_letters: int) -> Painted | Refused:
    """The whole picture flipped, unless it shows writing."""
    letters = count_letters(pixels)
    if letters > max_letters:
        return Refused("writing", f"{letters} marks that look like letters in a row")
    everywhere = np.ones(pixels.shape[:2], bool)
    flipped = np.ascontiguousarray(pixels[:, ::-1])
    return Painted(Patch(left=0, top=0, pixels=flipped, mask=everywhere), {"letters": letters})


def count_letters(pixels: Pixels) -> int:
    """How many marks of a picture look like letters: alike in height, side by side, five or more."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    around = cv2.blur(grey, (25, 25)).astype(np.int16)
    contrast = grey.astype(np.int16) - around
    return max(_in_rows(_marks(strokes)) for strokes in (contrast > 24, contrast < -24))


def _marks(strokes: Mask) -> NDArray[np.int32]:
    """Left, top, width and height of the connected marks that have a letter's size and shape."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes.astype(np.uint8), connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    filled = area / (width * height)
    shaped = (width >= 0.12 * height) & (width <= 1.5 * height) & (filled > 0.25) & (filled < 0.85)
    return np.asarray(stats[shaped & (height >= 6) & (height <= 60)][:, :4], np.int32)


def _in_rows(marks: NDArray[np.int32], least: int = 5) -> int:
    """How many marks stand in rows of at least `least`."""
    if not 0 < len(marks) < 3000:
        return 0
    left, top, width, height = marks.T
    tall = np.maximum(height[:, None], height)
    alike = np.minimum(height[:, None], height) >= 0.65 * tall
    level = np.abs((top + height)[:, None] - (top + height)) <= 0.35 * tall
    gap = left[None, :] - (left + width)[:, None]
    follows = alike & level & (gap >= -1) & (gap <= 0.8 * tall)
    return _long_chains(follows, np.argsort(left), least)


def _long_chains(follows: Mask, order: NDArray[np.intp], least: int) -> int:
    """How many nodes lie on chains of at least `least`; `order` is from left to right."""
    before = np.ones(len(order), np.int32)
    after = np.ones(len(order), np.int32)
    for node in order:
        nexts = np.flatnonzero(follows[node])
        before[nexts] = np.maximum(before[nexts], before[node] + 1)
    for node in order[::-1]:
        nexts = np.flatnonzero(follows[node])
        after[node] = 1 + max((int(after[n]) for n in nexts), default=0)
    return int(np.count_nonzero(before + after - 1 >= least))
