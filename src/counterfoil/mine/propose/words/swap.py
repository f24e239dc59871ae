"""Two words exchange places: looks, or what is done."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.lexicon import verbs
from counterfoil.mine.propose.words.reading import Reading, Told
from counterfoil.mine.propose.words.replace_attribute import attributes, described, describes
from counterfoil.mine.propose.words.replace_verb import VERBS, acts
from counterfoil.mine.stage import Run

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
