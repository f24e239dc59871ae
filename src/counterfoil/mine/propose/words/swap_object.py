"""Two things exchange places: "a cat on a bed" to "a bed on a cat"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.lexicon import read_list, word_set
from counterfoil.mine.propose.words.reading import Reading, Thing, Told
from counterfoil.mine.stage import Run

LIVING = frozenset({"person", "animal"})
PRONOUNS = word_set("pronouns")
ARTICLES = frozenset({"a", "an", "the"})
BOUND = frozenset({"and", "or", ",", "of", "like", "as", "-", "'s"})
OPENERS = frozenset({"is", "are", "of", "while", "where", ".", "there"})
SMALL = frozenset({"it", "them"})


class Relation(NamedTuple):
    """Words between two things, how they stand.

    Args:
        words: "on top of".
        takes: traits of what may follow.
        strong: whether it holds of one thing at a time, so that it is false of another.
        turns: traits that both things need where they exchange places across it; empty for never.
    """

    words: tuple[str, ...]
    takes: frozenset[str]
    strong: bool
    turns: frozenset[str]


class Phrase(NamedTuple):
    """A thing with all that moves along with it: "a slice of pizza"; `relation` is right before it."""

    thing: Thing
    start: int
    last: int
    plural: bool
    relation: Relation | None


@cache
def relations() -> dict[str, tuple[Relation, ...]]:
    """The relations by their last word, longest first."""
    lists = read_list("swaps")
    turns = {name: frozenset(traits.split()) for name, traits in lists["turns"].items()}
    table: dict[str, list[Relation]] = {}
    for entry in lists["relations"]:
        words = tuple(entry["words"].split())
        takes, both = frozenset(entry["takes"].split()), turns.get(entry.get("turns", ""), frozenset())
        table.setdefault(words[-1], []).append(Relation(words, takes, entry.get("strong", False), both))
    return {last: tuple(sorted(found, key=lambda r: -len(r.words))) for last, found in table.items()}


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(read_list("swaps")[name].split())


@dataclass(frozen=True, kw_only=True)
class SwapObject:
    """Exchange two things of a relation with a direction, or what two relations lead to."""

    per_caption: int = 1
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Propose1:
        """Get ready: the lexicon is read on first use."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    if len(reading.things) < 2 or not PRONOUNS.isdisjoint(reading.words):
        return
    phrases = [phrase for thing in reading.things if (phrase := _phrase(reading, thing))]
    for first, second in combinations(phrases, 2):
        if _differ(first, second) and (
            _turned(reading, first, second)
            or _crossed(reading, first, second)
            or _acting(reading, phrases, first, second)
        ):
            yield _swap(reading, first, second)


def _phrase(reading: Reading, thing: Thing) -> Phrase | None:
    words, start, last, plural = reading.words, thing.start, thing.last, thing.plural
    if words[last + 1 : last + 2] == ["of"]:
        inner = next((other for other in reading.things if other.start == last + 2), None)
        if inner is None or thing.noun.kind not in ("tableware", "fixture"):
            return None
        last = inner.last
    elif start > 1 and words[start - 1] == "of" and words[start - 2] in _words("measures"):
        start, plural = start - 2, reading.tags[start - 2] == "NNS"
        if start > 0 and words[start - 1] in ("a", "an", "the", "two", "three"):
            start -= 1
    if not BOUND.isdisjoint(words[last + 1 : last + 2]) or thing.noun.kind in ("unclear", "ground"):
        return None
    return Phrase(thing, start, last, plural, _relation(reading, start))


def _relation(reading: Reading, end: int) -> Relation | None:
    """The known relation that ends right before a token, and is no part of another verb's meaning."""
    words = reading.words
    for relation in relations().get(words[end - 1], ()) if end else ():
        start = end - len(relation.words)
        if tuple(words[max(start, 0) : end]) == relation.words:
            verb = start > 0 and reading.tags[start - 1].startswith("VB") and reading.tags[end - 1] == "IN"
            return None if verb and words[start - 1] not in _words("being") else relation
    return None


def _differ(first: Phrase, second: Phrase) -> bool:
    one, two = first.thing.noun, second.thing.noun
    return one is not two and one.kind != "place" and second.start > first.last + 1


def _fits(phrase: Phrase, place: Relation | None) -> bool:
    return place is not None and not place.takes.isdisjoint(phrase.thing.noun.traits)


def _opens(reading: Reading, phrase: Phrase) -> bool:
    return phrase.start == 0 or reading.words[phrase.start - 1] in OPENERS


def _turned(reading: Reading, first: Phrase, second: Phrase) -> bool:
    """Whether one thing stands to the other in a relation that has a direction."""
    relation = second.relation
    if relation is None:
        return False
    one, two = first.thing.noun, second.thing.noun
    if relation.turns.isdisjoint(one.traits) or relation.turns.isdisjoint(two.traits):
        return False
    between = reading.words[first.last + 1 : second.start - len(relation.words)]
    if not _words("being").issuperset(between):
        return False
    if first.relation is relation or not (_opens(reading, first) or _fits(second, first.relation)):
        return False
    if one.kind in LIVING and two.kind == "device":
        return False
    return first.plural == second.plural or not _is_finite(reading, first)


def _is_finite(reading: Reading, phrase: Phrase) -> bool:
    return reading.roles[phrase.thing.last] in ("nsubj", "nsubjpass", "attr")


def _crossed(reading: Reading, first: Phrase, second: Phrase) -> bool:
    """Whether two things follow two relations that can lead to either: "on a bed next to a desk"."""
    one, two = first.relation, second.relation
    if one is None or two is None or one is two or not (one.strong or two.strong):
        return False
    if {one.words[-1], two.words[-1]} & {"with"} and "holding" in (*one.words, *two.words):
        return False
    if first.thing.noun.kind in LIVING or second.thing.noun.kind in LIVING:
        return False
    return _fits(first, two) and _fits(second, one)


def _acting(reading: Reading, phrases: list[Phrase], first: Phrase, second: Phrase) -> bool:
    """Whether one does what the other does not: "a man holding a bat next to a boy"."""
    if first.thing.noun.kind not in LIVING or second.thing.noun.kind not in LIVING:
        return False
    if not _opens(reading, first) or first.plural != second.plural:
        return False
    done_to = next((p for p in phrases if first.last < p.start < second.start), None)
    if done_to is None or done_to.relation is None or not done_to.relation.strong:
        return False
    gap = reading.words[first.last + 1 : done_to.start - len(done_to.relation.words)]
    before = reading.words[second.start - 1]
    return _words("being").issuperset(gap) and before in ("to", "near", "by", "beside", "with", "while", "behind")


def _swap(reading: Reading, first: Phrase, second: Phrase) -> Draft:
    """The draft: both keep their articles where these agree with either."""
    bare = all(
        not phrase.plural and phrase.start == phrase.thing.start and _has_article(reading, phrase)
        for phrase in (first, second)
    )
    spans = [(phrase.start + bare, phrase.last) for phrase in (first, second)]
    texts = [_text(reading, *span) for span in spans]
    changes = [reading.change(*span, text) for span, text in zip(spans, reversed(texts), strict=True)]
    return draft(reading, "swap", "object", (texts[0], texts[1]), *changes)


def _has_article(reading: Reading, phrase: Phrase) -> bool:
    return phrase.thing.article >= 0 and reading.words[phrase.thing.article] in ARTICLES


def _text(reading: Reading, first: int, last: int) -> str:
    text = reading.text[reading.starts[first] : reading.ends[last]]
    if first == 0 and reading.tags[0] != "NNP" and not text.isupper():
        return text[0].lower() + text[1:]
    return text
