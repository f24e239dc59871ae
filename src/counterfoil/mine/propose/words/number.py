"""Another number of things: "two dogs" to "five dogs", "a dog is" to "three dogs are"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine import english
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.around import joined, tells_of_one
from counterfoil.mine.propose.words.each import draft, each_caption, in_many, turned
from counterfoil.mine.propose.words.reading import VAGUE, Reading, Thing, Told
from counterfoil.mine.propose.words.replace_object import replaceable
from counterfoil.mine.stage import Run

NUMBERS = english.NUMBERS[1:11]
SIGHTED = frozenset({"animal", "vehicle", "person", "furniture", "fixture", "device"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "ROOT", "attr"})
VALUES = {word: number for number, word in enumerate(NUMBERS, 1)} | {str(n): n for n in range(1, 11)}


@dataclass(frozen=True, kw_only=True)
class ReplaceCount:
    """Replace a number by a larger one, or a single thing by several: fewer would still be there."""

    per_caption: int = 1
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: there is nothing to read."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    for thing in reading.things:
        if thing.plural and thing.front < thing.first:
            yield from _more(told, reading, thing, rng)
        elif thing.last < 8 and not thing.plural:
            yield from _several(told, reading, thing, rng)


def _more(told: Told, reading: Reading, thing: Thing, rng: random.Random) -> Iterator[Draft]:
    """Of a stated number: at least two more, where no caption states or hints at a third number."""
    word = reading.words[thing.front]
    value = VALUES.get(word, 0)
    if not 2 <= value <= 6 or reading.roles[thing.front] != "nummod" or told.crowd:
        return
    for more in turned((2, 3, 4), rng):
        after = NUMBERS[value + more - 1] if not word.isdigit() else str(value + more)
        if told.lacks((NUMBERS[value + more - 1], str(value + more))):
            yield draft(
                reading, "replace", "count", (word, after), reading.change(thing.front, thing.front, after)
            )
            return


def _several(told: Told, reading: Reading, thing: Thing, rng: random.Random) -> Iterator[Draft]:
    """Of a single subject, where no caption speaks of more: "a giraffe stands" to "four giraffes stand"."""
    if not _alone(told, reading, thing) or (verbs := in_many(reading, thing)) is None:
        return
    number = NUMBERS[int(rng.random() * 3) + 2]
    article = reading.change(thing.article, thing.article, number)
    noun = reading.change(thing.first, thing.last, thing.many)
    yield draft(
        reading, "replace", "count", (f"one {thing.one}", f"{number} {thing.many}"), article, noun, *verbs
    )


def _alone(told: Told, reading: Reading, thing: Thing) -> bool:
    if thing.noun.counted != "count" or thing.noun.kind not in SIGHTED or thing.article < 0:
        return False
    if reading.words[thing.article] not in ("a", "an") or reading.roles[thing.last] not in SUBJECTS:
        return False
    if thing.noun.name in told.plurals or not VAGUE.isdisjoint(told.words) or _many_people(told, thing):
        return False
    if thing.noun.kind == "person" and any(other.noun.kind == "clothing" for other in reading.things):
        return False  # "three men in a blue shirt"
    if joined(reading, thing.last) or tells_of_one(reading, thing) or not replaceable(reading, thing):
        return False
    return not any(reading.tags[i] == "CD" for i in range(thing.front, thing.first))


def _many_people(told: Told, thing: Thing) -> bool:
    umbrellas = (
        "animals",
        "vehicles",
        "people",
        "men",
        "women",
        "children",
        "persons",
        "boys",
        "girls",
        "kids",
    )
    return not told.lacks((*umbrellas, "two", "three", "four", "2", "3", "4", "couple"))
