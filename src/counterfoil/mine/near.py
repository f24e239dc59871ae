"""Which things of a picture are near a part of it, as far as their boxes tell."""

from __future__ import annotations

from functools import lru_cache

from counterfoil.pictures import to_pixels
from counterfoil.records import Pictured, Same

Window = tuple[slice, slice]
"""Rows and columns of a picture."""


def near(scene: Pictured, window: Window) -> list[int]:
    """The regions whose box reaches into a window."""
    rows, columns = window
    return [
        index
        for index, (left, top, right, bottom) in enumerate(_boxes(Same(scene)))
        if left < columns.stop and right > columns.start and top < rows.stop and bottom > rows.start
    ]


@lru_cache(2)
def _boxes(same: Same) -> list[tuple[int, int, int, int]]:
    """The boxes of a scene's regions in pixels. Those of the last scenes are kept."""
    scene: Pictured = same.value
    return [to_pixels(region.box, scene.height, scene.width) for region in scene.regions]
