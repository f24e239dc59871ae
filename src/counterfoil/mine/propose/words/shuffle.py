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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
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


class Word(NamedTuple):
    """What stands between two blanks.

    Args:
        text: as it is written.
        content: whether a noun or an adjective is in it.
        adjective: whether it is an adjective.
        part: which of the parts with which a phrase begins it is, or "".
        bag: the bag that holds the word alone, as a number: bags add up. 0 for what no phrase says.
        begins: the parts that begin a new phrase behind it; behind a comma, those after a joint.
        tag: its part of speech, after Penn.
    """

    text: str
    content: bool
    adjective: bool
    part: str
    bag: int
    begins: frozenset[str]
    tag: str


@dataclass(frozen=True, kw_only=True)
class ShuffleOrder:
    """Put a caption's words in another order, in up to four ways."""

    per_caption: int = 4
    version: ClassVar[int] = 4

    def load(self, run: Run) -> Propose1:
        """Get ready: there is nothing to read."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    words = _words(reading)
    if len(words) < 4:
        return
    start, end = _span(reading)
    capital, phrases = reading.text[start].isupper(), list(_phrases(words))
    content = [word.content for word in words]
    others = [not chosen for chosen in content]
    orders: tuple[tuple[str, Callable[[], list[Word] | None]], ...] = (
        ("nouns and adjectives shuffled", lambda: _among(words, content, phrases, rng)),
        ("other words shuffled", lambda: _among(words, others, phrases, rng)),
        ("words shuffled within threes", lambda: _other(lambda: _within(words, rng), phrases, TRIES)),
        ("threes shuffled", lambda: _other(lambda: _threes(words, rng), phrases, TRIES)),
    )
    for name, found in orders:
        if order := found():
            text = " ".join(word.text for word in order)
            change = Change(start, end, text[0].upper() + text[1:] if capital else text)
            yield draft(reading, "swap", "order", ("order", name), change)


def _among(
    words: list[Word], chosen: list[bool], phrases: list[int], rng: random.Random
) -> list[Word] | None:
    """Some of the words exchanged: those of a part of speech with each other, or else any of them."""
    places = list(compress(range(len(words)), chosen))
    by_tag: dict[str, list[int]] = {}
    for place in places:
        by_tag.setdefault(words[place].tag, []).append(place)
    alike = [of_tag for of_tag in by_tag.values() if len(of_tag) > 1]
    found = _other(lambda: _exchanged(words, alike, rng), phrases, FEW) if alike else None
    return found or _other(lambda: _exchanged(words, [places], rng), phrases, TRIES)


def _other(drawn: Callable[[], list[Word]], phrases: list[int], tries: int) -> list[Word] | None:
    """An order with other phrases than these; None where some draws find none."""
    return next((order for _ in range(tries) if _differs(order := drawn(), phrases)), None)


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
    for place, (_, _, _, part, one, behind, _) in enumerate(words):
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
    return joined and words[place - 1].adjective and words[place + 1].adjective


def _words(reading: Reading) -> list[Word]:
    """The words between blanks, in small letters where only the start made them capital."""
    words: list[tuple[str, bool, bool, str, str]] = []
    end, (_, stop) = -1, _span(reading)
    tokens = zip(reading.words, reading.tags, reading.starts, reading.ends, strict=True)
    for small, tag, first, last in tokens:
        text = reading.text[first:last]
        if first >= stop or text.isspace():
            continue
        if first == end and words:
            begun, content, adjective, part, head = words.pop()
            words.append((begun + text, content or tag in CONTENT, adjective, part, head))
        else:
            words.append((text, tag in CONTENT, tag in ADJECTIVES, _part(small, tag), tag))
        end = last
    if words and not reading.text.isupper() and words[0][0] != "I":
        words[0] = (words[0][0][:1].lower() + words[0][0][1:], *words[0][1:])
    places: dict[str, int] = {}
    return [
        Word(text, content, adjective, part, _bag(text, part, places), _begins(text, part), tag)
        for text, content, adjective, part, tag in words
    ]


def _bag(text: str, part: str, places: dict[str, int]) -> int:
    """A one in the sixteen bits that are this word's, whatever marks stand around it."""
    return 0 if part in _UNSAID else 1 << 16 * places.setdefault(text.strip('.,;:!"').lower(), len(places))


def _begins(text: str, part: str) -> frozenset[str]:
    return _BEGINS[JOINT if text.endswith((",", ";", ".")) else part]


def _part(small: str, tag: str) -> str:
    return JOINT if small in _JOINTS else _PARTS.get(tag, "")


def _exchanged(words: list[Word], parts: list[list[int]], rng: random.Random) -> list[Word]:
    """The words with those at the places of each part shuffled."""
    order = words.copy()
    for places in parts:
        movable = [words[place] for place in places]
        _mix(movable, rng)
        for place, word in zip(places, movable, strict=True):
            order[place] = word
    return order


def _within(words: list[Word], rng: random.Random) -> list[Word]:
    order: list[Word] = []
    for first in range(0, len(words), 3):
        three = words[first : first + 3]
        _mix(three, rng)
        order += three
    return order


def _threes(words: list[Word], rng: random.Random) -> list[Word]:
    threes = [words[first : first + 3] for first in range(0, len(words), 3)]
    _mix(threes, rng)
    return [word for three in threes for word in three]


def _mix(items: list[T], rng: random.Random) -> None:
    """Shuffle in place (Fisher and Yates), with one float per item: faster than `rng.shuffle`."""
    draw = rng.random
    for last in range(len(items) - 1, 0, -1):
        other = int(draw() * (last + 1))
        items[last], items[other] = items[other], items[last]


def _span(reading: Reading) -> tuple[int, int]:
    """Where the words stand: without blanks around them and without a final full stop."""
    end = len(reading.text.rstrip().removesuffix(".").rstrip())
    return len(reading.text) - len(reading.text.lstrip()), end
