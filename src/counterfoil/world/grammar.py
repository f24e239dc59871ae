"""The phrases that the judge knows, by their first word, with what they mean. Data for `read`.

It takes words from `words` and adds what people would also say; it shares nothing with `say`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TypeAlias, TypeVar

from counterfoil.world.words import ADJECTIVES, NOUNS, NUMBERS, PLURALS, RELATION_WORDS, THING, Relation

T = TypeVar("T")
Table: TypeAlias = Mapping[str, Sequence[tuple[list[str], T]]]


def _table(phrases: Mapping[str, T] | Iterable[tuple[str, T]]) -> Table[T]:
    """By their first words; of those the longest first, so that "in front of" is not read as "in"."""
    table: dict[str, list[tuple[list[str], T]]] = {}
    split = [(phrase.split(), meaning) for phrase, meaning in dict(phrases).items()]
    for words, meaning in sorted(split, key=lambda entry: -len(entry[0])):
        table.setdefault(words[0], []).append((words, meaning))
    return table


def _all(meaning: T, *slots: str) -> dict[str, T]:
    """Every phrase with one of the choices ("is|are") from each slot."""
    return {" ".join(" ".join(words).split()): meaning for words in product(*(s.split("|") for s in slots))}


ARTICLE: Table[bool] = _table({"a": False, "an": False, "one": False, "the": True})
"""Whether it is definite."""
NUMBER = _table({word: number for number, word in enumerate(NUMBERS) if number > 1})
EXACTLY = _table(_all(True, "exactly|only|just"))
DENIAL = _table(_all(True, "without", "|a|an|any|a single") | _all(True, "not", "a|an|any|a single|one"))
ANY = _table(_all(True, "a|an|any|a single"))
"""After a denial."""
ADJECTIVE = _table(
    {"medium": "medium"} | {word: name for name, words in ADJECTIVES.items() for word in words}
)
FILLED = _table({"with stripes": "striped", "with dots": "dotted", "with spots": "dotted"})

_SINGULAR = [(noun, shape) for shape, nouns in NOUNS.items() for noun in nouns]
_ANY = (THING, "thing", "object", "item")
NOUN: Table[tuple[str | None, bool]] = _table(
    {noun: (shape, False) for noun, shape in _SINGULAR}
    | {PLURALS[noun]: (shape, True) for noun, shape in _SINGULAR}
    | dict.fromkeys(_ANY, (None, False))
    | dict.fromkeys([f"{noun}s" for noun in _ANY], (None, True))
)
"""The shape, and whether it is a plural."""

RELATION: Table[Relation] = _table(
    [(word, relation) for relation, words in RELATION_WORDS.items() for word in words]
    + [
        ("on the left of", "left of"),
        ("on the right of", "right of"),
        ("over", "above"),
        ("under", "below"),
        ("underneath", "below"),
        ("beneath", "below"),
        ("in", "inside"),
        ("contain", "around"),
        ("contains", "around"),
        ("containing", "around"),
    ]
)

BE = _table(
    _all(False, "|that|which", "is|are")
    | _all(True, "|that|which", "is|are", "not")
    | _all(True, "not|isn't|aren't|does not|doesn't")
    | _all(False, "that|which")
)
"""Between a phrase and what is said of it; whether it denies that."""
THAT_IS = _table(_all(True, "that|which", "is|are"))
IS = _table(_all(True, "is|are"))
COMMA = _table({",": True})
AND = _table(_all(True, "|,", "and"))
COMMA_AND = _table({",": True} | _all(True, "|,", "and"))
JOIN = _table(
    _all(False, ",")
    | _all(False, "|,", "and|with|along with|together with|as well as|and with")
    | _all(True, "|,", "but", "|with")
)
"""Between the phrases of a list; whether only a denial may follow."""

_PICTURE = "picture|drawing|image|photo"
FRAME = _table(_all(True, "in", "the|this", _PICTURE, "|,"))
OPENER = _table(
    _all(False, "there|here", "is|are")
    | _all(False, "there's|here's|this is|these are")
    | _all(False, "we|you", "|can", "see")
    | _all(False, "|this is", "a|an|the|this", _PICTURE, "of|with|showing|shows|contains|that shows")
    | _all(False, "it", "shows|contains")
    | _all(True, "there is not|there isn't|there are not|there aren't")
    | _all(True, "we|you", "cannot|can not|can't|do not|don't", "see")
    | _all(True, "it|the picture|this picture|the image|this image", "does not|doesn't", "show|contain")
    | _all(True, "|this is", "a|an|the|this", _PICTURE, "without")
)
"""Whether it denies what follows."""

_UNSURE = """
    background picture drawing image photo scene corner middle centre center side top bottom edge
    rectangle polygon quadrilateral parallelogram ring ball dot spot stripe line plus sign disk egg figure
    dots spots stripes lines outline colour color something nothing anything everything
    thing things object objects item items none
    some any several many few more most less each every all both other another same different or nor neither
    on at by from to than between near next beside touching i he she they them its his her who what
    of with and but for as has have do does be it this that these we you can not no one zero only just
"""
"""Not names of strange things: what is in every picture, what may be said of a shape, what joins words."""
RESERVED = frozenset(_UNSURE.split()).union(
    word
    for table in (
        ARTICLE,
        NUMBER,
        EXACTLY,
        DENIAL,
        ADJECTIVE,
        FILLED,
        NOUN,
        RELATION,
        BE,
        AND,
        JOIN,
        FRAME,
        OPENER,
    )
    for entries in table.values()
    for words, _ in entries
    for word in words
)
"""Words that are never read as the noun of a strange thing."""
