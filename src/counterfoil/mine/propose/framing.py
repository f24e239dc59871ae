"""Where to crop a picture: a scene and what is to go, to stay or to move in, the gentlest crop out.

A crop must not make the caption false. So what the caption speaks of stays in view, as far as it is
annotated; a caption that speaks of more than that allows only a gentle crop. No kind of thing but
the one that is to go leaves the picture altogether.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.crop import Crop
from counterfoil.mine.perceive.nouns import group, hints, hypernyms
from counterfoil.mine.propose.told import Told, vocabulary
from counterfoil.records import Mask, Same

Shares = NDArray[np.float64]
Places = NDArray[np.intp]

_Showing = Callable[[tuple[int, ...]], Mask]
"""Regions in, the crops that show enough of them out."""

TIGHTEST = 0.64
"""Least side of a crop: it is enlarged by 1.6 at most, or the enlargement shows."""

GENTLE = 0.7
"""Least side where the caption speaks of things of which nobody knows where they are."""

APART = 0.012
"""How far from a crop something must be that it does not show: outlines are loose, and shadows fall."""

KEPT = 0.9
"""Least share of its box that a crop shows of what the caption speaks of."""

KEPT_OF_MANY = 0.85
"""The same of more things of a kind than one counts, all together."""

MANY = 4
"""So many things of a kind nobody counts at a glance."""

KEPT_OF_CUT = 0.6
"""The same of what the picture's own frame cuts already."""

FRAME = 0.015
"""So near the picture's edge a thing is cut by it."""

WHOLE = 0.97
"""How much of it is to be seen of each thing that is counted, or told to stand somewhere."""

LEAST = 0.02
"""Area of the smallest thing of which nobody speaks that must not go, as a share of the picture."""

KEPT_OF_CROWD = 0.4
"""The same of a crowd that nobody told apart: it stays one."""

MEANT = 3
"""How many times the area of the next one the last has of those that a caption means by "a man"."""

ALIVE = ("animal", "person")
"""Kinds of which no crop cuts off a head."""

HEAD = 0.25
"""The upper part of a box in which a head is."""

_FRAMING = frozenset(
    {"corner", "edge", "middle", "center", "centre", "background", "foreground", "close", "closeup"}
    | {"close-up", "distance", "distant", "border", "end", "far", "view", "panorama", "panoramic", "aerial"}
    | {"filled", "fill", "surround", "surrounded", "full", "background", "scattered", "lined", "row", "rows"}
)
"""Words for what a crop changes: how the picture is framed, and how much there is of something."""

_OF_PEOPLE = frozenset(
    {
        "hand",
        "head",
        "face",
        "arm",
        "leg",
        "mouth",
        "hair",
        "shoulder",
        "lap",
        "smile",
        "shirt",
        "t",
        "tshirt",
    }
    | {"jacket", "coat", "sweater", "dress", "suit", "uniform", "outfit", "hat", "cap", "helmet", "pants"}
    | {"shorts", "jeans", "glasses", "sunglasses", "glove", "clothes", "clothing", "gear", "costume"}
)
"""What people have with them: it stays in view as they do."""


@cache
def crops() -> Shares:
    """All crops that are looked at, the largest first: rows of left, top and side."""
    found = []
    for side in np.round(np.arange(0.96, TIGHTEST - 1e-9, -0.02), 2):
        starts = np.unique(np.append(np.arange(0, 1 - side, 0.02), 1 - side)).round(4)
        left, top = (grid.ravel() for grid in np.meshgrid(starts, starts))
        found.append(np.stack([left, top, np.full(len(left), side)], axis=1))
    return np.asfortranarray(np.concatenate(found))  # rules ask for columns


@cache
def _spans() -> tuple[Shares, Places, Places]:
    """Start and side of what crops have across and down, each once; and which of them each crop has."""
    left, top, side = crops().T
    both = np.stack([np.append(left, top), np.append(side, side)], axis=1)
    spans, which = np.unique(both, axis=0, return_inverse=True)
    across, down = np.split(which.ravel(), 2)
    return spans, across, down


def shown(known: Told) -> Shares:
    """The share of each region's box that each crop shows: regions x crops, 0..1."""
    return _shown(Same(known))


@lru_cache(1)
def _shown(same: Same) -> Shares:
    return _seen(_boxes(same.value))


