"""Masks as holes: how far to cut around a thing, which window to work in, which patch to give back."""

from __future__ import annotations

import cv2
import numpy as np

from counterfoil.records import Mask, Patch, Pixels

Window = tuple[slice, slice]
"""Rows and columns of a picture."""


def hole_of(mask: Mask) -> Mask:
    """A mask with a seam of safety, and with what lies at the foot of the thing: its shadow."""
    seam = max(3, round(0.008 * max(mask.shape)))
    grown = cv2.dilate(
        mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * seam + 1, 2 * seam + 1))
    )
    top, bottom = span(mask, axis=1)
    foot = grown.copy()
    foot[: bottom - max(4, (bottom - top) // 5)] = 0
    shadow = cv2.dilate(foot, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4 * seam + 1, 2 * seam + 1)))
    return np.asarray(cv2.max(grown, shadow) > 0)


def around(mask: Mask, context: float, least: int = 40, most: int = 160) -> Window:
    """The window of a mask with `context` times its longer side around it, `least` to `most` pixels."""
    (top, bottom), (left, right) = span(mask, axis=1), span(mask, axis=0)
    margin = round(min(max(context * max(bottom - top, right - left), least), most))
    rows = slice(max(top - margin, 0), min(bottom + margin, mask.shape[0]))
    return rows, slice(max(left - margin, 0), min(right + margin, mask.shape[1]))


def patch_of(pixels: Pixels, mask: Mask, margin: int = 16) -> Patch:
    """The part of a painted picture that holds the mask, with a margin."""
    (top, bottom), (left, right) = span(mask, axis=1), span(mask, axis=0)
    top, left = max(top - margin, 0), max(left - margin, 0)
    window = slice(top, bottom + margin), slice(left, right + margin)
    return Patch(left=left, top=top, pixels=pixels[window].copy(), mask=mask[window])


def share(part: Mask, whole: Mask) -> float:
    """The area of one mask over that of another."""
    return float(np.count_nonzero(part)) / max(int(np.count_nonzero(whole)), 1)


def span(mask: Mask, axis: int) -> tuple[int, int]:
    """First row (axis 1) or column (axis 0) of a mask, and the one after its last."""
    inside = np.flatnonzero(mask.any(axis))
    return int(inside[0]), int(inside[-1]) + 1
