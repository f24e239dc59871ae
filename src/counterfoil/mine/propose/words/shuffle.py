"""The four perturbations of word order of ARO (Yuksekgonul et al., ICLR 2023, section 3.2).

Nouns and adjectives exchange places; all other words do; words do within groups of three; the
groups of three do. Words are what blanks separate; a final full stop stays where it is.

An order that still says the same is none of a foil: "a dog and a cat", "in the yard a cat". So the phrases
of the new order, each a bag of words, must be others than those of the caption.

Most orders are no English, and who sees that a caption is none needs no picture. So nouns and adjectives, and
other words, take the places of words of their own part of speech where that makes another order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import ClassVar, NamedTuple, TypeVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.reading import ADJECTIVES, NOUNS, Reading, Told
from counterfoil.mine.stage import Run
from counterfoil.records import Change

T = TypeVar("T")

CONTENT = NOUNS | ADJECTIVES

TRIES = 6
"""How often an order is drawn that says the same."""

FEW = 3
"""How often words of a part of speech are exchanged, before any are."""

DETERMINER, NUMBER, PREPOSITION, VERB, JOINT = "determiner", "number", "preposition", "verb", "joint"
"""The parts of speech with which a phrase begins; a joint stands between two of which either may be first."""

_PARTS = {
    **dict.fromkeys(("DT", "PRP$", "PDT", "WDT"), DETERMINER),
    **dict.fromkeys(("IN", "TO", "RP"), PREPOSITION),
    **dict.fromkeys(("VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD", "EX"), VERB),
    "CD": NUMBER,
    "CC": JOINT,
}
_JOINTS = frozenset(
    {"of", "and", "or", "with", "near", "next", "to", "beside", "by", "alongside", "while", "as"}
)
_UNSAID = (DETERMINER, JOINT)
_BEGINS = {
    "": frozenset({DETERMINER, NUMBER, PREPOSITION, VERB, JOINT}),
    **dict.fromkeys((DETERMINER, NUMBER, PREPOSITION), frozenset({PREPOSITION, VERB, JOINT})),
    **dict.fromkeys((VERB, JOINT), frozenset({"", DETERMINER, NUMBER, PREPOSITION, VERB, JOINT})),
}
"""By the part before: the parts that begin a new phrase there."""


Said = tuple[str, int, frozenset[str]]
"""What a word is to the phrases of an order: a plain tuple, which Python takes apart faster than a named one.

