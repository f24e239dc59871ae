"""What is told is denied: "with a hat" to "without a hat", "is riding" to "is not riding"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.around import joined
from counterfoil.mine.propose.words.each import draft, each_caption, plain
from counterfoil.mine.propose.words.lexicon import seen, word_set
from counterfoil.mine.propose.words.reading import Reading, Thing, Told
from counterfoil.mine.propose.words.replace_object import replaceable
from counterfoil.mine.stage import Run
from counterfoil.records import Change

BOUND = word_set("bound")
CROWDS = frozenset({"people", "family", "couple", "crowd", "team"})
POSTURES = tuple(seen()[word] for word in ("sits", "stands", "lies", "kneels"))


@dataclass(frozen=True, kw_only=True)
class RemoveObject:
    """Deny that a thing is there: "without a hat", "wearing no hat", "there is no dog"."""

    per_caption: int = 1
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: there is nothing to read."""
        return each_caption(_objects, self.per_caption)


def _objects(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    for thing in reading.things:
        before = thing.start - 1
        word = reading.words[before] if before >= 0 else ""
        if not _deniable(reading, thing):
            continue
        words = thing.word, f"no {thing.word}"
        if word == "with" and before > 0 and reading.words[before - 1] not in BOUND:
            without = [reading.change(before, before, "without")]
            if reading.words[thing.article] == "some" and thing.article >= 0:
                without.append(reading.change(thing.article, thing.article, "any"))
            yield draft(reading, "remove", "object", words, *without)
        elif _existential(reading, before) or (
            word in ("wearing", "wears") and thing.noun.kind == "clothing"
        ):
            yield draft(reading, "remove", "object", words, _no(reading, thing))


def _no(reading: Reading, thing: Thing) -> Change:
    if thing.article >= 0:
        return reading.change(thing.article, thing.article, "no")
    return reading.insertion(thing.front, "no")


def _existential(reading: Reading, verb: int) -> bool:
    return verb > 0 and reading.words[verb] in ("is", "are") and reading.words[verb - 1] == "there"


def _deniable(reading: Reading, thing: Thing) -> bool:
    after = next((word for word in reading.words[thing.last + 1 :] if word.isalnum()), "")
    # What follows would be denied with it, or told of a thing that is not there.
    if after and not (_existential(reading, thing.start - 1) and after in ("on", "in", "at", "near")):
        return False
    if any(reading.tags[i] == "CD" for i in range(thing.front, thing.first)):
        return False
    return thing.plural if thing.article < 0 else reading.words[thing.article] in ("a", "an", "some")


@dataclass(frozen=True, kw_only=True)
class RemoveRelation:
    """Deny what somebody does: "is not riding", "a man not riding", "does not ride"."""

    per_caption: int = 1
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: there is nothing to read."""
        return each_caption(_relations, self.per_caption)


def _relations(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    for token, tag in enumerate(reading.tags):
        if tag not in ("VBG", "VBZ") or (doer := reading.subject(token)) is None or token <= doer.last:
            continue
        if doer.plural or not replaceable(reading, doer) or not _confirmed(told, reading, token):
            continue  # some of many may well not do it
        if joined(reading, token) or joined(reading, doer.last) or doer.one in CROWDS:
            continue
        word = reading.words[token]
        if tag == "VBG" and word != "missing":
            yield draft(reading, "remove", "relation", (word, f"not {word}"), reading.insertion(token, "not"))
        elif (
            tag == "VBZ"
            and word not in ("is", "has", "does", "'s")
            and reading.roles[token] in ("ROOT", "relcl")
            and not doer.plural
        ):
            after = f"does not {plain(word)}"
            yield draft(reading, "remove", "relation", (word, after), reading.change(token, token, after))


def _confirmed(told: Told, reading: Reading, verb: int) -> bool:
    """Whether another caption says it too: one that is alone with a verb may have guessed."""
    family = seen().get(reading.words[verb], frozenset())
    if reading.words[verb + 1 : verb + 2] == ["some"]:
        return False
    if family in POSTURES and not all(told.lacks(other) for other in POSTURES if other != family):
        return False
    return any(not family.isdisjoint(other.words) for other in told.readings if other is not reading)
