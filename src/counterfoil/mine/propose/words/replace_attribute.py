"""A thing gets another look: "a red bus" to "a green bus", "a wooden table" to "a glass table"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption, turned
from counterfoil.mine.propose.words.lexicon import read_list, word_set
from counterfoil.mine.propose.words.reading import ADJECTIVES, NOUNS, Reading, Told
from counterfoil.mine.stage import Run

CHILDREN = word_set("children")


class Attribute(NamedTuple):
    """An adjective: its type, the kinds of thing that it is said of (all where empty), and its rivals."""

    type: str
    kinds: frozenset[str]
    rivals: tuple[str, ...]


class Attributes(NamedTuple):
    """The adjectives that the rules know; `near` has what would also be told where one is true."""

    known: dict[str, Attribute]
    near: dict[str, frozenset[str]]
    odd: dict[str, tuple[str, ...]]
    kept: frozenset[str]


@cache
def attributes() -> Attributes:
    """Read the adjectives."""
    lists = read_list("attributes")
    known = {
        word: Attribute("colour", frozenset(), tuple(rivals)) for word, rivals in lists["colours"].items()
    }
    for word, (kind, kinds, rivals) in lists["others"].items():
        known[word] = Attribute(kind, frozenset(kinds.split()), tuple(rivals))
    rivals = {rival for attribute in known.values() for rival in attribute.rivals}
    near = {
        word: frozenset([word, *lists["near"].get(word, "").split()])
        for word in {*rivals, *known, *lists["near"]}
    }
    odd = {kind: tuple(words) for kind, words in lists["odd"].items()}
    return Attributes(known, near, odd, frozenset(lists["not_photo"]))


@dataclass(frozen=True, kw_only=True)
class ReplaceAttribute:
    """Replace an adjective by one that excludes it."""

    per_caption: int = 3
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the adjectives are read on first use."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    table = attributes()
    for token, word in enumerate(reading.words):
        attribute = table.known.get(word)
        if attribute is None or not describes(reading, token, attribute):
            continue
        for rival in turned(attribute.rivals, rng):
            if told.lacks(table.near[rival]):
                yield draft(
                    reading, "replace", "attribute", (word, rival), reading.change(token, token, rival)
                )
                break


def describes(reading: Reading, token: int, attribute: Attribute) -> bool:
    """Whether an adjective alone describes one noun, of a kind that it suits."""
    if reading.tags[token] not in ADJECTIVES and reading.roles[token] not in ("amod", "compound", "acomp"):
        return False
    if token in reading.children and any(
        reading.roles[i] in ("conj", "cc", "prep") for i in reading.children[token]
    ):
        return False
    noun = described(reading, token)
    if noun < 0 or reading.roles[token] == "conj":
        return False
    around = reading.words[max(token - 1, 0)], reading.words[token + 1 : token + 2]
    if around[0] in ("-", "and", "more", "less", "too", "light", "dark", "bright") or around[1] == ["-"]:
        return False
    return _suits(reading, noun, attribute)


def described(reading: Reading, token: int) -> int:
    """The noun that an adjective describes: its head, or the subject of "is red"; -1 for none."""
    head = reading.heads[token]
    if reading.roles[token] in ("amod", "compound"):
        return head if reading.tags[head] in NOUNS and token < head else -1
    if reading.roles[token] == "acomp" and reading.words[head] in ("is", "are"):
        return reading.child(head, "nsubj")
    return -1


def _suits(reading: Reading, noun: int, attribute: Attribute) -> bool:
    thing = reading.at.get(noun)
    if reading.words[noun] in attributes().kept and attribute.type in ("colour", "size", "light"):
        return False
    if attribute.type == "colour":
        return thing is None or thing.noun.kind not in ("ground", "food", "place")
    if attribute.type == "age" and reading.words[noun] in CHILDREN:
        return False
    if thing is None:
        return not attribute.kinds and attribute.type in ("material", "pattern")
    return not attribute.kinds or thing.noun.kind in attribute.kinds
