"""A drawing to captions, each word traced to what it tells of.

A caption is built from pieces: plain words of the grammar, and words that tell something (`Tell`).
Captions are partial: attributes and items are left out at random, but what a caption names is named
well enough that it fits one item of the drawing alone (or, with a number, exactly so many).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from counterfoil.records import Kind
from counterfoil.world.drawing import Drawing, Item, relations
from counterfoil.world.splits import Compositions
from counterfoil.world.words import (
    ADJECTIVES,
    CONVERSE,
    NOUNS,
    NUMBERS,
    PLURALS,
    RELATION_WORDS,
    THING,
    Relation,
)

FUNCTION_WORDS = frozenset(
    ("a", "an", "the", "is", "are", "there", "of", "and", "we", "see", "picture", "drawing", "image", "with")
)
"""The words of the grammar that tell nothing of a drawing."""

_OPENERS = ("", "", "there is ", "a picture of ", "a drawing of ", "an image with ", "we see ")
_PLURAL_OPENERS = ("", "there are ", "a picture of ", "a drawing of ", "an image with ", "we see ")
_ATTRIBUTES = ("size", "filling", "colour")
"""In the order of English adjectives."""
CHANCE = {"size": 0.3, "filling": 0.4, "colour": 0.75}
"""How often an attribute is named that need not be."""
QUIET = 0.8
"""How often that a thing is plain is not worth a word."""


class Tell(NamedTuple):
    """Characters `start` to `end` of a caption tell that `value` is so of the items.

    | kind | items | value |
    |---|---|---|
    | object | the one, or all that a plural means | the shape, or "shape" for any |
    | attribute | the same | colour, size or filling |
    | relation | subject, other | the relation |
    | count | all that are counted | the number, "2" |
    """

    kind: Kind
    items: tuple[int, ...]
    value: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption and what its words tell."""

    text: str
    tells: tuple[Tell, ...]


Piece = str | tuple[str, Tell]
"""Words that tell nothing, or words and what they tell."""


def describe(drawing: Drawing, rng: Random, lacking: Compositions | None) -> tuple[Caption, ...]:
    """Captions of a drawing, one to five, no two alike.

    Args:
        drawing: what is described.
        rng: the chance.
        lacking: triples of shape, relation and shape that no caption states.
    """
    speaker = _Speaker(drawing, rng, lacking)
    forms = (speaker.listed, speaker.related, speaker.counted, speaker.predicated, speaker.related_twice)
    said = (form() for form in forms)
    captions = {caption.text: caption for caption in map(_joined, filter(None, said))}
    return tuple(captions.values())


def article(word: str) -> str:
    """The indefinite article of a word of this world."""
    return "an" if word[0] in "aeiou" else "a"


def _joined(pieces: Sequence[Piece]) -> Caption:
    """Pieces to a sentence, with the first letter as a capital and a full stop."""
    text, tells = "", []
    for piece in pieces:
        words, tell = (piece, None) if isinstance(piece, str) else piece
        if tell is not None:
            tells.append(Tell(tell.kind, tell.items, tell.value, len(text), len(text) + len(words)))
        text += words
    return Caption(f"{text[0].upper()}{text[1:]}.", tuple(tells))


