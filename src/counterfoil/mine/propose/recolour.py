"""Things that could have another colour: a scene in, drafts of changed and of exchanged colours out.

A table says what comes in which colours, and which are too near each other to make a fact false (see
`coloured`). Of several things of a category one may change where words can single it out (see
`several`). Whether paint would look right, the editor is asked beforehand.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from counterfoil.mine.editors.paintable import Limits, can_paint
from counterfoil.mine.perceive.colour import NAMES, dominant, shares_of
from counterfoil.mine.propose.coloured import Coloured, load_coloured
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.several import MOST, exchanged_colour_words, one_colour_words
from counterfoil.mine.propose.wording import attribute_words, swapped_attribute_words
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Fact, Scene


@dataclass(frozen=True, kw_only=True)
class RecolourOne:
    """One thing becomes another colour ("a red car", "a blue car").

    Args:
        per_region: at most so many new colours for one thing.
        min_area: smallest box, as a share of the picture.
        min_side: its shorter side, in pixels.
    """

    per_region: int = 4
    min_area: float = 0.005
    min_side: int = 24
    version: ClassVar[int] = 3

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            facts = colour_facts(scene, table, self.min_area, self.min_side)
            turns = [list(self._of(scene, fact, table, rng)) for fact in facts]
            for turn in itertools.zip_longest(*turns):
                yield from (draft for draft in turn if draft is not None)

        return propose

    def _of(self, scene: Scene, fact: Fact, table: Coloured, rng: random.Random) -> Iterator[Draft]:
        """The new colours of one thing, the most different ones first."""
        colours = list(table.becomes(_label(scene, fact), fact.value))
        rng.shuffle(colours)
        colours = sorted(table.spread(colours), key="white".__eq__)  # last: shaded it might be called grey
        return itertools.islice(recoloured(scene, fact, colours, table), self.per_region)


@dataclass(frozen=True, kw_only=True)
class SwapTwoColours:
    """Two things exchange their colours ("a red car and a blue bus", "a blue car and a red bus").

    Args:
        most: at most so many pairs of one scene.
        min_area: smallest box, as a share of the picture.
        min_side: its shorter side, in pixels.
    """

    most: int = 3
    min_area: float = 0.005
    min_side: int = 24
    version: ClassVar[int] = 3

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            facts = colour_facts(scene, table, self.min_area, self.min_side)
            pairs = ((a, b) for a, b in itertools.combinations(facts, 2) if _exchange(scene, a, b, table))
            drafts = (_swapped(scene, first, second, table) for first, second in pairs)
            yield from itertools.islice((d for d in drafts if d), self.most)

        return propose


class Seen(NamedTuple):
    """What another thing of the same category looks like: the names it has, or might have."""

    name: str | None
    shares: tuple[float, ...]

    def may_be(self, colour: str, table: Coloured) -> bool:
        """Whether somebody might call it so: always, where the pixels give it no name."""
        if self.name is None:
            return True
        return colour in (self.name, *table.near[self.name]) or self.shares[NAMES.index(colour)] > 0.15


def colour_facts(scene: Scene, table: Coloured, min_area: float, min_side: int) -> list[Fact]:
    """The colours of things that can be painted and are large enough; more so where the frame cuts them.

    What a caption tells comes first, then the largest.
    """
    facts: dict[int, Fact] = {}
    number = Counter(region.label for region in scene.regions)
    for fact in scene.facts:
        if fact.kind != "attribute" or fact.value not in NAMES or len(fact.regions) != 1:
            continue
        region = scene.regions[fact.regions[0]]
        left, top, right, bottom = region.box
        side = min((right - left) * scene.width, (bottom - top) * scene.height)
        cut = min(left, top) <= 0.004 or max(right, bottom) >= 0.996
        large = region.area >= (3 if cut else 1) * min_area and side >= min_side
        if number[region.label] > MOST:
            continue  # which one of so many is meant could not be told anyway
        if large and not region.crowd and table.becomes(region.label, fact.value):
            facts.setdefault(fact.regions[0], fact)
    return sorted(facts.values(), key=lambda fact: (not fact.mentions, -scene.regions[fact.regions[0]].area))


def recoloured(scene: Scene, fact: Fact, colours: Iterable[str], table: Coloured) -> Iterator[Draft]:
    """A thing in each colour that words can tell and the editor can paint."""
    others = _others(scene, fact.regions[0])
    for colour in colours:
        draft = _recoloured(scene, fact, colour, table, others)
        if draft and can_paint(scene, fact.regions[0], fact.value, colour, Limits()):
            yield draft


def _others(scene: Scene, region: int) -> list[Seen]:
    """What the other things of a region's category look like."""
    label = scene.regions[region].label
    return [
        _seen(scene, other)
        for other, thing in enumerate(scene.regions)
        if other != region and thing.label == label
    ]


def _seen(scene: Scene, region: int) -> Seen:
    shares = shares_of(scene, region)
    named = dominant(shares)
    return Seen(None if named is None else named.name, tuple(map(float, shares)))


def _recoloured(scene: Scene, fact: Fact, to: str, table: Coloured, others: list[Seen]) -> Draft | None:
    region, before = fact.regions[0], fact.value
    if others:
        alone = not any(seen.may_be(colour, table) for seen in others for colour in (before, to))
        words = one_colour_words(scene, region, before, to, alone=alone)
    else:
        words = attribute_words(scene, region, before, to)
    edit = Edit(operation="replace", kind="attribute", before=before, after=to, box=scene.regions[region].box)
    return words and words.draft(edit, (region,), (to,))


def _exchange(scene: Scene, first: Fact, second: Fact, table: Coloured) -> bool:
    """Whether each of two things may have the other's colour, and can be painted so."""
    return all(
        to.value in table.becomes(_label(scene, fact), fact.value)
        and can_paint(scene, fact.regions[0], fact.value, to.value, Limits())
        for fact, to in ((first, second), (second, first))
    )


def _swapped(scene: Scene, first: Fact, second: Fact, table: Coloured) -> Draft | None:
    regions, values = (first.regions[0], second.regions[0]), (first.value, second.value)
    others = [seen for region in regions for seen in _others(scene, region)]
    if others:
        alone = not any(seen.may_be(colour, table) for seen in others for colour in values)
        words = exchanged_colour_words(scene, regions, values, alone=alone)
    else:
        words = swapped_attribute_words(scene, *regions, values)
    edit = Edit(
        operation="swap",
        kind="attribute",
        before=f"{first.value} {first.subject}, {second.value} {second.subject}",
        after=f"{second.value} {first.subject}, {first.value} {second.subject}",
        box=_around(scene.regions[regions[0]].box, scene.regions[regions[1]].box),
    )
    return words and words.draft(edit, regions, (second.value, first.value))


def _label(scene: Scene, fact: Fact) -> str:
    return scene.regions[fact.regions[0]].label


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
