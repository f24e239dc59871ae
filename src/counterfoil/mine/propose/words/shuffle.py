"""The four perturbations of word order of ARO (Yuksekgonul et al., ICLR 2023, section 3.2).

Nouns and adjectives exchange places; all other words do; words do within groups of three; the
groups of three do. Words are what blanks separate; a final full stop stays where it is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
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
    end, (_, stop) = -1, _span(reading)
    for token, start in enumerate(reading.starts):
        text = reading.text[start : reading.ends[token]]
        if start >= stop or text.isspace():
            continue
        if start == end and words:
            words[-1] += text
            content[-1] = content[-1] or reading.tags[token] in CONTENT
        else:
            words.append(text)
            content.append(reading.tags[token] in CONTENT)
        end = reading.ends[token]
    if words and not reading.text.isupper() and words[0] != "I":
        words[0] = words[0][:1].lower() + words[0][1:]
    return words, content


def _among(words: list[str], chosen: list[bool], rng: random.Random) -> list[str]:
    movable = [word for word, take in zip(words, chosen, strict=True) if take]
    _mix(movable, rng)
    rest = iter(movable)
    return [next(rest) if take else word for word, take in zip(words, chosen, strict=True)]


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
    for last in range(len(items) - 1, 0, -1):
        other = int(rng.random() * (last + 1))
        items[last], items[other] = items[other], items[last]


def _span(reading: Reading) -> tuple[int, int]:
    """Where the words stand: without blanks around them and without a final full stop."""
    end = len(reading.text.rstrip().removesuffix(".").rstrip())
    return len(reading.text) - len(reading.text.lstrip()), end
