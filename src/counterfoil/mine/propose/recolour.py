"""Things that could have another colour: a scene in, drafts of changed and of exchanged colours out.

`coloured.json` says what comes in which colours ("from" is what may be painted over, "to" what it
may become) and which colours are too near each other to make a fact false, or too
far apart in lightness to be painted. What is not in it keeps
its colour: skin, most food, plants, signs.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import ClassVar, NamedTuple

from counterfoil.mine.perceive.colour import NAMES, colour_shares
from counterfoil.mine.propose.rule import Draft, Propose1
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
    """

    per_region: int = 3
    min_area: float = 0.004
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            for fact in _by_size(scene, _colour_facts(scene, table, self.min_area)):
                taken = _taken(scene, fact, table)
                colours = [to for to in table.becomes(_label(scene, fact), fact.value) if to not in taken]
                rng.shuffle(colours)
                drafts = (_recoloured(scene, fact, to) for to in colours)
                yield from itertools.islice((d for d in drafts if d), self.per_region)

        return propose


@dataclass(frozen=True, kw_only=True)
class SwapTwoColours:
    """Two things exchange their colours ("a red car and a blue bus", "a blue car and a red bus").

    Args:
        most: at most so many pairs of one scene.
        min_area: smallest box, as a share of the picture.
    """

    most: int = 2
    min_area: float = 0.004
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            facts = _by_size(scene, _colour_facts(scene, table, self.min_area))
            pairs = ((a, b) for a, b in itertools.combinations(facts, 2) if _exchange(scene, a, b, table))
            drafts = (_swapped(scene, first, second) for first, second in pairs)
            yield from itertools.islice((d for d in drafts if d), self.most)

        return propose


def _colour_facts(scene: Scene, table: Coloured, min_area: float) -> list[Fact]:
    """The colours of single, large enough things that can be painted and of which none is told twice."""
    facts: dict[int, Fact] = {}
    for fact in scene.facts:
        if fact.kind != "attribute" or fact.value not in NAMES or len(fact.regions) != 1:
            continue
        region = scene.regions[fact.regions[0]]
        if not region.crowd and region.area >= min_area and table.becomes(region.label, fact.value):
            facts.setdefault(fact.regions[0], fact)
    return list(facts.values())


def _by_size(scene: Scene, facts: list[Fact]) -> list[Fact]:
    """What a caption tells first, then the largest."""
    return sorted(facts, key=lambda fact: (not fact.mentions, -scene.regions[fact.regions[0]].area))


def _taken(scene: Scene, fact: Fact, table: Coloured) -> set[str]:
    """The colours that others of its category have, or might: with them the negative could be true."""
    taken: set[str] = set()
    for other, region in enumerate(scene.regions):
        if other != fact.regions[0] and region.label == _label(scene, fact):
            seen = {NAMES[i] for i, share in enumerate(_shares(scene, other)) if share > 0.15}
            if region.crowd or fact.value in seen:
                return set(NAMES)
            taken |= seen | {near for name in seen for near in table.near[name]}
    return taken


def _shares(scene: Scene, region: int) -> list[float]:
    left, top, right, bottom = to_pixels(scene.regions[region].box, scene.height, scene.width)
    window = slice(top, bottom), slice(left, right)
    return [float(share) for share in colour_shares(scene.pixels[window], scene.mask(region)[window])[:-1]]


def _recoloured(scene: Scene, fact: Fact, to: str) -> Draft | None:
    region = fact.regions[0]
    words = attribute_words(scene, region, fact.value, to)
    box = scene.regions[region].box
    edit = Edit(operation="replace", kind="attribute", before=fact.value, after=to, box=box)
    return words and _draft(edit, words, (region,), (to,))


def _exchange(scene: Scene, first: Fact, second: Fact, table: Coloured) -> bool:
    """Whether each may have the other's colour, and no third thing of their categories blurs it."""
    if second.value not in table.becomes(_label(scene, first), first.value):
        return False
    if first.value not in table.becomes(_label(scene, second), second.value):
        return False
    labels = [region.label for region in scene.regions]
    return labels.count(_label(scene, first)) == labels.count(_label(scene, second)) == 1


def _swapped(scene: Scene, first: Fact, second: Fact) -> Draft | None:
    regions = first.regions[0], second.regions[0]
    words = swapped_attribute_words(scene, *regions, (first.value, second.value))
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
