"""Two words exchange places: things, looks, or what is done."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.lexicon import verbs, word_set
from counterfoil.mine.propose.words.reading import ADJECTIVES, Reading, Thing, Told
from counterfoil.mine.propose.words.replace_attribute import attributes, described, describes
from counterfoil.mine.propose.words.replace_verb import VERBS, acts
from counterfoil.mine.stage import Run

SYMMETRIC = word_set("symmetric")
LIVING = frozenset({"person", "animal"})
DIRECTED = word_set("directed")
PRONOUNS = word_set("pronouns")


@dataclass(frozen=True, kw_only=True)
class SwapObject:
    """Exchange two things that stand in a relation with a direction: "a dog watches a cat"."""

    per_caption: int = 1
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the lexicon is read on first use."""
        return each_caption(_objects, self.per_caption)


def _objects(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    for first, second in combinations(reading.things, 2):
        if _alike(first, second) and _directed(reading, first, second):
            phrases = _phrase(reading, first), _phrase(reading, second)
            changes = (
                reading.change(first.start, first.last, phrases[1]),
                reading.change(second.start, second.last, phrases[0]),
            )
            yield draft(reading, "swap", "object", phrases, *changes)


def _alike(first: Thing, second: Thing) -> bool:
    if (
        first.noun is second.noun
        or first.plural != second.plural
        or (first.article < 0) != (second.article < 0)
    ):
        return False
    if first.noun.kind in LIVING:
        return second.noun.kind in LIVING
    return (
        first.noun.kind == second.noun.kind
        and first.noun.counted == second.noun.counted == "count"
        and first.noun.kind not in ("place", "food", "clothing", "ground", "building", "plant", "gear")
    )


def _directed(reading: Reading, first: Thing, second: Thing) -> bool:
    between = reading.words[first.last + 1 : second.start]
    if len(between) > 5 or max(thing.last - thing.start for thing in (first, second)) > 3:
        return False
    if first.start > 0 and reading.tags[first.start - 1] in (*ADJECTIVES, "CC"):
        return False
    if (
        not SYMMETRIC.isdisjoint(between)
        or DIRECTED.isdisjoint(between)
        or not PRONOUNS.isdisjoint(reading.words)
    ):
        return False
    outer = [reading.words[second.last + 1 : second.last + 2], reading.words[first.start - 1 : first.start]]
    return all(not words or words[0] not in ("of", "and", ",") for words in outer)


def _phrase(reading: Reading, thing: Thing) -> str:
    phrase = reading.text[reading.starts[thing.start] : reading.ends[thing.last]]
    if thing.start == 0 and reading.tags[0] != "NNP" and not phrase.isupper():
        return phrase[0].lower() + phrase[1:]
    return phrase


@dataclass(frozen=True, kw_only=True)
class SwapAttribute:
    """Exchange two adjectives of one type: "a red shirt and blue pants"."""

    per_caption: int = 1
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the adjectives are read on first use."""
        return each_caption(_attributes, self.per_caption)


def _attributes(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    known = attributes().known
    found = [
        (token, described(reading, token), attribute.type)
        for token, word in enumerate(reading.words)
        if (attribute := known.get(word)) and described(reading, token) >= 0
    ]
    for (one, noun, kind), (two, other, same) in combinations(found, 2):
        words, things = (reading.words[one], reading.words[two]), (reading.words[noun], reading.words[other])
        if kind != same or words[0] == words[1] or things[0] == things[1]:
            continue
        sound = all(describes(reading, token, known[reading.words[token]]) for token in (one, two))
        if sound and _told_apart(told, reading, (words[1], things[0]), (words[0], things[1])):
            changes = reading.change(one, one, words[1]), reading.change(two, two, words[0])
            yield draft(reading, "swap", "attribute", words, *changes)


def _told_apart(told: Told, reading: Reading, *swapped: tuple[str, str]) -> bool:
    """Whether no other caption says the new adjective together with the noun."""
    rest = [other.words for other in told.readings if other is not reading]
    return not any(look in words and noun in words for words in rest for look, noun in swapped)


@dataclass(frozen=True, kw_only=True)
class SwapRelation:
    """Exchange what two do: "a man sitting by a woman standing"."""

    per_caption: int = 1
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the verbs are read on first use."""
        return each_caption(_relations, self.per_caption)


def _relations(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    lemmas = verbs().lemmas
    found = [
        (token, lemma)
        for token, tag in enumerate(reading.tags)
        if tag in VERBS and (lemma := lemmas.get(reading.words[token])) and _posture(reading, token, lemma)
    ]
    for (one, lemma), (two, other) in combinations(found, 2):
        words = reading.words[one], reading.words[two]
        if (
            {lemma, other} <= {"lie", "lay", "sleep"}
            or lemma == other
            or reading.tags[one] != reading.tags[two]
        ):
            continue
        if reading.subject(one) != reading.subject(two):
            changes = reading.change(one, one, words[1]), reading.change(two, two, words[0])
            yield draft(reading, "swap", "relation", words, *changes)


def _posture(reading: Reading, token: int, lemma: str) -> bool:
    action = acts(reading, token, lemma)
    return (
        action is not None
        and action.posture
        and reading.words[token + 1 : token + 2] not in (["down"], ["up"])
    )