@lru_cache(1)
def _clear_of(same: Same) -> Mask:
    """Whether each crop shows nothing of each region, nor of what lies close around it: regions x crops."""
    _, across, down = _spans()
    wide, high = _overlaps(_boxes(same.value) + np.array([-APART, -APART, APART, APART]))
    return np.asarray(~((wide > 0).take(across, axis=1) & (high > 0).take(down, axis=1)))


def _boxes(known: Told) -> Shares:
    return np.array([region.box for region in known.scene.regions]).reshape(-1, 4)


def _seen(boxes: Shares) -> Shares:
    """The share of each box that each crop shows: of its width, times of its height."""
    _, across, down = _spans()
    wide, high = _overlaps(boxes)
    left, top, right, bottom = boxes.T[:, :, None]
    seen = wide.take(across, axis=1)
    seen *= high.take(down, axis=1)
    seen /= np.maximum((right - left) * (bottom - top), 1e-9)
    return np.asarray(seen)


def _overlaps(boxes: Shares) -> tuple[Shares, Shares]:
    """How much of each box's width, and of its height, lies in each span of `_spans`: boxes x spans."""
    start, side = _spans()[0].T
    left, top, right, bottom = boxes.T[:, :, None]
    end = start + side
    wide = np.minimum(right, end) - np.maximum(left, start)
    high = np.minimum(bottom, end) - np.maximum(top, start)
    return np.maximum(wide, 0), np.maximum(high, 0)


def without(known: Told, targets: tuple[int, ...]) -> Mask:
    """The crops that show nothing of some regions, nor of what lies close around them."""
    return np.asarray(_clear_of(Same(known))[list(targets)].all(0))


def whole_in(known: Told, regions: Sequence[int]) -> Mask:
    """The crops that show some regions whole."""
    return _at_least(shown(known), regions, [WHOLE] * len(regions))


def faithful(known: Told, caption: int, targets: tuple[int, ...] = ()) -> Mask:
    """The crops of which a caption is still true, but for what it says of some regions.

    Args:
        known: the scene, and what its captions tell.
        caption: which.
        targets: the regions that it is about; what is to be seen of their kind is not asked here.
    """
    return _asked(Same(known))(caption, frozenset(known.scene.regions[target].label for target in targets))


@lru_cache(1)
def _asked(same: Same) -> Callable[[int, frozenset[str]], Mask]:
    """For a caption and labels, what `faithful` gives: rules ask for the same again and again."""
    return cache(partial(_faithful, same.value))


def _faithful(known: Told, caption: int, gone: frozenset[str]) -> Mask:
    """The crops of which a caption is still true, but for what it says of some labels."""
    fine = crops()[:, 2] >= (GENTLE if _speaks_of_more(known, caption) else TIGHTEST)
    words = vocabulary(known.scene.parses[caption])
    if not words.isdisjoint(_FRAMING):
        return np.zeros_like(fine)
    fine &= _heads_kept(Same(known))
    shows_all, shows_any = _keeping(Same(known))
    for label in dict.fromkeys(region.label for region in known.scene.regions):
        if label in gone:
            continue
        if _is_spoken_of(known, caption, label):
            fine &= shows_all(_meant(known, caption, label))
        else:
            fine &= shows_any(known.indices(label))
    fine.flags.writeable = False
    return np.asarray(fine)


@lru_cache(1)
def _keeping(same: Same) -> tuple[_Showing, _Showing]:
    """For some regions, what `_all_kept` and `_any_kept` give: captions ask for the same again and again."""
    visible = shown(same.value)
    return cache(partial(_all_kept, same.value, visible)), cache(partial(_any_kept, same.value, visible))


def gentlest(known: Told, fine: Mask, targets: tuple[int, ...] = ()) -> Crop | None:
    """Of the crops that are fine the one that loses least and cuts through least; None where none is."""
    where = np.flatnonzero(fine)
    if not len(where):
        return None
    others = [i for i in range(len(known.scene.regions)) if i not in targets]
    visible = shown(known).take(where, axis=1)[others]
    area = np.array([[known.scene.regions[i].area] for i in others]).reshape(-1, 1)
    cut = 1 - visible
    np.minimum(visible, cut, out=cut)
    cut *= np.sqrt(area)
    best = where[int(np.argmax(crops()[where, 2] - cut.sum(0)))]
    return Crop(*crops()[best].tolist())


