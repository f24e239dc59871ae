"""Where a thing truly ends: a loose outline and the pixels in, a soft mask out.

Polygons drawn by hand miss an edge by a few pixels. In the band around the outline each pixel is
taken as a mixture of the thing's own colour nearby and of the background's colour nearby, which
gives its share of the thing directly; where the two colours are too alike to tell, the outline
itself decides, feathered. A guided filter then lays the soft edge along the picture's own edges.

Source: the mixture is the compositing equation that matting inverts (Porter and Duff, "Compositing
digital images", 1984); He, Sun and Tang, "Guided image filtering", TPAMI 35, 2013, equations 5 to 8.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.perceive.oklab import Floats, to_oklab
from counterfoil.mine.within import mean_at, share_near, taken_at
from counterfoil.records import Mask, Pixels


class Matte(NamedTuple):
    """A soft mask, and how well the two sides of its edge can be told apart.

    Args:
        alpha: share of the thing in each pixel, height x width, 0..1.
        contrast: mean certainty along the edge, 0 (outline only) to 1 (colours far apart).
    """

    alpha: Floats
    contrast: float


def soft_mask(pixels: Pixels, mask: Mask, radius: int) -> Floats:
    """The share of the thing in each pixel: 1 well inside, 0 more than `radius` outside the mask.

    Args:
        pixels: crop around the thing, height x width x 3.
        mask: its outline in that crop, height x width.
        radius: how far the outline may be wrong, in pixels.
    """
    return matte(to_oklab(pixels), mask, radius).alpha


def matte(lab: Floats, mask: Mask, radius: int, sure: Mask | None = None) -> Matte:
    """As `soft_mask`, from OKLab; `sure` says which pixels inside have the thing's own colour."""
    inside, outside = shrunk(mask, radius), shrunk(~mask, radius)
    band = ~(inside | outside)
    own = inside if sure is None else inside & sure
    thing = own if own.any() else inside
    alpha, where = inside.astype(np.float32), np.flatnonzero(band)
    if not len(where):
        return Matte(alpha, 1.0)
    near, far = (_mean_nearby(lab, side, 3 * radius, where) for side in (thing, outside))
    step = near - far
    apart = cv2.transform(step * step, np.ones((1, 3))).ravel()
    from_far = taken_at(lab, where)
    from_far -= far
    from_far *= step
    share = cv2.transform(from_far, np.ones((1, 3))).ravel() / (apart + 1e-6)
    certain = apart / (apart + 0.06**2)
    feathered = share_near(mask, radius | 1).take(where)
    alpha.put(where, certain * share.clip(0, 1) + (1 - certain) * feathered)
    smooth = guided(np.ascontiguousarray(lab[..., 0]), alpha, max(radius // 2, 1))
    alpha.put(where, smooth.take(where).clip(0, 1))
    return Matte(alpha, float(certain.mean()))


def guided(guide: Floats, values: Floats, radius: int, softness: float = 1e-3) -> Floats:
    """Smooth `values` along the edges of `guide` (both height x width, the guide 0..1)."""

    def mean(of: Floats) -> Floats:
        return np.asarray(cv2.blur(of, (2 * radius + 1, 2 * radius + 1)), np.float32)

    mean_guide, mean_values = mean(guide), mean(values)
    spread, slope = mean(guide * guide), mean(guide * values)
    spread -= mean_guide * mean_guide
    spread += softness
    slope -= mean_guide * mean_values
    slope /= spread
    mean_values -= slope * mean_guide
    smooth = mean(slope)
    smooth *= guide
    smooth += mean(mean_values)
    return smooth


def shrunk(mask: Mask, radius: int) -> Mask:
    """The mask less everything within `radius` pixels of what is not in it; the crop's frame is no edge."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cv2.erode(mask.view(np.uint8), kernel).view(bool)


def _mean_nearby(lab: Floats, thing: Mask, radius: int, where: NDArray[np.intp]) -> Floats:
    """`mean_at` of the pixels within `radius`; of a thing without a pixel the mean of all."""
    overall = None if thing.any() else cv2.mean(lab)
    return mean_at(lab, thing, 2 * radius + 1, where, overall)
