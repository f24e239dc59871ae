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

from counterfoil.mine.perceive.oklab import Floats, to_oklab
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
    near, far = _mean_nearby(lab, thing, 3 * radius), _mean_nearby(lab, outside, 3 * radius)
    step = near - far
    apart = cv2.transform(step * step, np.ones((1, 3)))
    share = cv2.transform((lab - far) * step, np.ones((1, 3))) / (apart + 1e-6)
    certain = apart / (apart + 0.06**2)
    feathered = cv2.blur(mask.astype(np.float32), (radius | 1, radius | 1))
    alpha = certain * np.clip(share, 0, 1) + (1 - certain) * feathered
    alpha = guided(lab[..., 0], np.where(band, alpha, inside).astype(np.float32), max(radius // 2, 1))
    alpha = np.where(band, np.clip(alpha, 0, 1), inside).astype(np.float32)
    return Matte(alpha, float(certain[band].mean()) if band.any() else 1.0)


def guided(guide: Floats, values: Floats, radius: int, softness: float = 1e-3) -> Floats:
    """Smooth `values` along the edges of `guide` (both height x width, the guide 0..1)."""
    size = (2 * radius + 1, 2 * radius + 1)
    mean_guide, mean_values = cv2.blur(guide, size), cv2.blur(values, size)
    spread = cv2.blur(guide * guide, size) - mean_guide * mean_guide
    slope = (cv2.blur(guide * values, size) - mean_guide * mean_values) / (spread + softness)
    offset = mean_values - slope * mean_guide
    return np.asarray(cv2.blur(slope, size) * guide + cv2.blur(offset, size), np.float32)


def shrunk(mask: Mask, radius: int) -> Mask:
    """The mask less everything within `radius` pixels of what is not in it; the crop's frame is no edge."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cv2.erode(mask.astype(np.uint8), kernel).astype(bool)


def _mean_nearby(lab: Floats, where: Mask, radius: int) -> Floats:
    """The mean of `lab` over the pixels in `where` near each pixel; over all of them where none is near."""
    size = (2 * radius + 1, 2 * radius + 1)
    weight = cv2.merge([where.astype(np.float32)] * 3)
    total, count = cv2.blur(cv2.multiply(lab, weight), size), cv2.blur(weight, size)
    overall = np.array(cv2.mean(lab, where.view(np.uint8) if where.any() else None)[:3], np.float32)
    return np.asarray(cv2.divide(total + 1e-4 * overall, count + np.float32(1e-4)), np.float32)
