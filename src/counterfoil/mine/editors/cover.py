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
from counterfoil.mine.within import mean_at, share_near, taken_at
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
    amount, size = inner.astype(np.float32), 4 * radius + 5
    where = np.flatnonzero((reach | cloth) & ~inner)  # all else is cloth for sure, or none
    if not len(where):
        return Cover(amount, 1.0)
    near, far = (mean_at(lab, side, size, where) for side in (inner & (like > 0.5), outer))
    behind = mean_at(like, outer, size, where).ravel()
    step = near - far
    apart = cv2.transform(step * step, np.ones((1, 3))).ravel()
    mixture = (taken_at(lab, where) - far) * step
    share = cv2.transform(mixture, np.ones((1, 3))).ravel() / (apart + 1e-6)
    certain = apart / (apart + 0.08**2)
    soft = share_near(mask, 3)
    mixed = certain * ramp(share) + (1 - certain) * soft.take(where)
    alike = cloth.take(where) * ramp((like.take(where) - 0.35) / 0.4) * ramp((0.5 - behind) / 0.4)
    alike *= _tells(near).ravel()
    band = reach.take(where)
    amount.put(where, np.maximum(band * np.minimum(mixed, _near(soft).take(where)), alike))
    return Cover(amount, float(certain[band].mean()) if band.any() else 1.0)


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
