"""Things that stand whole on the ground, or on a table: they tell how large others are there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from counterfoil.mine.donors import SUPPORTS, carries, kinds, shapely, stands_alone
from counterfoil.records import Region, Same, Scene

CAMERA = {"ground": 1.5, "table": 0.5}
"""How many metres above what things stand on a camera is held, typically: it sets the horizon."""


class Stander(NamedTuple):
    """A thing that stands whole in the picture; lengths in pixels.

    Args:
        region: which one.
        centre, foot: where its foot is.
        width, height: its size.
        metre: how many pixels a metre has at its foot.
    """

    region: int
    centre: float
    foot: float
    width: float
    height: float
    metre: float


def standers(scene: Scene, stands: str) -> Sequence[Stander]:
    """The things that stand whole on the ground (or a table), the largest first."""
    return _standers(Same(scene), stands)


@lru_cache(4)
def _standers(same: Same, stands: str) -> Sequence[Stander]:
    scene: Scene = same.value
    found = [
        stander(index, region, scene)
        for index, region in enumerate(scene.regions)
        if (kind := kinds().get(region.label)) and kind.stands == stands and _whole(scene, index)
    ]
    found.sort(key=lambda thing: -thing.height)
    return [thing for thing in found if _agree(found[0], thing, stands)]


def _agree(largest: Stander, thing: Stander, stands: str) -> bool:
    """Whether a thing has the size that it must have on one ground with the largest."""
    expected = largest.metre + (thing.foot - largest.foot) / CAMERA[stands]
    return 0.6 < thing.metre / max(expected, 1.0) < 1.7


def _whole(scene: Scene, index: int) -> bool:
    regions, height, width = scene.regions, scene.height, scene.width
    tallest = max(region.box[3] - region.box[1] for region in regions if region.label == regions[index].label)
    own = regions[index].box[3] - regions[index].box[1]
    large = own * height >= 24 and own > 0.5 * tallest
    box, others = regions[index].box, (other for other in regions if other.label not in SUPPORTS)
    return (
        large
        and not any(carries(other, box) for other in others)
        and shapely(regions[index], height, width)
        and stands_alone(regions, index, height, width, 0.35, sides=False)
    )


def stander(index: int, region: Region, scene: Scene) -> Stander:
    """A region as a thing that stands, whether it does or not."""
    left, top, right, bottom = region.box
    width, height = (right - left) * scene.width, (bottom - top) * scene.height
    return Stander(
        region=index,
        centre=(left + right) / 2 * scene.width,
        foot=bottom * scene.height,
        width=width,
        height=height,
        metre=height / kinds()[region.label].height(width / height),
    )
