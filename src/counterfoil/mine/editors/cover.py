"""Where a garment truly ends: its loose mask and the pixels in, how much of each pixel is cloth out.

At an edge a pixel mixes cloth with what lies behind it, and its place between the two colours nearby
gives its share. But cloth also darkens towards an edge, where it turns away, so that what looks like
the cloth itself counts as cloth, wherever the background does not look like it too.

Source: the mixture is the compositing equation that matting inverts (Porter and Duff, "Compositing
digital images", 1984).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from counterfoil.mine.editors.matte import shrunk
from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.perceive.fabric import ramp
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.mine.within import share_near, summed_near
from counterfoil.records import Mask

OUTSIDE = 2
"""So many pixels beyond the person's outline what looks like cloth may still be it."""

FURTHER = 4
"""So many times as far as its outline may be wrong cloth is followed on a person: straps, sleeves."""

DARK = 0.32
"""Lightness below which cloth looks like shadow, and the outline alone decides."""


VIVID = 0.05
"""Chroma above which it does not."""


class Cover(NamedTuple):
    """The share of cloth in each pixel, 0..1, and how well its edge can be told, 0..1."""

    amount: Floats
    contrast: float


def cover(lab: Floats, like: Floats, mask: Mask, body: Mask, radius: int) -> Cover:
    """The share of cloth in each pixel.

    Args:
        lab: pixels in OKLab, height x width x 3.
        like: how like the cloth each is, 0..1.
        mask: the garment's loose outline.
        body: the person.
        radius: how far the outline may be wrong, in pixels.
    """
    reach, inner = ~shrunk(~mask, radius), shrunk(mask, 2)
    rims = reach & ~shrunk(~body, OUTSIDE)
    cloth = _joined(mask, (rims | (body & ~shrunk(~mask, FURTHER * radius))) & (like > 0.25))
    outer = shrunk(~cloth, 2)
    size = 4 * radius + 5
    near, far = _mean(lab, inner & (like > 0.5), size), _mean(lab, outer, size)
    behind = _mean(like, outer, size)
    step = near - far
    apart = cv2.transform(step * step, np.ones((1, 3)))
    share = cv2.transform((lab - far) * step, np.ones((1, 3))) / (apart + 1e-6)
    certain = apart / (apart + 0.08**2)
    soft = share_near(mask, 3)
    mixed = certain * ramp(np.clip(share, 0, 1)) + (1 - certain) * soft
    alike = cloth * ramp((like - 0.35) / 0.4) * ramp((0.5 - behind) / 0.4) * _tells(near)
    amount = np.where(inner, 1, np.maximum(np.where(reach, np.minimum(mixed, _near(soft)), 0), alike))
    band = reach & ~inner
    contrast = float(certain[band].mean()) if band.any() else 1.0
    return Cover(np.asarray(amount, np.float32), contrast)


def _joined(mask: Mask, more: Mask) -> Mask:
    """The mask and what is connected to it of what might belong to it too."""
    number, labels = cv2.connectedComponents((mask | more).view(np.uint8), connectivity=4)
    kept = np.zeros(number, bool)
    kept[labels[mask]] = True
    return kept.take(np.asarray(labels, np.int32))


def _tells(near: Floats) -> Mask:
    """Where cloth is light or vivid enough to be no shadow."""
    return np.asarray((near[..., 0] > DARK) | (magnitude(near[..., 1], near[..., 2]) > VIVID))


def _near(soft: Floats) -> Floats:
    """Beyond the outline a mixture is believed for two pixels more."""
    return np.asarray(np.clip(1.5 * cv2.blur(soft, (5, 5)) + 0.25 * soft, 0, 1), np.float32)


def _mean(values: Floats, where: Mask, size: int) -> Floats:
    """The mean over the pixels in `where` near each pixel; over all of them where none is near."""
    mean, count = summed_near(values, where, size)
    count += np.float32(1e-4)
    whole = cv2.mean(values, where.view(np.uint8))
    cv2.add(mean, tuple(1e-4 * channel for channel in whole), dst=mean)  # type: ignore[call-overload]
    mean /= count if values.ndim == 2 else cv2.merge([count] * 3)
    return mean
