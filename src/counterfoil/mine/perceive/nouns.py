"""Which words name which category: labels of regions in, the words that people use for them out.

The table `coco_words.json` holds the 80 categories of COCO: the word that we say ("spoken"), the
words that surely name one ("words"), and the words that hint at one ("near": "leash" at a dog), so
that nothing is called absent that a caption implies. "compounds" are phrases that mean something
else than their words do ("hot dog", "bus stop"). Any other label is named by itself and its plural.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from counterfoil.mine.english import plural


class Form(NamedTuple):
    """What a word or phrase can mean.

    Args:
        labels: the categories that it names; () for a phrase that only looks as if it did.
        singular: its singular.
        number: "singular", "plural", or "either" ("sheep").
    """

    labels: tuple[str, ...]
    singular: str
    number: str


@cache
def _table() -> dict[str, Any]:
    text = (files("counterfoil.mine.perceive") / "coco_words.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@cache
def words(name: str) -> frozenset[str]:
    """One of the table's plain lists: "unreal" (toy, stuffed ...) or "pictures" (statue, poster ...)."""
    return frozenset(_table()[name])


def labels() -> tuple[str, ...]:
    """The categories of the table, in COCO's order."""
    return tuple(_table()["labels"])


def colour_words() -> dict[str, str]:
    """Words for colours and their basic colour term; "" for those that have none ("tan", "striped")."""
    colours: dict[str, str] = _table()["colours"]
    return colours


def spoken(label: str) -> str:
    """How a category is said: "TV" for "tv", "ball" for "sports ball", else the label."""
    return str(_entry(label).get("spoken", label))


def group(label: str) -> str:
    """What kind of thing a category is: "animal", "vehicle", "food" ...; "" where nobody knows."""
    return str(_entry(label).get("group", ""))


def looks_like(label: str) -> tuple[str, ...]:
    """Categories that are easily taken for this one ("bus" for "truck"); never offered as its foil."""
    return tuple(_entry(label).get("like", ()))


def has_colour(label: str) -> bool:
    """Whether one says of such a thing that it is red, or white: never of a person."""
    return label not in _table()["colourless"]


@cache
def hypernyms(label: str) -> tuple[str, ...]:
    """Words that name the category and others: "animal" for a dog."""
    return tuple(_table()["parents"].get(group(label), ()))


@cache
def hints(label: str) -> frozenset[str]:
    """Every word that names a category or suggests it; of a phrase that names it, the last word too."""
    entry = _entry(label) or _own(label)
    named = [*entry["words"], *entry["plurals"], spoken(label).lower(), label.lower()]
    return frozenset(
        [*named, *(name.split()[-1] for name in named), *entry.get("near", ()), *hypernyms(label)]
    )


@cache
def forms(extra: tuple[str, ...] = ()) -> dict[str, Form]:
    """Every phrase that names a category, lower-case, words parted by one space.

    Args:
        extra: labels of regions that are none of COCO's.
    """
    found: dict[str, Form] = {}
    table = _table()
    for label, entry in (table["labels"] | {name: _own(name) for name in extra}).items():
        for word in dict.fromkeys([*entry["words"], label]):
            _add(found, word, label, word, "singular")
        for word, single in entry["plurals"].items():
            _add(found, word, label, single, "plural")
    for phrase, label in table["compounds"].items():
        found[phrase] = Form((label,) if label else (), phrase, "singular")
    for phrase, single in table["compound plurals"].items():
        found[phrase] = found[single]._replace(number="plural")
    return found


@cache
def longest(extra: tuple[str, ...] = ()) -> dict[str, int]:
    """The first words of all phrases, and how many words the longest phrase with each has."""
    longest_with: dict[str, int] = {}
    for phrase in forms(extra):
        first, length = phrase.split()[0], len(phrase.split())
        longest_with[first] = max(length, longest_with.get(first, 0))
    return longest_with


def category_of(phrase: str, extra: tuple[str, ...] = ()) -> str | None:
    """The one category that a noun names; None where it names none, or could name several.

    Example:
        >>> category_of("firefighters"), category_of("hot dog"), category_of("bus stop"), category_of("bike")
        ('person', 'hot dog', None, None)
    """
    form = forms(extra).get(" ".join(phrase.lower().split()))
    return form.labels[0] if form is not None and len(form.labels) == 1 else None


def unlisted(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some labels that are none of COCO's, sorted."""
    return tuple(sorted(set(labels) - _table()["labels"].keys()))


def _entry(label: str) -> dict[str, Any]:
    entry: dict[str, Any] = _table()["labels"].get(label, {})
    return entry


def _own(label: str) -> dict[str, Any]:
    """The entry of a label that the table has not: itself and its plural."""
    return {"words": [label], "plurals": {plural(label): label}}


def _add(found: dict[str, Form], phrase: str, label: str, single: str, number: str) -> None:
    phrase = phrase.lower()
    known = found.get(phrase)
    if known is None:
        found[phrase] = Form((label,), single, number)
        return
    labels = tuple(dict.fromkeys((*known.labels, label)))
    found[phrase] = Form(labels, known.singular, number if known.number == number else "either")
