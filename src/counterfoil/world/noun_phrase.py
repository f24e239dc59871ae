"""The phrases of a caption, read word by word for `read`: "two small red circles that are striped"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from counterfoil.world.claims import Description
from counterfoil.world.grammar import (
    ADJECTIVE,
    AND,
    ANY,
    ARTICLE,
    COMMA,
    DENIAL,
    EXACTLY,
    FILLED,
    NOUN,
    NUMBER,
    RESERVED,
    THAT_IS,
    T,
    Table,
)

END = ""
"""Behind the last word of a sentence."""


class UnreadError(Exception):
    """The words at hand are not what the grammar asks for."""


class Words:
    """The words of a sentence, and how far they have been read."""

    __slots__ = ("at", "words")

    def __init__(self, words: list[str]) -> None:
        self.words = [*words, END]
        self.at = 0

    @property
    def next(self) -> str:
        """The word that is read next; `END` if there is none."""
        return self.words[self.at]

    def take(self, table: Table[T]) -> T | None:
        """Read the longest phrase of a table that comes next, and give its meaning."""
        at = self.at
        for words, meaning in table.get(self.words[at], ()):
            after = at + len(words)
            if self.words[at:after] == words:
                self.at = after
                return meaning
        return None

    def need(self, table: Table[T]) -> T:
        """The same, where nothing else may come next."""
        meaning = self.take(table)
        if meaning is None:
            raise UnreadError
        return meaning

    def word(self) -> str:
        """Read the next word, whatever it is."""
        self.at += 1
        return self.words[self.at - 1]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A thing as the subject or object of a sentence.

    Args:
        number: None for "a circle", exactly so many else; 0 if there is none.
        definite: "the".
        denied: said without "no": "not a circle", "without a circle".
    """

    thing: Description
    number: int | None
    definite: bool = False
    denied: bool = False


def read_phrase(words: Words, denied: bool = False) -> Phrase:
    """Read a phrase; `denied` where "there is not" or its like stood before it."""
    if denied:
        words.take(ANY)
    else:
        denied = bool(words.take(DENIAL))
    number = 0 if denied else _number(words)
    definite = words.need(ARTICLE) if number is None else False
    attributes = adjectives(words, COMMA, may_lack=True)
    shape = _noun(words, number)
    while (more := _further(words)) is not None:
        attributes |= more
    return Phrase(Description(shape, attributes), number, definite, denied)


def _number(words: Words) -> int | None:
    """How many exactly; None where an article comes next."""
    if words.next == "no":
        words.word()
        return 0
    exactly = words.take(EXACTLY)
    if words.next.isdigit():
        # Longer ones are not numbers of things, and the longest take Python too long to read.
        digits = words.word()
        return int(digits) if len(digits) < 4 else fail()
    if exactly and words.next == "one":
        words.word()
        return 1
    return words.need(NUMBER) if exactly else words.take(NUMBER)


def adjectives(words: Words, between: Table[bool], *, may_lack: bool = False) -> frozenset[str]:
    """Read adjectives, which words of a table may join: what they say, whatever their order."""
    found = set()
    start = words.at
    while (adjective := words.take(ADJECTIVE)) is not None:
        found.add(adjective)
        start = words.at
        words.take(between)
    # What joins no further adjective is left for what comes next.
    words.at = start
    if not found and not may_lack:
        raise UnreadError
    return frozenset(found)


def _noun(words: Words, number: int | None) -> str | None:
    """Its shape, None for any; itself if it is no word of the world."""
    known = words.take(NOUN)
    if known is None:
        word = words.word()
        return fail() if word in RESERVED or not word.isalpha() else word
    shape, plural = known
    if number != 0 and plural != (number is not None and number > 1):
        raise UnreadError
    return shape


def _further(words: Words) -> frozenset[str] | None:
    """What is said of a thing behind its noun: "with stripes", "that is red"."""
    filling = words.take(FILLED)
    if filling is not None:
        return frozenset([filling])
    start = words.at
    if words.take(THAT_IS) and words.next in ADJECTIVE:
        return adjectives(words, AND)
    words.at = start
    return None


def end(words: Words) -> None:
    """Nothing may follow."""
    if words.next != END:
        raise UnreadError


def fail() -> NoReturn:
    """The caption is not in the language."""
    raise UnreadError
