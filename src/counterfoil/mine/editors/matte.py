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
from counterfoil.mine.within import summed_near
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
    thing = inside if sure is None or not (inside & sure).any() else inside & sure
    alpha, where = inside.astype(np.float32), np.flatnonzero(band)
    if not len(where):
        return Matte(alpha, 1.0)
    near, far = (_mean_nearby(lab, side, 3 * radius, where) for side in (thing, outside))
    step = near - far
    apart = cv2.transform(step * step, np.ones((1, 3)))
    own = lab.reshape(-1, 1, 3).take(where, axis=0)
    share = cv2.transform((own - far) * step, np.ones((1, 3))) / (apart + 1e-6)
    certain = apart / (apart + 0.06**2)
    feathered = cv2.blur(mask.astype(np.float32), (radius | 1, radius | 1)).reshape(-1, 1)[where]
    mixed = certain * np.clip(share, 0, 1) + (1 - certain) * feathered
    alpha.reshape(-1, 1)[where] = mixed
    smooth = guided(np.ascontiguousarray(lab[..., 0]), alpha, max(radius // 2, 1))
    alpha.reshape(-1)[where] = np.clip(smooth.reshape(-1)[where], 0, 1)
    return Matte(alpha, float(certain.mean()))


def guided(guide: Floats, values: Floats, radius: int, softness: float = 1e-3) -> Floats:
    """Smooth `values` along the edges of `guide` (both height x width, the guide 0..1)."""
    size = (2 * radius + 1, 2 * radius + 1)
    mean_guide, mean_values = cv2.blur(guide, size), cv2.blur(values, size)
    spread = cv2.blur(guide * guide, size) - mean_guide * mean_guide
    spread += softness
    slope = cv2.blur(guide * values, size) - mean_guide * mean_values
    slope /= spread
    smooth = cv2.blur(slope, size) * guide
    smooth += cv2.blur(mean_values - slope * mean_guide, size)
    return np.asarray(smooth, np.float32)


def shrunk(mask: Mask, radius: int) -> Mask:
    """The mask less everything within `radius` pixels of what is not in it; the crop's frame is no edge."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cv2.erode(mask.view(np.uint8), kernel).view(bool)


def _mean_nearby(lab: Floats, thing: Mask, radius: int, where: NDArray[np.intp]) -> Floats:
    """The mean of `lab` over the pixels of a thing near each of some; over all of them where none is near.

    Args:
        lab: height x width x 3.
        thing: height x width.
        radius: how far "near" is, in pixels.
        where: the n pixels that are asked for, by their place in the picture read row by row.

    Returns:
        n x 1 x 3.
    """
    total, count = summed_near(lab, thing, 2 * radius + 1)
    overall = np.array(cv2.mean(lab, thing.view(np.uint8) if thing.any() else None)[:3], np.float32)
    near = total.reshape(-1, 1, 3).take(where, axis=0) + 1e-4 * overall
    near /= count.reshape(-1, 1, 1).take(where, axis=0) + np.float32(1e-4)
    return np.asarray(near, np.float32)
