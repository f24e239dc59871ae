"""The shadow that a thing throws on what it stands on: its alpha in, how much light is left out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def contact_shadow(alpha: Floats, strength: float = 0.5) -> Floats:
    """The light left on the ground around a thing's foot, 0..1, at the size of its alpha.

    Flat and soft, as under an open sky: a narrow dark one where the thing touches the ground, and a
    wide faint one around it. It follows the thing's lowest part, whatever its shape.

    Args:
        alpha: of the thing, 0..1, with room below and beside it for the shadow.
        strength: share of the light that is lost at the darkest place.
    """
    rows = np.flatnonzero((alpha > 0.5).any(1))
    if not len(rows):
        return np.ones_like(alpha)
    height, foot = int(rows[-1] - rows[0] + 1), int(rows[-1])
    shadow = np.zeros_like(alpha)
    for depth, share in ((0.05, 0.6), (0.12, 0.4)):
        shadow = shadow + share * _under(alpha, foot, max(2, round(depth * height)))
    return np.asarray(1 - strength * np.clip(shadow, 0, 1), np.float32)


def _under(alpha: Floats, foot: int, depth: int) -> Floats:
    """What stands within `depth` rows of the foot, pressed flat on the foot's row and made soft."""
    lowest = alpha[max(foot - 2 * depth, 0) : foot + 1].max(0)
    flat = np.zeros_like(alpha)
    flat[max(foot - depth // 2, 0) : foot + max(depth // 3, 1) + 1] = lowest
    return np.asarray(cv2.GaussianBlur(flat, (0, 0), sigmaX=max(depth, 1), sigmaY=max(depth / 2.5, 0.7)))
