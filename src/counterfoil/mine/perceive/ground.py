"""Where a court, grass or water is: a picture at a reduced size in, a mask out, or None where unsure.

All three reach the lower edge. A court is smooth and of one paint, grass is green, water is blue or
green. Where the same colour shows elsewhere too, there is no answer.

Source: the limits are our own, chosen on photos.
"""

from __future__ import annotations

import numpy as np

from counterfoil.mine.perceive.colour import CHROMATIC, NAMES, colour_shares, name_pixels
from counterfoil.mine.perceive.oklab import to_lch
from counterfoil.mine.perceive.sky import ALL, find_sky
from counterfoil.mine.perceive.stuff_view import View, largest, rows_of, swollen
from counterfoil.mine.percentile import percentile_of_all
from counterfoil.mine.within import within
from counterfoil.records import Mask


def find_court(view: View) -> Mask | None:
    """The smooth area of one paint along the lower edge; other paint on the ground makes it unsure."""
    shares = colour_shares(view.pixels[len(view.pixels) // 2 :], view.free[len(view.pixels) // 2 :])
    painted = sorted((*CHROMATIC, "brown"), key=lambda name: -shares[NAMES.index(name)])
    first, second = painted[:2]
    if shares[NAMES.index(first)] < 0.25 or shares[NAMES.index(second)] > 0.1:
        return None
    seed = (name_pixels(view.pixels) == NAMES.index(first)) & view.free
    seed[: len(seed) // 2] = False
    mask = largest(_alike(view, seed) & view.free)
    return mask if mask is not None and _is_ground(view, mask, seed, 0.012) else None


def find_grass(view: View) -> Mask | None:
    """The green area along the lower edge."""
    green = _green(view)
    mask = largest(green)
    return mask if mask is not None and _is_ground(view, mask, green, 0.05) else None


def _green(view: View) -> Mask:
    """What has the hue of plants, dry or lush."""
    _, chroma, hue = to_lch(view.lab)
    return np.asarray((hue > 98) & (hue < 150) & (chroma > 0.035) & view.free)


def find_water(view: View) -> Mask | None:
    """The blue or green area along the lower edge, less the sky; where no edge parts them it is unsure."""
    _, chroma, hue = to_lch(view.lab)
    sky = find_sky(view)
    wet = (hue > 150) & (hue < 285) & (chroma > 0.025) & view.free
    wet = wet if sky is None else wet & ~swollen(sky, 2)
    mask = largest(wet)
    is_clear = mask is not None and _is_ground(view, mask, wet, 0.05) and not mask[:2].any()
    return mask if is_clear or (mask is not None and mask.mean() > ALL * 0.8) else None


def _is_ground(view: View, mask: Mask, alike: Mask, roughest: float) -> bool:
    """Whether an area fills the lower edge, is of one texture, and has what is like it to itself."""
    if np.count_nonzero(mask) <= 0.12 * mask.size or percentile_of_all(rows_of(mask), 50) <= 0.55 * len(mask):
        return False
    free = view.free[-3:].any(0)
    width = np.count_nonzero(mask[-3:].any(0) & free) / max(int(np.count_nonzero(free)), 1)
    stray = np.count_nonzero(alike & ~swollen(mask, 3)) / np.count_nonzero(mask)
    is_even = percentile_of_all(view.steep[mask], 50) < roughest
    return bool(width > 0.6 and stray < 0.1 and is_even)


def _alike(view: View, seed: Mask) -> Mask:
    """What shows the paint of the seed, in light and shade."""
    middle = np.median(within(view.lab, seed), 0)
    chroma = float(np.hypot(*middle[1:]))
    along = (view.lab[..., 1] * middle[1] + view.lab[..., 2] * middle[2]) / chroma
    across = np.abs(view.lab[..., 2] * middle[1] - view.lab[..., 1] * middle[2]) / chroma
    expected = chroma * np.minimum(view.lab[..., 0] / middle[0], 1)
    return np.asarray((along > 0.45 * expected) & (along > 0.02) & (across < 0.7 * along))
