"""What joins a thing to the ground: its alpha in; the light left around its foot, or a foot in grass, out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.records import Pixels

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


def sunk(alpha: Floats, ground: Pixels, depth: float = 0.07, rough: float = 7.0) -> Floats:
    """The alpha of a thing whose foot stands in the grass: brighter blades are before it.

    Args:
        alpha: of the thing, 0..1.
        ground: what it is put before, of the same size.
        depth: how much of the thing's height the grass hides at most.
        rough: standard deviation in grey levels from which on the ground is grass, or leaves, or pebbles.
    """
    rows = np.flatnonzero((alpha > 0.5).any(1))
    if not len(rows):
        return alpha
    foot, reach = int(rows[-1]), max(3.0, depth * len(rows))
    grey = cv2.cvtColor(ground, cv2.COLOR_RGB2GRAY).astype(np.float32)
    blades = grey - cv2.GaussianBlur(grey, (0, 0), 2.5)
    beside = alpha[max(foot - round(reach), 0) : foot + round(reach)] < 0.05
    spread = (
        float(blades[max(foot - round(reach), 0) : foot + round(reach)][beside].std())
        if beside.any()
        else 0.0
    )
    if spread < rough:
        return alpha
    low = np.clip((np.arange(len(alpha)) - foot + reach) / reach, 0, 1)[:, None]
    hidden = np.clip(2 * low - 1 + np.clip(blades / (2 * spread), -0.5, 0.5), 0, 1)
    return np.asarray(alpha * (1 - hidden), np.float32)
