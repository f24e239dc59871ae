"""Things that could have another colour: a scene in, drafts of changed and of exchanged colours out.

`coloured.json` says what comes in which colours ("from" is what may be painted over, "to" what it
may become), which colours are too near each other to make a fact false, and which too far apart in
lightness to be painted. What is not in it keeps its colour: skin, most food, plants, signs. Of several
things of a category one may change where words can single it out (see `several`).
"""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import ClassVar, NamedTuple

from counterfoil.mine.perceive.colour import NAMES, colour_shares, dominant
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.several import MOST, exchanged_colour_words, one_colour_words
from counterfoil.mine.propose.wording import Wording, attribute_words, swapped_attribute_words
from counterfoil.mine.stage import Run
from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Edit, Fact, Scene


class Coloured(NamedTuple):
    """The table of what comes in which colours.

    Args:
        palettes: by category: the colours that it may have ("from") and may become ("to").
        near: by colour: the colours that the same thing might also be called.
        far: by colour: the colours so much lighter or darker that shading does not survive the change.
    """

    palettes: dict[str, dict[str, tuple[str, ...]]]
    near: dict[str, tuple[str, ...]]
    far: dict[str, tuple[str, ...]]

    def becomes(self, label: str, colour: str) -> tuple[str, ...]:
        """The colours that a thing of one colour may be painted; () where it should stay as it is."""
        palette = self.palettes.get(label)
        if palette is None or colour not in palette["from"]:
            return ()
        barred = {colour, *self.near[colour], *self.far[colour]}
        return tuple(to for to in palette["to"] if to not in barred)

    def spread(self, colours: Sequence[str]) -> list[str]:
        """The same colours, those first that are not near an earlier one."""
        first: list[str] = []
        for colour in colours:
            if not any(colour in self.near[earlier] for earlier in first):
                first.append(colour)
        return first + [colour for colour in colours if colour not in first]


@cache
def load_coloured() -> Coloured:
    """Read the table."""
    table = json.loads(resources.files(__package__).joinpath("coloured.json").read_text("utf-8"))
    every = {"any": NAMES}
    palettes = {
        label: {side: tuple(every.get(str(names), names)) for side, names in palette.items()}
        for label, palette in table["palettes"].items()
    }
    near, far = ({name: tuple(names) for name, names in table[key].items()} for key in ("near", "far"))
    return Coloured(palettes, near, far)


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
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            facts = _by_size(scene, _colour_facts(scene, table, self.min_area, self.min_side))
            turns = [list(self._of(scene, fact, table, rng)) for fact in facts]
            for turn in itertools.zip_longest(*turns):
                yield from (draft for draft in turn if draft is not None)

        return propose

    def _of(self, scene: Scene, fact: Fact, table: Coloured, rng: random.Random) -> Iterator[Draft]:
        """The new colours of one thing, the most different ones first."""
        colours = list(table.becomes(_label(scene, fact), fact.value))
        rng.shuffle(colours)
        others = _others(scene, fact.regions[0])
        drafts = (_recoloured(scene, fact, to, table, others) for to in table.spread(colours))
        return itertools.islice((draft for draft in drafts if draft), self.per_region)


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
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            facts = _by_size(scene, _colour_facts(scene, table, self.min_area, self.min_side))
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


def _colour_facts(scene: Scene, table: Coloured, min_area: float, min_side: int) -> list[Fact]:
    """The colours of things that can be painted and are large enough; more so where the frame cuts them."""
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
    return list(facts.values())


def _by_size(scene: Scene, facts: list[Fact]) -> list[Fact]:
    """What a caption tells first, then the largest."""
    return sorted(facts, key=lambda fact: (not fact.mentions, -scene.regions[fact.regions[0]].area))


def _others(scene: Scene, region: int) -> list[Seen]:
    """What the other things of a region's category look like."""
    label = scene.regions[region].label
    return [
        _seen(scene, other)
        for other, thing in enumerate(scene.regions)
        if other != region and thing.label == label
    ]


def _seen(scene: Scene, region: int) -> Seen:
    left, top, right, bottom = to_pixels(scene.regions[region].box, scene.height, scene.width)
    window = slice(top, bottom), slice(left, right)
    shares = colour_shares(scene.pixels[window], scene.mask(region)[window])
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
    return words and _draft(edit, words, (region,), (to,))


def _exchange(scene: Scene, first: Fact, second: Fact, table: Coloured) -> bool:
    """Whether they are two kinds of things, and each may have the other's colour."""
    return (
        _label(scene, first) != _label(scene, second)
        and second.value in table.becomes(_label(scene, first), first.value)
        and first.value in table.becomes(_label(scene, second), second.value)
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
    return words and _draft(edit, words, regions, (second.value, first.value))


def _draft(edit: Edit, words: Wording, targets: tuple[int, ...], values: tuple[str, ...]) -> Draft:
    return Draft(
        edit, words.caption, words.negative_changes, words.true_changes, targets, values, two_way=True
    )


def _label(scene: Scene, fact: Fact) -> str:
    return scene.regions[fact.regions[0]].label


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
