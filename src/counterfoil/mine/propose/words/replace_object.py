"""A thing becomes another of its kind: "a dog on a bench" to "a fox on a bench"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import ClassVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.around import SECOND, fits_any
from counterfoil.mine.propose.words.each import draft, each_caption, others, turned
from counterfoil.mine.propose.words.lexicon import Noun, word_set
from counterfoil.mine.propose.words.reading import Reading, Thing, Told
from counterfoil.mine.stage import Run
from counterfoil.records import Change

HIS = {"he": "she", "him": "her", "his": "her", "himself": "herself"}
HERS = {"she": "he", "herself": "himself", "hers": "his"}
SLICED = frozenset({"lasagna", "watermelon", "coconut", "pumpkin"})
GENDERED = word_set("gendered")
OLD = frozenset({"old", "older", "elderly", "adult", "grown", "middle", "aged", "teenage", "bald", "bearded"})
LED = frozenset({"down", "up", "along", "across"})
PORTIONS = word_set("portions")
NOT_ALONE = frozenset({"of", "like", "shaped", "as", "themed"})

PER_THING = 2
"""How many others replace one thing, where a caption has few."""


@dataclass(frozen=True, kw_only=True)
class ReplaceObject:
    """Replace a noun by another of its group, and the pronouns that go with it."""

    per_caption: int = 3
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    turns = [list(islice(_of(told, reading, thing, rng), PER_THING)) for thing in turned(reading.things, rng)]
    yield from (found for turn in zip_longest(*turns) for found in turn if found is not None)


def _of(told: Told, reading: Reading, thing: Thing, rng: random.Random) -> Iterator[Draft]:
    """One thing replaced by others."""
    if not replaceable(reading, thing) or (mended := _pronouns(told, reading, thing)) is None:
        return
    if (
        not (thing.noun.kind == "person" or fits_any(reading, thing))
        or _led(reading, thing)
        or _one_of_two(reading, thing)
    ):
        return
    for noun in others(told, reading, thing, rng):
        if _sound(reading, thing, noun):
            after = noun.plural if thing.plural else noun.name
            change = reading.change(thing.first, thing.last, after)
            yield draft(reading, "replace", "object", (thing.word, after), change, *mended)


def _led(reading: Reading, thing: Thing) -> bool:
    """Whether one goes down or along a place, as one goes only along roads."""
    return thing.noun.kind == "place" and not LED.isdisjoint(
        reading.words[max(thing.start - 1, 0) : thing.start]
    )


def _one_of_two(reading: Reading, thing: Thing) -> bool:
    """Whether the caption goes on with another thing of that kind: "a laptop and another computer"."""
    return len(reading.things) > 1 and any(
        other.noun.kind == thing.noun.kind and not SECOND.isdisjoint(reading.words[other.start : other.first])
        for other in reading.things
    )


def _sound(reading: Reading, thing: Thing, noun: Noun) -> bool:
    """Whether another noun goes with the words before: no "old boy", no "slice of lobster"."""
    before = reading.words[thing.start - 1] if thing.start else ""
    if thing.noun.kind == "food" and before.startswith(("make", "making")):
        return False
    if noun.name in ("boy", "girl") and not OLD.isdisjoint(reading.words[thing.front : thing.first]):
        return False
    measure = (
        reading.words[thing.start - 2] if thing.start > 1 and reading.words[thing.start - 1] == "of" else ""
    )
    if thing.noun.kind == "food" and measure in PORTIONS:
        return measure.startswith(("slice", "piece")) and noun.name in SLICED
    return True


def replaceable(reading: Reading, thing: Thing) -> bool:
    """Whether a thing is told of once, on its own, and not as the measure or likeness of another."""
    if len(reading.things) > 1 and [other.noun for other in reading.things].count(thing.noun) > 1:
        return False
    after = reading.words[thing.last + 1] if thing.last + 1 < len(reading.words) else ""
    before = reading.words[thing.start - 1] if thing.start > 0 else ""
    if after in NOT_ALONE:
        return False
    if thing.noun.name == "glass" and thing.article < 0 and not thing.plural:
        return False
    return before not in ("like", "as", "home") and reading.roles[thing.last] != "appos"


def _pronouns(told: Told, reading: Reading, thing: Thing) -> tuple[Change, ...] | None:
    """What changes in the pronouns of a person; None where the picture may show both sexes."""
    if thing.noun.kind != "person":
        return ()
    if told.crowd or not told.lacks(GENDERED) or (not thing.plural and _has_people(told)):
        return None
    if thing.noun.group not in ("men", "women"):
        return ()
    turns = [(i, turn) for i, word in enumerate(reading.words) if (turn := _turn(word, reading.tags[i]))]
    if turns and sum(other.noun.kind == "person" for other in reading.things) > 1:
        return None
    return tuple(reading.change(i, i, turn) for i, turn in turns)


def _has_people(told: Told) -> bool:
    return not told.words.isdisjoint(
        ("people", "persons", "men", "women", "boys", "girls", "children", "kids")
    )


def _turn(word: str, tag: str) -> str | None:
    if word == "her":
        return "his" if tag == "PRP$" else "him"
    return HIS.get(word) or HERS.get(word)