Which of the parts with which a phrase begins it is, or ""; the bag that holds it alone, as a number, a one in
enough bits to count all words, for bags add up, or 0 for what no phrase says; and the parts that begin a new
phrase behind it (behind a comma, those after a joint).
"""


class Word(NamedTuple):
    """What stands between two blanks.

    Args:
        text: as it is written.
        content: whether a noun or an adjective is in it.
        tag: its part of speech, after Penn.
        said: what it is to a phrase.
    """

    text: str
    content: bool
    tag: str
    said: Said


@dataclass(frozen=True, kw_only=True)
class ShuffleOrder:
    """Put a caption's words in another order, in up to four ways."""

    per_caption: int = 4
    version: ClassVar[int] = 4

    def load(self, run: Run) -> Propose1:
        """Get ready: there is nothing to read."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    start, end = _span(reading)
    words = _words(reading, end)
    if len(words) < 4:
        return
    capital, phrases = reading.text[start].isupper(), list(_phrases(words))
    content = [place for place, word in enumerate(words) if word.content]
    others = [place for place, word in enumerate(words) if not word.content]
    threes = [words[first : first + 3] for first in range(0, len(words), 3)]
    within = [range(first, min(first + 3, len(words))) for first in range(0, len(words), 3)]
    orders: tuple[tuple[str, Callable[[], list[Word] | None]], ...] = (
        ("nouns and adjectives shuffled", lambda: _among(words, content, phrases, rng)),
        ("other words shuffled", lambda: _among(words, others, phrases, rng)),
        (
            "words shuffled within threes",
            lambda: _other(lambda: _exchanged(words, within, rng), words, phrases, TRIES),
        ),
        ("threes shuffled", lambda: _other(lambda: _joined(threes, rng), words, phrases, TRIES)),
    )
    for name, found in orders:
        if order := found():
            text = " ".join([word.text for word in order])
            change = Change(start, end, text[0].upper() + text[1:] if capital else text)
            yield draft(reading, "swap", "order", ("order", name), change)


def _among(words: list[Word], places: list[int], phrases: list[int], rng: random.Random) -> list[Word] | None:
    """The words at some places exchanged: those of a part of speech with each other, or else any of them."""
    by_tag: dict[str, list[int]] = {}
    for place in places:
        by_tag.setdefault(words[place].tag, []).append(place)
    alike = [of_tag for of_tag in by_tag.values() if len(of_tag) > 1]
    found = _other(lambda: _exchanged(words, alike, rng), words, phrases, FEW) if alike else None
    return found or _other(lambda: _exchanged(words, [places], rng), words, phrases, TRIES)


def _other(
    drawn: Callable[[], list[Word]], words: list[Word], phrases: list[int], tries: int
) -> list[Word] | None:
    """An order with other phrases than these words have; None where some draws find none."""
    for _ in range(tries):
        order = drawn()
        if order != words and _differs(order, phrases):  # of those that say the same a third is the same
            return order
    return None


def _differs(order: list[Word], phrases: list[int]) -> bool:
    left = phrases.copy()
    for phrase in _phrases(order):
        if phrase not in left:
            return True
        left.remove(phrase)
    return bool(left)


def _phrases(words: Sequence[Word]) -> Iterator[int]:
    """The phrases of an order, each the bag of its words without articles."""
    bag, begins = 0, _BEGINS[""]
    for place, word in enumerate(words):
        part, one, behind = word.said
        if part in begins:  # as every joint is
            if part == JOINT and _joins_adjectives(words, place):
                continue
            if bag:
                yield bag
                bag = 0
        bag += one
        begins = behind
    if bag:
        yield bag


def _joins_adjectives(words: Sequence[Word], place: int) -> bool:
    """Whether a word is the "and" of "black and white"; no "with" is."""
    joined = words[place].tag == "CC" and 0 < place < len(words) - 1
    return joined and words[place - 1].tag in ADJECTIVES and words[place + 1].tag in ADJECTIVES


def _words(reading: Reading, stop: int) -> list[Word]:
    """The words between blanks up to a place, in small letters where only the start made them capital."""
    texts: list[str] = []
    heads: list[tuple[str, str]] = []
    content: list[bool] = []
    end = -1
    tokens = zip(reading.words, reading.tags, reading.starts, reading.ends, strict=True)
    for small, tag, first, last in tokens:
        if first >= stop:
            break
        text = reading.text[first:last]
        if text.isspace():
            continue
        if first == end and texts:
            texts[-1] += text
            content[-1] |= tag in CONTENT
        else:
            texts.append(text)
            heads.append((small, tag))
            content.append(tag in CONTENT)
        end = last
    if texts and not reading.text.isupper() and texts[0] != "I":
        texts[0] = texts[0][:1].lower() + texts[0][1:]
    places: dict[str, int] = {}
    words, bits = [], len(texts).bit_length()
    for text, told, (small, tag) in zip(texts, content, heads, strict=True):
        part, bare, begins = _role(text, small, tag)
        bag = 0 if part in _UNSAID else 1 << bits * places.setdefault(bare, len(places))
        words.append(Word(text, told, tag, (part, bag, begins)))
    return words


@lru_cache(8192)
def _role(text: str, small: str, tag: str) -> tuple[str, str, frozenset[str]]:
    """A word's part, the word without the marks around it, and the parts that begin a phrase behind it."""
    part = JOINT if small in _JOINTS else _PARTS.get(tag, "")
    behind = JOINT if text.endswith((",", ";", ".")) else part
    return part, text.strip('.,;:!"').lower(), _BEGINS[behind]


def _exchanged(items: Sequence[T], parts: Iterable[Sequence[int]], rng: random.Random) -> list[T]:
    """Items with those at the places of each part shuffled (Fisher and Yates)."""
    order, draw = list(items), rng.random  # one float for each item: faster than `rng.shuffle`
    for places in parts:
        for left in range(len(places), 1, -1):
            here, there = places[left - 1], places[int(draw() * left)]
            order[here], order[there] = order[there], order[here]
    return order


def _joined(threes: list[list[Word]], rng: random.Random) -> list[Word]:
    """The words of threes that are shuffled as wholes."""
    return list(chain.from_iterable(_exchanged(threes, [range(len(threes))], rng)))


def _span(reading: Reading) -> tuple[int, int]:
    """Where the words stand: without blanks around them and without a final full stop."""
    end = len(reading.text.rstrip().removesuffix(".").rstrip())
    return len(reading.text) - len(reading.text.lstrip()), end
