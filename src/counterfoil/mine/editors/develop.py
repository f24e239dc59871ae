"""A photo as another camera would have taken it: without colour, out of focus, ill exposed, upside down.

In: a proposal without targets whose value is what the photo becomes. Out: the whole picture.

Source: a lens out of focus spreads each point over a disc, and a shorter exposure scales the light;
both of linear light (sRGB, IEC 61966-2-1). Grey is Rec. 601 luma.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.editors.editor import NOT_MINE, Paint, Painted, Refused
from counterfoil.mine.propose.whole_photo import BLURRY, DARK, MONOCHROME, OVEREXPOSED, SEPIA, UPSIDE_DOWN
from counterfoil.mine.stage import Run
from counterfoil.records import Kind, Operation, Patch, Pixels, Reworded

DISC = 0.009
"""Radius of the disc of a point out of focus, as a share of the photo's longer side."""

STOPS = 2.7
"""By how many stops a dark photo is underexposed."""

STOPS_OVER = 2.3
"""By how many stops an overexposed photo is so."""

TONED = (1.06, 0.94, 0.74)
"""Red, green and blue of sepia against grey; white and black stay paper and ink."""

Levels = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Develop:
    """Change a quality of the whole photo."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "attribute")})
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Paint:
        """Nothing to load: return the function that paints."""
        return lambda proposal, rng: _paint(proposal)


def _paint(proposal: Reworded) -> Painted | Refused:
    if proposal.targets or len(proposal.values) != 1 or proposal.values[0] not in LOOKS:
        return NOT_MINE
    return Painted(Patch.whole(LOOKS[proposal.values[0]](proposal.scene.pixels)))


def grey(pixels: Pixels) -> Pixels:
    """The same picture without colour, still with three channels."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def sepia(pixels: Pixels) -> Pixels:
    """The same picture in browns."""
    return np.asarray(cv2.LUT(grey(pixels), _sepia_levels()), np.uint8)


def unfocused(pixels: Pixels) -> Pixels:
    """The same picture with every point spread over a disc."""
    radius = max(DISC * max(pixels.shape[:2]), 2.0)
    reach = int(np.ceil(radius))
    rows, columns = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(rows, columns), 0, 1).astype(np.float32)
    light = cv2.LUT(pixels, np.rint(65535 * _linear()).astype(np.uint16))
    return _shown(np.asarray(cv2.filter2D(light, -1, disc / disc.sum()), np.uint16))


def _shown(light: NDArray[np.uint16]) -> Pixels:
    """The grey levels of light, 32 rows at a time: `take` makes of each number an index of eight bytes."""
    levels = np.empty(light.shape, np.uint8)
    for start in range(0, len(light), 32):
        rows = slice(start, start + 32)
        _encoded().take(light[rows], out=levels[rows], mode="clip")  # other modes copy what goes out
    return levels


def underexposed(pixels: Pixels) -> Pixels:
    """The same picture with less light."""
    return np.asarray(cv2.LUT(pixels, _levels(_linear() * 2.0**-STOPS)), np.uint8)


def overexposed(pixels: Pixels) -> Pixels:
    """The same picture with more light; what is lighter than white then is white."""
    return np.asarray(cv2.LUT(pixels, _levels(np.minimum(_linear() * 2.0**STOPS_OVER, 1))), np.uint8)


def upside_down(pixels: Pixels) -> Pixels:
    """The same picture turned by half."""
    return np.asarray(cv2.rotate(pixels, cv2.ROTATE_180), np.uint8)


@cache
def _linear() -> Levels:
    """The light of each grey level, 0..1."""
    level = np.arange(256) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


@cache
def _encoded() -> Pixels:
    """The grey level of each of 65,536 steps of light."""
    return _levels(np.arange(65536) / 65535)


def _levels(light: Levels) -> Pixels:
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * encoded), np.uint8)


@cache
def _sepia_levels() -> Pixels:
    """What each grey level becomes, 1 x 256 x 3: toned most in the middle of the scale."""
    level = np.arange(256)[:, None] / 255
    toned = level * (1 + (np.array(TONED) - 1) * 1.2 * (1 - level**2))
    return np.asarray(np.rint(255 * np.clip(toned, 0, 1)), np.uint8)[None]


LOOKS: dict[str, Callable[[Pixels], Pixels]] = {
    MONOCHROME: grey,
    SEPIA: sepia,
    BLURRY: unfocused,
    DARK: underexposed,
    OVEREXPOSED: overexposed,
    UPSIDE_DOWN: upside_down,
}
"""How a photo is developed, by what it becomes."""