@dataclass(frozen=True)
class _Speaker:
    drawing: Drawing
    rng: Random
    lacking: Compositions | None

    def listed(self) -> list[Piece] | None:
        """Some items, one after the other: "a red circle and a small star"."""
        whole = list(range(len(self.drawing.named)))
        chosen = sorted(self.rng.sample(whole, min(len(whole), self.rng.choice((1, 2, 2, 3)))))
        phrases = [phrase for item in chosen if (phrase := self._phrase(item))]
        if not phrases:
            return None
        joints = ["", *[", "] * (len(phrases) - 2), *[" and "] * (len(phrases) > 1)]
        joined = [[joint, *phrase] for joint, phrase in zip(joints, phrases, strict=True)]
        return [self.rng.choice(_OPENERS), *itertools.chain.from_iterable(joined)]

    def related(self) -> list[Piece] | None:
        """Two items and how they stand: "a red circle is to the left of a star"."""
        found = list(self._stateable())
        if not found:
            return None
        first, relation, other = self.rng.choice(found)
        one, two = self._phrase(first), self._phrase(other)
        if one is None or two is None:
            return None
        words = self.rng.choice(RELATION_WORDS[relation])
        tell = Tell("relation", (first, other), relation)
        how: Piece = (words, tell)
        form = self.rng.randrange(5)
        if form == 0:
            return [(RELATION_WORDS[relation][0], tell), " ", *two, " is ", *one]
        if form < 3:
            return [*one, " is ", how, " ", *two]
        opener = self.rng.choice(_OPENERS[1:])
        return [opener, *one, " ", how, " ", *two]

    def related_twice(self) -> list[Piece] | None:
        """One item between two others: "a star is left of a circle and above a heart"."""
        found = [(a, r, b) for a, r, b in self._stateable() if r in ("left of", "right of", "above", "below")]
        pairs = [
            (one, two)
            for one, two in itertools.permutations(found, 2)
            if one[0] == two[0] and one[2] != two[2] and {one[1], two[1]} & {"left of", "right of"}
            if one[1] != two[1] and CONVERSE[one[1]] != two[1]
        ]
        if not pairs or self.rng.random() < 0.5:
            return None
        (subject, r1, b), (_, r2, c) = self.rng.choice(pairs)
        phrases = [self._phrase(item) for item in (subject, b, c)]
        if any(phrase is None for phrase in phrases):
            return None
        one, two, three = (phrase or [] for phrase in phrases)
        how = [
            (self.rng.choice(RELATION_WORDS[r]), Tell("relation", (subject, o), r))
            for r, o in ((r1, b), (r2, c))
        ]
        return [*one, " is ", how[0], " ", *two, " and ", how[1], " ", *three]

    def counted(self) -> list[Piece] | None:
        """How many there are of a shape: "there are three striped circles"."""
        items = self.drawing.items
        groups = [
            tuple(i for i, item in enumerate(items) if item.shape == shape)
            for shape in dict.fromkeys(item.shape for item in self.drawing.named)
        ]
        groups = [group for group in groups if len(group) > 1]
        if not groups:
            return None
        group = self.rng.choice(groups)
        shape = items[group[0]].shape
        noun = PLURALS[self.rng.choice(NOUNS[shape])]
        number = (NUMBERS[len(group)], Tell("count", group, str(len(group))))
        colours = {items[i].colour for i in group}
        colour: list[Piece] = []
        if len(colours) == 1 and self.rng.random() < 0.6:
            value = colours.pop()
            colour = [(self.rng.choice(ADJECTIVES[value]), Tell("attribute", group, value)), " "]
        return [self.rng.choice(_PLURAL_OPENERS), number, " ", *colour, (noun, Tell("object", group, shape))]

    def predicated(self) -> list[Piece] | None:
        """What an item is like: "the star is red"."""
        items = self.drawing.items
        alone = [
            i
            for i, item in enumerate(self.drawing.named)
            if sum(other.shape == item.shape for other in items) == 1
        ]
        if not alone:
            return None
        index = self.rng.choice(alone)
        item = items[index]
        chosen = self.rng.sample(_ATTRIBUTES, self.rng.choice((1, 1, 2)))
        said = [name for name in _ATTRIBUTES if name in chosen]
        values: list[str] = [getattr(item, name) for name in said]
        words: list[Piece] = [
            (self.rng.choice(ADJECTIVES[value]), Tell("attribute", (index,), value)) for value in values
        ]
        joined = words if len(words) == 1 else [words[0], " and ", words[1]]
        noun: Piece = (self.rng.choice(NOUNS[item.shape]), Tell("object", (index,), item.shape))
        return ["the ", noun, " is ", *joined]

    def _stateable(self) -> Iterator[tuple[int, Relation, int]]:
        """The relations of named items that may be stated, one of each two converses by chance."""
        named = len(self.drawing.named)
        for first, relation, other in relations(self.drawing):
            shapes = self.drawing.items[first].shape, self.drawing.items[other].shape
            if max(first, other) >= named:
                continue
            if self.lacking and (shapes[0], relation, shapes[1]) in self.lacking.triples:
                continue
            turned = self.rng.random() < 0.5
            yield (other, CONVERSE[relation], first) if turned else (first, relation, other)

    def _phrase(self, index: int) -> list[Piece] | None:
        """An item with as many attributes as it takes to mean it alone, and now and then more."""
        items = self.drawing.items
        item = items[index]
        said = {name for name in _ATTRIBUTES if self.rng.random() < CHANCE[name]}
        said -= {"filling"} if item.filling == "plain" and self.rng.random() < QUIET else set()
        whole = self.rng.random() < 0.92
        for name in self.rng.sample(_ATTRIBUTES, len(_ATTRIBUTES)):
            if is_alone(items, index, said, whole=whole):
                break
            said.add(name)
        if not is_alone(items, index, said, whole=whole):
            return None
        noun = self.rng.choice(NOUNS[item.shape]) if whole else THING
        values = [getattr(item, name) for name in _ATTRIBUTES if name in said]
        words: list[tuple[str, Tell]] = [
            (self.rng.choice(ADJECTIVES[value]), Tell("attribute", (index,), value)) for value in values
        ]
        words.append((noun, Tell("object", (index,), item.shape if whole else THING)))
        spaced: list[Piece] = [piece for word in words for piece in (" ", word)]
        return [article(words[0][0]), *spaced]


def is_alone(items: Sequence[Item], index: int, said: Iterable[str], *, whole: bool = True) -> bool:
    """Whether the named attributes (and the shape, if `whole`) are those of one item only."""
    names = [*said, *(["shape"] if whole else [])]
    item = items[index]
    return bool(names) and not any(
        all(getattr(other, name) == getattr(item, name) for name in names)
        for i, other in enumerate(items)
        if i != index
    )
