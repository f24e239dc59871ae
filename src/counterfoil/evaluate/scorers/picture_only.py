"""A control that reads no text: how sharp is a picture by itself?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from counterfoil.evaluate.benchmark import Item, Picture
from counterfoil.evaluate.look import pixels_of
from counterfoil.evaluate.pictures import Written, key_of
from counterfoil.evaluate.scorers.windows import windows
from counterfoil.evaluate.verdicts import Scores
from counterfoil.records import Pixels

SIDE = 256
"""Pixels a side at which pictures are compared, so that their size tells nothing."""


def picture_only(items: Iterable[Item]) -> Iterator[Scores]:
    """The logarithm of a picture's high-frequency energy, the same for every text.

    Editors and generators leave pictures smoother, or rougher, than cameras do. Where a benchmark asks
    which of two pictures a text is true of, and one of them was made by a machine, this tells how much is
    had by that alone: by more than chance for smoother ones, by less for rougher ones. Of texts it prefers
    none: questions of which text are all ties, and on squares it has nothing right.
    """
    known: dict[Hashable, float] = {}
    for window in windows(items):
        rows = [[key_of(picture) for picture in item.pictures] for item in window]
        new: dict[Hashable, tuple[Picture, str]] = {}
        for item, keys in zip(window, rows, strict=True):
            new |= {
                key: (picture, item.key)
                for key, picture in zip(keys, item.pictures, strict=True)
                if key not in known
            }
        with ThreadPoolExecutor() as pool:
            known.update(zip(new, pool.map(_sharpness_of, *zip(*new.values(), strict=True)), strict=True))
        for item, keys in zip(window, rows, strict=True):
            score_I1 = np.array([[known[key]] for key in keys], np.float32)
            yield np.tile(score_I1, (1, len(item.texts)))


def _sharpness_of(picture: Picture, item: str) -> float:
    return 0.0 if isinstance(picture, Written) else sharpness(pixels_of(picture, item))


def sharpness(pixels: Pixels) -> float:
    """The logarithm of 1 and the mean square of the Laplacian of the grey picture at one size."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return float(np.log1p(np.square(cv2.Laplacian(small, cv2.CV_32F)).mean()))
