"""The four perturbations of word order of ARO (Yuksekgonul et al., ICLR 2023, section 3.2).

Nouns and adjectives exchange places; all other words do; words do within groups of three; the
groups of three do. Words are what blanks separate; a final full stop stays where it is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from typing import ClassVar, TypeVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.reading import ADJECTIVES, NOUNS, Reading, Told
from counterfoil.mine.stage import Run
from counterfoil.records import Change

T = TypeVar("T")

CONTENT = NOUNS | ADJECTIVES


@dataclass(frozen=True, kw_only=True)
class ShuffleOrder:
    """Put a caption's words in another order, in up to four ways."""

    per_caption: int = 4
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: there is nothing to read."""
        return each_caption(_foils, self.per_caption, capitals=True)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    words, content = _words(reading)
    if len(words) < 4:
        return
    start, end = _span(reading)
    capital = reading.text[start].isupper()
    orders = (
        ("nouns and adjectives shuffled", _among(words, content, rng)),
        ("other words shuffled", _among(words, [not c for c in content], rng)),
        ("words shuffled within threes", _within(words, rng)),
        ("threes shuffled", _threes(words, rng)),
    )
    for name, order in orders:
        if order != words:
            text = " ".join(order)
            change = Change(start, end, text[0].upper() + text[1:] if capital else text)
            yield draft(reading, "swap", "order", ("order", name), change)


def _words(reading: Reading) -> tuple[list[str], list[bool]]:
    """The words between blanks, in small letters where only the start made them capital."""
    words: list[str] = []
    content: list[bool] = []
    text, end, (_, stop) = reading.text, -1, _span(reading)
    for tag, first, last in zip(reading.tags, reading.starts, reading.ends, strict=True):
        word = text[first:last]
        if first >= stop or word.isspace():
            continue
        if first == end and words:
            words[-1] += word
            content[-1] = content[-1] or tag in CONTENT
        else:
            words.append(word)
            content.append(tag in CONTENT)
        end = last
    if words and not reading.text.isupper() and words[0] != "I":
        words[0] = words[0][:1].lower() + words[0][1:]
    return words, content


def _among(words: list[str], chosen: list[bool], rng: random.Random) -> list[str]:
    movable = list(compress(words, chosen))
    _mix(movable, rng)
    order, rest = words.copy(), iter(movable)
    for place in compress(range(len(words)), chosen):
        order[place] = next(rest)
    return order


def _within(words: list[str], rng: random.Random) -> list[str]:
    order: list[str] = []
    for first in range(0, len(words), 3):
        three = words[first : first + 3]
        _mix(three, rng)
        order += three
    return order


def _threes(words: list[str], rng: random.Random) -> list[str]:
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
