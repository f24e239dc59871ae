"""Something more than is there: "a dog" to "a dog and a fox", "a dog" to "a three-legged dog"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import ClassVar

from counterfoil.mine.english import article
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.around import NEUTER, SECOND, tells_of_one
from counterfoil.mine.propose.words.each import draft, each_caption, in_many, turned
from counterfoil.mine.propose.words.lexicon import Noun, nouns
from counterfoil.mine.propose.words.reading import ADJECTIVES, Reading, Thing, Told
from counterfoil.mine.propose.words.replace_attribute import attributes
from counterfoil.mine.propose.words.replace_object import replaceable
from counterfoil.mine.stage import Run
from counterfoil.records import Change

BESIDE = frozenset(
    {
        "with",
        "beside",
        "near",
        "by",
        "to",
        "behind",
        "holding",
        "carrying",
        "under",
        "past",
        "towards",
        "against",
        "around",
    }
)
SIZES = ("size", "height", "length", "age", "shape")
NICE = frozenset({"beautiful", "pretty", "nice", "cute", "lovely", "adorable", "new", "old"})
ALONE = frozenset({"alone", "lone", "single", "solo", "only", "each", "himself", "herself", "itself"})
FOLLOWING = frozenset({"", ".", "IN", "TO", "VBZ", "VBP", "VBD", "VBG", "RB", "MD"})
SHARED = frozenset({"with", "that", "which", "who", "of", "full", "like"})
COLOURED = frozenset({"leopard-print", "purple", "bright pink", "bright blue"})


@dataclass(frozen=True, kw_only=True)
class AddObject:
    """Put a thing of the same kind, of which the picture shows none, beside one that is told of."""

    per_caption: int = 2
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return each_caption(_objects, self.per_caption)


def _objects(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    for thing in turned(reading.things, rng):
        if (mended := _room(reading, thing)) is None:
            continue
        for noun in _companions(told, thing, rng):
            one = thing.noun.kind == "person" or not thing.plural or thing.front < thing.first
            phrase = _phrase(noun, one)
            end = reading.ends[thing.last]
            added = Change(end, end, reading.cased(reading.starts[thing.last], f" and {phrase}"))
            words = thing.word, f"{thing.word} and {phrase}"
            yield draft(reading, "add", "object", words, added, *mended)
            break


def _phrase(noun: Noun, one: bool) -> str:
    if noun.counted in ("mass", "plural"):
        return noun.name
    return f"{article(noun.name)} {noun.name}" if one else noun.plural


def _room(reading: Reading, thing: Thing) -> tuple[Change, ...] | None:
    """What changes in the verb where "and another" may follow a thing; None where it may not."""
    if not _open(reading, thing):
        return None
    if reading.roles[thing.last] in ("nsubj", "nsubjpass", "ROOT") and thing.start <= 2:
        if thing.plural:
            return ()
        return None if tells_of_one(reading, thing) else in_many(reading, thing)
    before, later = reading.words[thing.start - 1 : thing.start], reading.words[thing.last + 1 :]
    alone = reading.tags[thing.last + 1 : thing.last + 2] != ["VBG"] and (NEUTER | SECOND).isdisjoint(later)
    return (
        () if alone and BESIDE.issuperset(before) and reading.roles[thing.last] in ("pobj", "dobj") else None
    )


def _open(reading: Reading, thing: Thing) -> bool:
    """Whether a noun ends its phrase, outside any list."""
    if thing.noun.kind in ("place", "ground") or not ALONE.isdisjoint(reading.words):
        return False
    if not thing.plural and (thing.article < 0 or reading.words[thing.article] not in ("a", "an", "the")):
        return False
    around = (
        reading.words[max(thing.start - 1, 0) : thing.start],
        reading.words[thing.last + 1 : thing.last + 2],
    )
    if around[0] in ([","], ["and"]) or not SHARED.isdisjoint(around[1]):
        return False
    return FOLLOWING.issuperset(reading.tags[thing.last + 1 : thing.last + 2]) and replaceable(reading, thing)


def _companions(told: Told, thing: Thing, rng: random.Random) -> Iterator[Noun]:
    """What may stand beside a thing: nothing that a picture could hold unnoticed."""
    yield from (noun for noun in turned(nouns().beside[thing.noun.group], rng) if not told.shows(noun))


@dataclass(frozen=True, kw_only=True)
class AddAttribute:
    """Say of a thing what is hardly ever true, and would have been told: "a burning bus"."""

    per_caption: int = 3
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the adjectives are read on first use."""
        return each_caption(_attributes, self.per_caption)


def _attributes(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    for thing in turned(reading.things, rng):
        if not _plain(reading, thing):
            continue
        place, looks = _place(reading, thing), _looks(told, thing, rng)
        for odd in islice(looks, 1 if len(reading.things) > 1 else 2):
            words = thing.word, f"{odd} {thing.word}"
            yield draft(reading, "add", "attribute", words, reading.insertion(place, odd))


def _looks(told: Told, thing: Thing, rng: random.Random) -> Iterator[str]:
    """The odd looks that no caption tells or hints at."""
    for odd in turned(_odd(thing), rng):
        coloured = odd in COLOURED and thing.front < thing.first
        if not coloured and told.lacks(_near(odd)):
            yield odd


@cache
def _near(odd: str) -> frozenset[str]:
    """The words that tell of an odd look, or hint at it."""
    return frozenset((*odd.split("-"), *attributes().near.get(odd, ())))


def _odd(thing: Thing) -> tuple[str, ...]:
    """The odd looks of a thing: its own, or those of its group or kind."""
    odd = attributes().odd
    for name in (thing.noun.name, thing.noun.group, thing.noun.kind):
        if name in odd:
            return odd[name]
    return ()


def _place(reading: Reading, thing: Thing) -> int:
    """Before which token an adjective comes: "a torn blue shirt", but "a large burning car"."""
    known = attributes().known.get(reading.words[thing.front])
    size = known.type in SIZES if known else reading.words[thing.front] in NICE
    return thing.first if size else thing.front


def _plain(reading: Reading, thing: Thing) -> bool:
    """Whether an adjective may come first: after a determiner or at a plural, before at most one other."""
    if not replaceable(reading, thing) or any(
        reading.tags[i] in ("CD", "RB", "PDT", "NN") for i in range(thing.front, thing.first)
    ):
        return False
    if thing.first - thing.front > 1:
        return False
    if thing.article >= 0:
        return reading.words[thing.article] in ("a", "an", "the", "his", "her", "their")
    before = reading.tags[thing.front - 1] if thing.front else "IN"
    return (
        thing.plural and before in ("IN", "VBG", "VBP", "VBZ") and reading.tags[thing.front] not in ADJECTIVES
    )
