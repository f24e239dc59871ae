"""What a rule for drawn scenes works with: each thing's looks, and the phrase that a caption has for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import cast

from counterfoil.mine.propose.rule import Draft
from counterfoil.records import Box, Change, Edit, Fact, Kind, Mention, Operation, Same, Scene
from counterfoil.world.deal import deal
from counterfoil.world.drawing import GAP, Item
from counterfoil.world.edit import can_touch
from counterfoil.world.layout import fillings_of
from counterfoil.world.splits import Compositions
from counterfoil.world.words import (
    ADJECTIVES,
    COLOURS,
    FILLINGS,
    SHAPES,
    SIZES,
    THING,
    Colour,
    Relation,
    Shape,
    Size,
    kind_of,
)

Looks = Mapping[str, str]
"""Some of shape, colour, size and filling, each with its value."""

VALUES: dict[str, tuple[str, ...]] = {
    "shape": SHAPES,
    "colour": COLOURS,
    "size": SIZES,
    "filling": FILLINGS,
}

COLOURED = 0.7
"""How often a sentence of ours tells a colour that it need not tell."""

_ARTICLE = re.compile(r"(?i)\b(an?|the|one) $")


@dataclass
class Phrase:
    """How a caption speaks of one thing, or of all things that a plural means.

    Args:
        regions: the things.
        says: which looks it states.
        spans: where it states each of them.
        means: which of the looks tell which thing it is: of "the star is red" only the noun.
    """

    regions: tuple[int, ...]
    says: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Mention] = field(default_factory=dict)
    means: Looks = field(default_factory=dict)

    @property
    def start(self) -> int:
        """Its first character, less the article."""
        return min(span.start for span in self.spans.values())

    @property
    def end(self) -> int:
        """The character after its last."""
        return max(span.end for span in self.spans.values())

    @property
    def noun(self) -> Mention | None:
        """Where its noun is, if it has one."""
        return self.spans.get("shape")


@dataclass
class Known:
    """A scene's things and phrases.

    Args:
        scene: of the drawn world.
        rng: the chance by which a rule chooses.
    """

    scene: Scene
    rng: Random
    looks: list[dict[str, str]] = field(init=False)
    phrases: list[dict[tuple[int, ...], Phrase]] = field(init=False)
    told: list[list[tuple[Fact, Mention]]] = field(init=False)
    alike: dict[tuple[str, str], int] = field(init=False)
    lacking: Compositions | None = field(init=False)

    def __post_init__(self) -> None:
        """Gather looks, phrases and stated relations from the scene's facts."""
        self.looks, self.phrases, self.told, self.alike = _learnt(Same(self.scene))
        self.lacking = deal(self.scene.key).lacking

    def text(self, mention: Mention) -> str:
        """The words of a mention."""
        return self.scene.captions[mention.caption][mention.start : mention.end]

    def singles(self) -> Iterator[tuple[int, int, Phrase]]:
        """Each caption with each thing that it speaks of alone, in an order of chance."""
        found = [
            (caption, regions[0], phrase)
            for caption, phrases in enumerate(self.phrases)
            for regions, phrase in phrases.items()
            if len(regions) == 1 and phrase.says
        ]
        return iter(self.rng.sample(found, len(found)))

    def fitting(self, looks: Looks) -> int:
        """The things that look like this, as far as it says: a bit for each."""
        fitting = (1 << len(self.looks)) - 1
        for look in looks.items():
            fitting &= self.alike.get(look, 0)
        return fitting

    def means_only(self, looks: Looks, region: int) -> bool:
        """Whether looks are those of one thing alone."""
        return self.fitting(looks) == 1 << region

    def values_of(self, name: str, looks: Looks) -> set[str]:
        """The values of one attribute among the things that look like this otherwise."""
        fitting = self.fitting({n: v for n, v in looks.items() if n != name})
        return {value for (of, value), regions in self.alike.items() if of == name and regions & fitting}

    def stays_clear(self, caption: int, region: int, name: str, value: str) -> bool:
        """Whether what a caption says of other things does not fit a thing that becomes so."""
        after = {**self.looks[region], name: value}
        return not self.speaks_of(caption, after, but=region)

    def speaks_of(self, caption: int, looks: Looks, but: int = -1) -> bool:
        """Whether what a caption says, of whatever thing but one, could mean a thing that looks like this."""
        return any(
            phrase.means.items() <= looks.items()
            for regions, phrase in self.phrases[caption].items()
            if but not in regions
        )

    def described(self, region: int) -> str | None:
        """A thing in as many words as it takes to mean it alone, and now and then its colour more."""
        own, said = self.looks[region], {"shape": self.looks[region]["shape"]}
        names = ["colour", *self.rng.sample(("size", "filling"), 2)]
        if "colour" in own and self.rng.random() < COLOURED:
            said["colour"] = own["colour"]
        while not self.means_only(said, region):
            name = next((name for name in names if name in own and name not in said), None)
            if name is None:
                return None
            said[name] = own[name]
        return named(self, said)

    def can_touch(self, first: int, relation: str, other: int) -> bool:
        """Whether a thing could be inside another, in front of it and so on; the later one is in front."""
        if (first > other) != (relation in ("inside", "in front of")):
            return False
        one, two = (Item(**self.looks[region], x=0, y=0, radius=0) for region in (first, other))  # type: ignore[arg-type]
        return can_touch(one, cast(Relation, relation), two)

    def could_be(self, region: int, name: str) -> Sequence[str]:
        """The shapes (colours, sizes ...) with which training may show a thing, and it could be told."""
        return _possible(self.lacking, name, tuple(self.looks[region].items()))

    def stands(self, first: int, relation: str, other: int) -> bool | None:
        """Whether a thing seems to be left of, right of, above or below another; None: unclear."""
        axis = 0 if relation in ("left of", "right of") else 1
        if relation in ("right of", "below"):
            first, other = other, first
        one, two = self.scene.regions[first].box, self.scene.regions[other].box
        if one[axis + 2] + GAP <= two[axis]:
            return True
        return False if one[axis] + one[axis + 2] >= two[axis] + two[axis + 2] else None

    def may_show(self, shape: str, colour: str) -> bool:
        """Whether training may show a shape in a colour."""
        return self.lacking is None or (shape, colour) not in self.lacking.pairs

    def colours_of(self, shape: Shape) -> Sequence[Colour]:
        """The colours in which training may show a shape."""
        return COLOURS if self.lacking is None else self.lacking.colours_of(shape)

    def may_say(self, first: str, relation: str, other: str) -> bool:
        """Whether a caption of training may state a triple."""
        return self.lacking is None or (first, relation, other) not in self.lacking.triples

    def relations(self, caption: int) -> list[tuple[Fact, Mention]]:
        """The relations that a caption states."""
        return self.told[caption]

    def says_nothing_held_out(self, caption: int, shapes: Mapping[int, str]) -> bool:
        """Whether a caption's relations are allowed when things have other shapes."""
        return all(
            self.may_say(
                shapes.get(fact.regions[0], fact.subject), fact.value, shapes.get(fact.regions[1], fact.other)
            )
            for fact, _ in self.relations(caption)
        )

    def article(self, caption: int, start: int) -> int | None:
        """Where the article right before a phrase begins; None where there is none."""
        found = _ARTICLE.search(self.scene.captions[caption], 0, start)
        return None if found is None else found.start()

    def box(self, *regions: int) -> Box:
        """The box around things."""
        boxes = [self.scene.regions[region].box for region in regions]
        return (
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        )


