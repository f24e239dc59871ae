"""Where an inpainting model looks and what of its work is kept: windows around masks, and their edges."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from counterfoil.records import Mask, Patch, Pixels


def grown(mask: Mask, by: int) -> Mask:
    """A mask with a rim of so many pixels around it."""
    if not by:
        return mask
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return cv2.dilate(mask.astype(np.uint8), disc).astype(np.bool_)


def window_around(mask: Mask, least: int) -> tuple[slice, slice]:
    """The smallest window that holds a mask, widened to `least` pixels a side, kept inside the picture.

    The mask is not empty, and stands in the middle where the picture allows it.
    """
    return _reach(np.any(mask, axis=1), least), _reach(np.any(mask, axis=0), least)


def joined(picture: Pixels, patches: Sequence[Patch]) -> Patch:
    """Patches of one picture as one; where two have painted, the later is seen."""
    if len(patches) == 1:
        return patches[0]
    canvas, mask = picture.copy(), np.zeros(picture.shape[:2], np.bool_)
    for patch in patches:
        canvas[patch.window()][patch.mask] = patch.pixels[patch.mask]
        mask[patch.window()] |= patch.mask
    rows, columns = window_around(mask, 1)
    return Patch(left=columns.start, top=rows.start, pixels=canvas[rows, columns], mask=mask[rows, columns])


def _reach(seen: Mask, least: int) -> slice:
    first, last = int(seen.argmax()), len(seen) - int(seen[::-1].argmax())
    length = min(max(last - first, least), len(seen))
    start = min(max((first + last - length) // 2, 0), len(seen) - length)
    return slice(start, start + length)


def blended(picture: Pixels, mask: Mask, window: tuple[slice, slice], painted: Pixels, edge: int) -> Patch:
    """What was painted in a window, within the mask alone; over the mask's outermost pixels it fades in.

    Args:
        picture: the whole one.
        mask: of the whole picture, and within the window; not empty.
        window: that was painted.
        painted: its new pixels.
        edge: width in pixels over which the new pixels fade in.
    """
    inside, old = mask[window], picture[window]
    # Of a mask without an outside, cv2 tells no distances: there is no edge to fade at.
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5) if not inside.all() else np.inf
    share = np.clip(np.asarray(depth, np.float32) / max(edge, 1), 0, 1) * inside
    mixed = old + share[..., None] * (painted.astype(np.float32) - old)
    rows, columns = window_around(inside, 1)
    return Patch(
        left=window[1].start + columns.start,
        top=window[0].start + rows.start,
        pixels=np.rint(mixed).astype(np.uint8)[rows, columns],
        mask=inside[rows, columns],
    )