@lru_cache(1)
def _heads_kept(same: Same) -> Mask:
    """The crops that cut off no head: the upper part of what is alive is all there, or nothing of it."""
    known: Told = same.value
    heads = [
        (left, top, right, top + HEAD * (bottom - top))
        for region in known.scene.regions
        if group(region.label) in ALIVE and region.area >= LEAST and not region.crowd
        for left, top, right, bottom in (region.box,)
    ]
    seen = _seen(np.array(heads).reshape(-1, 4))
    return np.asarray(((seen >= WHOLE) | (seen == 0)).all(0))


def _is_spoken_of(known: Told, caption: int, label: str) -> bool:
    """Whether a caption names things of a label, or more than them; of people much tells."""
    more = hints(label) if label == "person" else hypernyms(label)
    return bool(known.naming(caption, label)) or not vocabulary(known.scene.parses[caption]).isdisjoint(more)


def _meant(known: Told, caption: int, label: str) -> tuple[int, ...]:
    """Of the things of a label those that a caption means: one large "man", and not who passes behind him."""
    regions, nouns = known.scene.regions, known.naming(caption, label)
    if not nouns or any(noun.plural or noun.amount is not None for noun in nouns):
        return known.indices(label)
    things = sorted(known.indices(label), key=lambda i: (regions[i].crowd, -regions[i].area))
    meant, others = things[: len(nouns)], things[len(nouns) :]
    largest = max((regions[i].area for i in others if not regions[i].crowd), default=0.0)
    is_clear = not any(regions[i].crowd for i in meant) and regions[meant[-1]].area >= MEANT * largest
    return tuple(meant) if is_clear else known.indices(label)


def _all_kept(known: Told, visible: Shares, members: tuple[int, ...]) -> Mask:
    crowds = [i for i in members if known.scene.regions[i].crowd]
    members = tuple(i for i in members if i not in crowds)
    fine = _at_least(visible, crowds, [KEPT_OF_CROWD] * len(crowds))
    return fine & _things_kept(known, visible, members) if members else fine


def _things_kept(known: Told, visible: Shares, members: tuple[int, ...]) -> Mask:
    if len(members) < MANY:
        return _at_least(visible, members, [_least(known, i) for i in members])
    area = np.array([known.scene.regions[i].area for i in members])
    largest = members[int(area.argmax())]
    together = area @ visible[list(members)] / max(float(area.sum()), 1e-9)
    return np.asarray((together >= KEPT_OF_MANY) & (visible[largest] >= _least(known, largest)))


def _at_least(visible: Shares, regions: Sequence[int], shares: Sequence[float]) -> Mask:
    """The crops that show at least so much of each of some regions."""
    fine = np.ones(visible.shape[1], bool)
    for region, share in zip(regions, shares, strict=True):
        fine &= visible[region] >= share
    return fine


def _least(known: Told, region: int) -> float:
    """The least share of a region that a crop must show where a caption speaks of it."""
    left, top, right, bottom = known.scene.regions[region].box
    is_cut = min(left, top) < FRAME or max(right, bottom) > 1 - FRAME
    return KEPT_OF_CUT if is_cut else KEPT


def _any_kept(known: Told, visible: Shares, members: tuple[int, ...]) -> Mask:
    """Where something is left of a kind of which nobody speaks."""
    seen = [i for i in members if known.scene.regions[i].area >= LEAST]
    return np.asarray((visible[seen] >= KEPT / 2).any(0) if seen else np.ones(len(crops()), bool))


def _speaks_of_more(known: Told, caption: int) -> bool:
    """Whether a caption has nouns for what is neither annotated nor everywhere in the picture."""
    labels = {region.label for region in known.scene.regions}
    elsewhere = scenery() | _OF_PEOPLE if "person" in labels else scenery()
    annotated = [noun for noun in known.nouns[caption] if not labels.isdisjoint(noun.labels)]
    tokens = {i for noun in annotated for i in range(noun.left, noun.last + 1)}
    return any(
        token.pos_ in ("NOUN", "PROPN") and token.i not in tokens and token.lemma_.lower() not in elsewhere
        for token in known.scene.parses[caption]
    )


@cache
def scenery() -> frozenset[str]:
    """Nouns for what is all over a picture, or is no thing that one could point at."""
    return frozenset(files("counterfoil.mine.propose").joinpath("scenery.txt").read_text().split())
