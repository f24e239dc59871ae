"""What of a picture no thing covers: a scene in; the colour and the texture of any rectangle of it out."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.boxmeans import Boxes, box_means, corners, means_between, roughness
from counterfoil.mine.donors import SUPPORTS
from counterfoil.records import Scene

Share = tuple[float, float]
"""From where to where, as shares of a height or of a width."""

_SIDE = 320
_LEAST = 0.2
"""Share of a rectangle that must be bare for its means to tell something."""


class Bare:
    """Sums over any rectangle of a scene at a reduced size, of the pixels that no thing covers.

    What carries other things (a table) counts as bare.

    Args:
        scene: whose things, and whose pixels.
    """

    def __init__(self, scene: Scene) -> None:
        scale = min(1.0, _SIDE / max(scene.height, scene.width))
        self._size = max(round(scene.width * scale), 1), max(round(scene.height * scale), 1)
        small = cv2.resize(scene.pixels, self._size, interpolation=cv2.INTER_AREA)
        lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
        things, carriers = self._covered(scene)
        self._taken = {"table": cv2.integral(things), "ground": cv2.integral(things | carriers)}
        self._carried = cv2.integral(carriers)
        bare = (cv2.dilate(things, np.ones((3, 3), np.uint8)) == 0).astype(np.float32)
        self._bare = cv2.integral(bare)
        rough = roughness(np.ascontiguousarray(lab[..., 0]))
        self._looks = cv2.integral(cv2.merge([lab, rough]) * cv2.merge([bare] * 4))

    def _covered(self, scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Where things are, and where things are that carry others; 0 or 1."""
        covered = [np.zeros(self._size[::-1], np.uint8) for _ in range(2)]
        for index, region in enumerate(scene.regions):
            mask = cv2.resize(scene.mask(index).view(np.uint8), self._size, interpolation=cv2.INTER_NEAREST)
            covered[region.label in SUPPORTS] |= mask
        return covered[0], covered[1]

    def taken(self, boxes: Boxes, stands: str) -> Boxes:
        """Share of each box that things cover; to what stands on a table, the table is none."""
        return box_means(self._taken[stands], boxes)

    def carried(self, boxes: Boxes) -> Boxes:
        """Share of each box that a table, a bed or a couch covers."""
        return box_means(self._carried, boxes)

    def looks(self, boxes: Boxes) -> Boxes:
        """Mean Lab (0..255) and mean strength of edges (grey levels a pixel) of what is bare in each box.

        NaN where little is.
        """
        where = corners(boxes, self._looks)
        share = means_between(self._bare, where)
        share[share < _LEAST] = np.nan
        return np.asarray(means_between(self._looks, where) / share[:, None])


def part(boxes: Boxes, rows: Share, columns: Share) -> Boxes:
    """A part of each box, or of what is around it, given as shares of its height and of its width."""
    return parts(boxes, [rows], [columns])


def parts(boxes: Boxes, rows: Sequence[Share], columns: Sequence[Share]) -> Boxes:
    """Some parts of each box, as `part` gives them: of each row each column, of it all boxes."""
    left, top, right, bottom = boxes.T
    down = top + np.array(rows).T[..., None, None] * (bottom - top)
    across = left + np.array(columns).T[:, None, :, None] * (right - left)
    sides = np.empty((4, len(rows), len(columns), len(boxes)))  # what comes next asks for columns
    sides[0], sides[1], sides[2], sides[3] = across[0], down[0], across[1], down[1]
    np.maximum(sides, 0, out=sides)
    np.minimum(sides, 1, out=sides)
    return sides.reshape(4, -1).T
