"""A second, independent way of naming a colour: what 222,500 people called colours on their screens.

The XKCD colour survey's named colours (matplotlib.colors.XKCD_COLORS) whose last word is a basic
term are the neighbours that vote, in CIELAB. Nothing in the package uses this: tests and benchmarks
check the package's own naming with it.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import cv2
import numpy as np
from matplotlib.colors import XKCD_COLORS, to_rgb
from numpy.typing import NDArray

from counterfoil.records import Mask, Pixels

TERMS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")


def survey_name(pixels: Pixels, mask: Mask, neighbours: int = 5, most: int = 2000) -> str:
    """The term that most pixels of a region (at most about `most`, evenly spread) are nearest to."""
    inside = pixels[mask]
    inside = inside[:: max(len(inside) // most, 1)]
    return Counter(survey_names(inside, neighbours)).most_common(1)[0][0]


def survey_names(colours: NDArray[np.uint8], neighbours: int = 5) -> list[str]:
    """The term of each of n x 3 sRGB colours: the vote of its nearest named colours, weighted by nearness."""
    anchors, terms = _survey()
    distance = np.linalg.norm(_lab(colours)[:, None] - anchors[None], axis=-1)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :neighbours]
    weight = 1 / (np.take_along_axis(distance, nearest, 1) + 1)
    votes = np.zeros((len(colours), len(TERMS)))
    np.add.at(votes, (np.arange(len(colours))[:, None], terms[nearest]), weight)
    return [TERMS[i] for i in votes.argmax(1)]


@cache
def _survey() -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    names = {name.removeprefix("xkcd:").replace("gray", "grey"): code for name, code in XKCD_COLORS.items()}
    known = {name: code for name, code in sorted(names.items()) if name.split()[-1] in TERMS}
    colours = np.array([[round(255 * part) for part in to_rgb(code)] for code in known.values()], np.uint8)
    return _lab(colours), np.array([TERMS.index(name.split()[-1]) for name in known])


def _lab(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(colours[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0], np.float32)
