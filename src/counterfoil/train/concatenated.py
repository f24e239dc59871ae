"""CLIC's pictures: two side by side, with the captions of both, and one word exchanged between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import NamedTuple

from counterfoil.errors import DataError
from counterfoil.parsing import tagger
from counterfoil.train.batches import ORIGINAL
from counterfoil.train.compose import (
    Drawn,
    Entry,
    Item,
    Modality,
    Negative,
    Picture,
    Squares,
    Text,
    other_captions,
)
from counterfoil.train.text import content, words_of

_EXCHANGED = ("NOUN", "ADJ", "VERB")
"""Words that may change places, if they are also in the same form."""

_MOST_GROUPS = 1 << 31


@dataclass(frozen=True, kw_only=True)
class Concatenated:
    """Every second step, the pictures two by two, side by side; else the plain pairs.

    Text of an item: the first caption before the second, c c'. Positives: c' c; then, where one of the
    two has another caption, d d' and d' d. Negative: c c' with a word of the first and one of the
    second of the same kind (a noun in the plural, say) in each other's place; none where no two differ.

    Source: CLIC (Peleg et al., NeurIPS 2025).
    """

    def widths(self, foils: int) -> tuple[int, int]:
        """See `Composition`."""
        return max(1, foils), 3

    def shown(self) -> frozenset[Modality]:
        """See `Composition`: pictures of foils are in every second batch alone."""
        return frozenset({"text"})

    def items(self, drawn: Drawn) -> list[Item]:
        """See `Composition`.

        Raises:
            DataError: an odd number of pictures.
        """
        if drawn.step % 2:
            return Squares().items(drawn)
        if len(drawn.entries) % 2:
            raise DataError(
                f"{len(drawn.entries)} pictures do not go two by two: let each rank have an even number in "
                "each batch"
            )
        pairs = zip(drawn.entries[::2], drawn.entries[1::2], strict=True)
        return [_item(first, other, drawn) for first, other in pairs]


def _item(first: Entry, other: Entry, drawn: Drawn) -> Item:
    group = (first.sample.group + 1) * _MOST_GROUPS + other.sample.group
    key = f"{first.sample.key} | {other.sample.key}"
    rng = drawn.chance(key, "concatenated")
    said = f"{first.caption} {other.caption}"
    turned = [f"{other.caption} {first.caption}", *_otherwise(first, other, rng)]
    exchanged = exchange(first.caption, other.caption, rng)
    true = {words_of(text) for text in (said, *turned)}
    false = [exchanged] if exchanged and words_of(exchanged) not in true else []
    return Item(
        key=key,
        scope=first.scope,
        image=Picture((first.sample.picture, other.sample.picture), (group, ORIGINAL, ORIGINAL)),
        text=Text(said, (group, content(said), ORIGINAL)),
        negatives=tuple(Negative(Text(text, (group, content(said), 0)), None) for text in false),
        positives=tuple(Text(text, (group, content(text), ORIGINAL)) for text in turned),
    )


def _otherwise(first: Entry, other: Entry, rng: Random) -> list[str]:
    """Further captions of both, joined both ways; [] where neither has any."""
    spare = [other_captions(entry) for entry in (first, other)]
    if not any(spare):
        return []
    one, two = (
        rng.choice(found or [entry.caption]) for found, entry in zip(spare, (first, other), strict=True)
    )
    return [f"{one} {two}", f"{two} {one}"]


class _Word(NamedTuple):
    form: str
    start: int
    end: int


def exchange(first: str, other: str, rng: Random) -> str | None:
    """Both texts, one after the other, with a word of each in the other's place; None where none may."""
    able = [
        (a, b)
        for a in _words(first)
        for b in _words(other)
        if a.form == b.form and first[a.start : a.end].lower() != other[b.start : b.end].lower()
    ]
    if not able:
        return None
    a, b = rng.choice(able)
    one, two = first[a.start : a.end], other[b.start : b.end]
    return f"{first[: a.start]}{two}{first[a.end :]} {other[: b.start]}{one}{other[b.end :]}"


@lru_cache(1 << 16)
def _words(text: str) -> tuple[_Word, ...]:
    return tuple(
        _Word(token.tag_, token.idx, token.idx + len(token))
        for token in tagger()(text)
        if token.pos_ in _EXCHANGED
    )
