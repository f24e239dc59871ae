"""What a sentence can speak of so that nobody asks which: a scene's regions and captions in, subjects out.

The only one of its kind, one of several that its colour or its size sets apart, or all of a kind
together. Annotators leave things out, mostly small ones and one of many; so whatever is spoken of
is large for its kind, and where its fellows are often left out, it has to be larger still.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from counterfoil.mine.perceive.colour import NAMES, dominant, shares_of
from counterfoil.mine.perceive.nouns import group
from counterfoil.mine.perceive.relations import sure_count
from counterfoil.mine.propose.subject import Subject, naming
from counterfoil.mine.propose.told import Told
from counterfoil.records import Same

SELDOM_MISSED = frozenset({"animal", "appliance", "electronic", "sports"})
"""Kinds of which annotators rarely leave one out."""

MIN_AREA = 0.01
"""Least area of what is spoken of, as a share of the picture, where its fellows are seldom missed."""

MIN_AREA_OF_MANY = 0.02
"""The same of other kinds."""

MIN_AREA_OF_NAMED = 0.004
"""The same of the one of its kind where a caption names one: people speak of what they see at once."""

VIVID = frozenset({"blue", "orange", "pink", "purple", "red", "yellow"})
"""Colours of which a thing that has hardly any is surely not called so."""

TOUCHING = 0.1
"""Largest share of a thing's box that may lie in another's for the two to be separate things."""

LARGER = 1.8
"""How many times the area of the next one of its kind the largest has."""

MEANT = 3
"""How many times the area of the next one has what a caption means that speaks of one only."""


def subjects(known: Told) -> tuple[Subject, ...]:
    """What a scene has to speak of, the largest first; of one region only the plainest name."""
    return _subjects(Same(known))


@lru_cache(1)
def _subjects(same: Same) -> tuple[Subject, ...]:
    known: Told = same.value
    found: dict[tuple[int, ...], Subject] = {}
    for label in dict.fromkeys(region.label for region in known.scene.regions):
        for subject in _of(known, label):
            if subject.area(known) >= _least(known, subject) * len(subject.regions):
                found.setdefault(subject.regions, subject)
    return tuple(sorted(found.values(), key=lambda subject: -subject.area(known)))


def _of(known: Told, label: str) -> Iterator[Subject]:
    regions, indices = known.scene.regions, known.indices(label)
    crowded = any(regions[i].crowd for i in indices)
    if (
        not crowded
        and label not in known.doubtful
        and (len(indices) == 1 or _all_there(known, label, indices))
    ):
        yield Subject(label, indices)
    if len(indices) > 1:
        yield from _largest(known, label, crowded=crowded)
    if len(indices) > 1 and not crowded:
        yield from _coloured(known, label)


def _least(known: Told, subject: Subject) -> float:
    """The least area of each thing, as a share of the picture."""
    if not subject.quality and not subject.plural and known.links_to(subject.regions[0]):
        return MIN_AREA_OF_NAMED
    return MIN_AREA if group(subject.label) in SELDOM_MISSED else MIN_AREA_OF_MANY


def _all_there(known: Told, label: str, indices: tuple[int, ...]) -> bool:
    """Whether no other of the kind is in the picture: few and large ones, or a caption has their number."""
    amounts = [link.noun.amount for link in known.links if link.regions == indices]
    counted = any(amount is not None and amount.value == str(len(indices)) for amount in amounts)
    return sure_count(known.scene.regions, indices) or counted


def _largest(known: Told, label: str, *, crowded: bool) -> Iterator[Subject]:
    """The largest of several, where it stands out, and the smaller of two."""
    regions = known.scene.regions
    things = [i for i in known.indices(label) if not regions[i].crowd]
    first, *others = sorted(things, key=lambda i: -regions[i].area)
    next_area = max((regions[i].area for i in others), default=0.0)
    told_of = any(naming(known, caption, label, many=False) for caption in range(len(known.nouns)))
    if told_of and regions[first].area >= MEANT * max(next_area, MIN_AREA_OF_MANY / 2):
        yield Subject(label, (first,))
    if (
        crowded
        or label == "person"
        or regions[first].area < LARGER * next_area
        or _touch(known, first, others)
    ):
        return
    are_two = len(others) == 1 and _all_there(known, label, known.indices(label))
    yield Subject(label, (first,), "larger" if are_two else "largest")
    if are_two:
        yield Subject(label, (others[0],), "smaller")


def _touch(known: Told, first: int, others: list[int]) -> bool:
    """Whether the boxes of others reach into one's own: they may be parts of one thing."""
    left, top, right, bottom = known.scene.regions[first].box
    for region in (known.scene.regions[i] for i in others):
        across = min(right, region.box[2]) - max(left, region.box[0])
        down = min(bottom, region.box[3]) - max(top, region.box[1])
        if max(across, 0) * max(down, 0) > TOUCHING * region.area:
            return True
    return False


def _coloured(known: Told, label: str) -> Iterator[Subject]:
    """Those of several that a colour sets apart: every other one surely has another."""
    for fact in known.scene.facts:
        if fact.kind == "attribute" and fact.subject == label:
            one = Subject(label, fact.regions, fact.value)
            others = (i for i in known.indices(label) if i != fact.regions[0])
            if one.area(known) >= _least(known, one) and all(_differs(known, i, one.quality) for i in others):
                yield one


def _differs(known: Told, region: int, colour: str) -> bool:
    """Whether a region has another colour that one can name, or hardly any of a vivid one."""
    shares = shares_of(known.scene, region)
    named = dominant(shares)
    if named is not None:
        return named.name != colour
    return colour in VIVID and float(shares[NAMES.index(colour)]) <= 0.05
