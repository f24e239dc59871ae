"""Where the sky is: a picture at a reduced size in, its mask there out, or None where none is sure.

A sky is smooth, blue or pale or warm, and reaches the upper edge. A wall is and does so too: that
it is the open air the caller has to know from words. Where its edge is too weak to end it, or where
more of its colour is left over than shows through leaves, there is no answer.

Source: the limits are our own, chosen on photos.
"""

from __future__ import annotations

import cv2
import numpy as np

from counterfoil.mine.perceive.oklab import Floats, to_lch
from counterfoil.mine.perceive.stuff_view import View, clear_edge, closed, length, mean_near, rows_of, swollen
from counterfoil.mine.percentile import medians, percentile_of_all
from counterfoil.mine.within import within
from counterfoil.records import Mask

ALL = 0.9
"""What fills so much of a picture needs no edge."""

SMOOTH = 0.03
"""Most that the sky's colour changes from pixel to pixel, in OKLab."""

REACH = 3
"""How many times what shows between leaves is looked for around what is found already."""

MOST_LEFT = 0.04
"""So much of a sky, as a share of what was found, may be left out: small gaps in trees."""


def find_sky(view: View) -> Mask | None:
    """The smooth area along the upper edge, and what leaves and branches cut off from it."""
    smooth = (view.steep < SMOOTH) & view.free
    smooth[smooth] = _like_sky(within(view.lab, smooth))
    mask = _upper(view, smooth)
    share = np.count_nonzero(mask) / mask.size
    if share < 0.06:
        return None
    is_all = share > ALL
    if is_all:
        mask = (view.steep < SMOOTH) & view.free
    if _covered(view, mask) < 0.4 or not (is_all or clear_edge(view, mask) > 0.7):
        return None
    for _ in range(REACH):
        more = _slits(view, mask) & ~mask
        if not more.any():
            break
        mask = mask | more
    return mask if _is_whole(view, mask) else None


def _upper(view: View, smooth: Mask) -> Mask:
    """The large pieces of a smooth area that reach the upper edge, and those like them."""
    number, labels, pieces, _ = cv2.connectedComponentsWithStats(smooth.view(np.uint8), connectivity=4)
    is_large = pieces[:, cv2.CC_STAT_AREA] > 0.004 * smooth.size
    is_upper = is_large & (pieces[:, cv2.CC_STAT_TOP] <= 2)
    mask = smooth & is_upper[labels]
    for piece in (labels == i for i in range(1, number) if is_large[i] and not is_upper[i]):
        if _is_alike(view, mask, piece):
            mask |= piece
    return closed(mask, 3) & view.free


def _covered(view: View, mask: Mask) -> float:
    """How much of the upper edge an area reaches, of what no thing covers, 0..1."""
    width = ~view.taken[:3].all(0)
    return np.count_nonzero(mask[:3].any(0) & width) / max(int(np.count_nonzero(width)), 1)


def _like_sky(lab: Floats) -> Mask:
    """Blue, pale, or warm and light."""
    lightness, chroma, hue = to_lch(lab)
    blue = (hue > 205) & (hue < 295) & (chroma > 0.02) & (lightness > 0.2)
    pale = (chroma < 0.05) & (lightness > 0.5)
    warm = ((hue < 110) | (hue > 320)) & (lightness > 0.62) & (chroma < 0.2)
    return np.asarray(blue | pale | warm)


def _is_alike(view: View, mask: Mask, piece: Mask) -> bool:
    """Whether a piece is sky too: as blue as it, where hardly anything else is, or in its midst."""
    rows, columns = np.flatnonzero(piece.any(1)), np.flatnonzero(piece.any(0))
    level = np.zeros_like(mask)
    level[rows[0] : rows[-1] + 1] = mask[rows[0] : rows[-1] + 1]
    near = level & swollen(piece, 12)
    around = near if near.any() else level
    if not around.any():
        return False
    sky, here = medians(within(view.lab, around)), medians(within(view.lab, piece))
    apart = float(np.linalg.norm(sky - here))
    if max(sky[2], here[2]) < -0.05:
        return apart < 0.08
    left, right = slice(max(columns[0] - 40, 0), columns[0]), slice(columns[-1] + 1, columns[-1] + 41)
    beside = min(np.count_nonzero(level[:, side]) for side in (left, right)) / (40 * len(rows))
    return bool(beside > 0.3 and apart < 0.055)


def _slits(view: View, mask: Mask) -> Mask:
    """Pixels of a blue or blown-out sky between leaves, which are not smooth for them."""
    own, apart = _apart(view, mask)
    is_blue = np.maximum(own[..., 2], view.lab[..., 2]) < -0.05
    is_blown = np.minimum(own[..., 0], view.lab[..., 0]) > 0.95
    return np.asarray(((is_blue & (apart < 0.08)) | (is_blown & (apart < 0.05))) & view.free)


def _is_whole(view: View, mask: Mask) -> bool:
    """Whether hardly anything in the sky's rows and near it has its colour and is left out."""
    _, apart = _apart(view, mask)
    rows = np.arange(len(mask)) < percentile_of_all(rows_of(mask), 98)
    left = (apart < 0.06) & view.free & ~swollen(mask, 1) & rows[:, None]
    return bool(np.count_nonzero(left) < MOST_LEFT * np.count_nonzero(mask))


def _apart(view: View, mask: Mask) -> tuple[Floats, Floats]:
    """The sky's own colour near each pixel, and how far the pixel is from it; far where no sky is near."""
    own, share = mean_near(view.lab, mask, 15)
    return own, np.where(share > 0.02, length(view.lab - own), np.float32(1))
