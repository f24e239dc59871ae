"""Whether all things of a category were annotated: a scene and a label in, yes or no out.

Annotators leave out what is small, far away, in a mirror, or one of many, so that "there are two
vases" is often false of the photo. Three things speak against a count: what the captions say ("rows
of"), what the category is (chairs are left out more often than giraffes), and the pixels: a thing
beside the annotated ones that looks like one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import cv2
import numpy as np

from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.perceive.nouns import hints
from counterfoil.mine.perceive.oklab import Floats, to_oklab
from counterfoil.mine.perceive.relations import sure_count
from counterfoil.records import Pictured, Pixels, Region, Same, Scene

MOST = 5
"""Of more things than that some are left out, whatever they are."""

EVERYWHERE = ("book", "car", "chair", "person", "truck")
"""What is small or far away in too many photos to trust that there is only one."""

LONE_AREA, LONE_REGIONS = 0.005, 20
"""Least area of the only thing of a label, and most annotated regions, of which it is one."""

SIDE = 192
"""The longer side in pixels at which a picture is searched: small enough to forget details."""

MOST_SEARCHED = 2
"""How many of several things are searched for, the largest first: small ones look like anything."""

SCALES = (0.75, 1.0, 1.33)
"""How large a fellow is against the thing; a much smaller one would be found in any texture."""

ALIKE = 0.25
"""The least likeness of a fellow."""

STRANGE = 0.25
"""How far, root mean square in Oklab, colours may be apart to count as alike by nothing (0)."""

LEAST = 12
"""Pixels that a thing must have at that size; less looks like anything."""

_REFLECTED = frozenset(
    {"mirror", "mirrors", "mirrored", "reflection", "reflections", "reflected", "reflecting", "illusion"}
)

_MANY = frozenset(
    {"many", "lots", "lot", "rows", "row", "crowd", "crowds", "crowded", "dozens", "hundreds", "bunch"}
    | {"numerous", "several", "plenty", "countless", "filled", "full", "covered", "lined", "various"}
)


def all_annotated(scene: Scene, members: Sequence[int]) -> bool:
    """Whether the regions of a label are all things of that label in the picture.

    Args:
        scene: the scene.
        members: every region with the label.
    """
    regions = scene.regions
    label = regions[members[0]].label
    if any(region.crowd and region.label == label for region in regions) or len(members) > MOST:
        return False
    if label not in _seldom_missed() and not (_is_plain(regions, members) or sure_count(regions, members)):
        return False
    few = len(members) < 4
    if _tells(scene, _REFLECTED) or (few and _tells(scene, _MANY, hints(label))):
        return False
    return likeness(scene, tuple(members)) < ALIKE


def _is_plain(regions: Sequence[Region], members: Sequence[int]) -> bool:
    """Whether a thing is the only one of its label, neither small nor one of much that was annotated."""
    label, area = regions[members[0]].label, regions[members[0]].area
    return (
        len(members) == 1 and label not in EVERYWHERE and area >= LONE_AREA and len(regions) <= LONE_REGIONS
    )


def likeness(scene: Pictured, members: tuple[int, ...]) -> float:
    """How much the most similar other part of the picture looks like one of the regions, -1..1.

    The correlation of colours and edges, less the distance of the colours themselves, of the thing
    and of its mirror image at several sizes; 1 for a perfect copy. Once a part is alike (`ALIKE`), no other
    is looked for.
    """
    return _likeness(Same(scene), members)


@lru_cache(32)
def _likeness(same: Same, members: tuple[int, ...]) -> float:
    scene: Pictured = same.value
    scale = SIDE / max(scene.height, scene.width)
    size = round(scene.width * scale), round(scene.height * scale)
    small = np.asarray(cv2.resize(scene.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    looks = _looks(small)
    masks = [_shrunk(scene, member, size) for member in members]
    taken = np.maximum.reduce(masks)
    shown = sorted(masks, key=lambda mask: -float(mask.sum()))[:MOST_SEARCHED]
    likeliest = -1.0
    for template in (template for mask in shown for template in _templates(looks, mask)):
        likeliest = max(likeliest, _best(looks, taken, template))
        if likeliest >= ALIKE:
            break
    return likeliest


class _Template(NamedTuple):
    looks: Floats
    mask: Floats


def _looks(pixels: Pixels) -> Floats:
    """Lightness, two colour axes and steepness, each about 0..1."""
    lab = to_oklab(pixels)
    across, down = (cv2.Sobel(lab[..., 0], cv2.CV_32F, *way, scale=1 / 4) for way in ((1, 0), (0, 1)))
    return np.dstack([lab[..., 0], 2 * lab[..., 1], 2 * lab[..., 2], magnitude(across, down)])


def _shrunk(scene: Pictured, member: int, size: tuple[int, int]) -> Floats:
    mask = scene.mask(member).astype(np.float32)
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32)


def _templates(looks: Floats, mask: Floats) -> Iterator[_Template]:
    """A thing cut out, at each size, and its mirror image."""
    rows, columns = np.nonzero(mask > 0.5)
    if len(rows) < LEAST:
        return
    window = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    for scale in SCALES:
        height, width = (max(5, round(scale * (part.stop - part.start))) for part in window)
        if height >= looks.shape[0] or width >= looks.shape[1]:
            continue
        thing = np.asarray(
            cv2.resize(looks[window], (width, height), interpolation=cv2.INTER_AREA), np.float32
        )
        inside = cv2.resize(mask[window], (width, height), interpolation=cv2.INTER_AREA) > 0.5
        if np.count_nonzero(inside) >= LEAST:
            yield _Template(thing, inside.astype(np.float32))
            yield _Template(thing[:, ::-1].copy(), inside[:, ::-1].astype(np.float32))


def _best(looks: Floats, taken: Floats, template: _Template) -> float:
    """The likeness of the best place that is not one of the annotated things."""
    size = cv2.countNonZero(template.mask)
    covered = cv2.matchTemplate(taken, template.mask, cv2.TM_CCORR)
    free = (np.asarray(covered) < 0.25 * size).view(np.uint8)
    if not cv2.countNonZero(free):
        return -1.0
    same = cv2.matchTemplate(looks, template.looks, cv2.TM_CCOEFF_NORMED, mask=template.mask)
    apart = cv2.matchTemplate(looks, template.looks, cv2.TM_SQDIFF, mask=template.mask)
    strange = np.sqrt((np.asarray(apart, np.float32) / (size * STRANGE**2)).clip(0))
    alike = np.where(np.isfinite(same), same, np.float32(-1)) - strange  # of what is all even nothing is told
    return float(cv2.minMaxLoc(alike, free)[1])


def _tells(scene: Scene, words: frozenset[str], of: frozenset[str] | None = None) -> bool:
    """Whether a caption has one of some words, and, where it matters, one of others too."""
    said = ({word for token in doc for word in (token.lower_, token.lemma_.lower())} for doc in scene.parses)
    return any(not words.isdisjoint(each) and (of is None or not of.isdisjoint(each)) for each in said)


@cache
def _seldom_missed() -> frozenset[str]:
    """Categories that annotators hardly ever leave out, one or a few in a photo and easily seen."""
    return frozenset(
        files("counterfoil.mine.perceive").joinpath("seldom_missed.txt").read_text().splitlines()
    )