@lru_cache(8192)
def _possible(lacking: Compositions | None, name: str, looks: tuple[tuple[str, str], ...]) -> Sequence[str]:
    return [value for value in VALUES[name] if _can_be(lacking, **{**dict(looks), name: value})]


def _can_be(
    lacking: Compositions | None, shape: str, colour: str = "", size: str = "large", filling: str = "plain"
) -> bool:
    shown = lacking is None or (shape, colour) not in lacking.pairs
    return shown and filling in fillings_of(cast(Shape, shape), cast(Size, size))


_Learnt = tuple[
    list[dict[str, str]],
    list[dict[tuple[int, ...], Phrase]],
    list[list[tuple[Fact, Mention]]],
    dict[tuple[str, str], int],
]


@lru_cache(1)
def _learnt(same: Same) -> _Learnt:
    """What a scene's facts tell of its things, and of its captions; all rules ask for the same scene."""
    scene: Scene = same.value
    looks = [{"shape": region.label} for region in scene.regions]
    phrases: list[dict[tuple[int, ...], Phrase]] = [{} for _ in scene.captions]
    told: list[list[tuple[Fact, Mention]]] = [[] for _ in scene.captions]
    for fact in scene.facts:
        if fact.kind == "relation":
            for mention in fact.mentions:
                told[mention.caption].append((fact, mention))
        if fact.kind not in ("object", "attribute"):
            continue
        name = "shape" if fact.kind == "object" else kind_of(fact.value)
        value = fact.subject if fact.kind == "object" else fact.value
        if name != "shape" and len(fact.regions) == 1:
            looks[fact.regions[0]][name] = value
        for mention in fact.mentions:
            phrase = phrases[mention.caption].setdefault(fact.regions, Phrase(fact.regions))
            phrase.spans[name] = mention
            said = scene.captions[mention.caption][mention.start : mention.end]
            if name != "shape" or not said.lower().startswith(THING):
                phrase.says[name] = value
    for caption, spoken in zip(scene.captions, phrases, strict=True):
        for phrase in spoken.values():
            noun = {name: value for name, value in phrase.says.items() if name == "shape"}
            phrase.means = noun if caption.startswith("The ") else phrase.says
    alike: dict[tuple[str, str], int] = defaultdict(int)
    for region, own in enumerate(looks):
        for look in own.items():
            alike[look] |= 1 << region
    return looks, phrases, told, alike


def adjective(known: Known, value: str) -> str:
    """A word for a colour, size or filling."""
    return known.rng.choice(ADJECTIVES[value])


def named(known: Known, looks: Looks) -> str:
    """Looks in words, in the order of English adjectives: "small dotted red star"."""
    order = ("size", "filling", "colour")
    return " ".join([*(adjective(known, looks[n]) for n in order if n in looks), looks["shape"]])


def draft(
    cell: tuple[Operation, Kind],
    words: tuple[str, str],
    caption: int,
    *changes: Change,
    **more: object,
) -> Draft:
    """A two-way draft: its cell, the fact before and after, the caption, and what changes in it."""
    box = more.pop("box", None)
    edit = Edit(operation=cell[0], kind=cell[1], before=words[0], after=words[1], box=box)  # type: ignore[arg-type]
    return Draft(edit=edit, caption=caption, negative_changes=tuple(sorted(changes)), two_way=True, **more)  # type: ignore[arg-type]


def is_colour(value: str) -> bool:
    """Whether an attribute is a colour."""
    return value in COLOURS
