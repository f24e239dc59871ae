"""What can exchange places in a caption: things with all that moves along with them, and how they stand.

A reading in, its phrases out, each with the known relation right before it ("on top of").
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from counterfoil.mine.propose.words.lexicon import Form, Noun, nouns, plural, read_list
from counterfoil.mine.propose.words.reading import ADJECTIVES, NOUNS, Reading, Thing, thing_at

LIVING = frozenset({"person", "animal"})
BOUND = frozenset({"or", "of", "like", "as", "-", "'s"})
LISTED = (["and"], [","], [",", "and"])


class Relation(NamedTuple):
    """Words between two things, how they stand.

    Args:
        words: "on top of".
        takes: traits of what may follow.
        strong: whether it holds of one thing at a time, so that it is false of another.
        turns: traits that both things need where they exchange places across it; empty for never.
        act: whether it is what one does, not where one is.
    """

    words: tuple[str, ...]
    takes: frozenset[str]
    strong: bool
    turns: frozenset[str]
    act: bool


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
        relation = Relation(words, takes, entry.get("strong", False), both, entry.get("act", False))
        table.setdefault(words[-1], []).append(relation)
    return {last: tuple(sorted(found, key=lambda r: -len(r.words))) for last, found in table.items()}


@cache
def swap_words(name: str) -> frozenset[str]:
    """One of the sets of words in `lists/swaps.json`."""
    return frozenset(read_list("swaps")[name].split())


@cache
def _leading() -> frozenset[str]:
    return swap_words("still") | {relation.words[0] for found in relations().values() for relation in found}


@cache
def _more() -> dict[str, Form]:
    """Nouns that no other rule changes."""
    forms: dict[str, Form] = {}
    for name in sorted(swap_words("more")):
        noun = Noun(name, plural(name), "count", name, "thing", frozenset([name]), frozenset(["thing"]))
        forms[name], forms[noun.plural] = (Form(noun, many, name, noun.plural) for many in (False, True))
    return forms


@lru_cache(4096)
def _unknown(word: str, many: bool) -> Form:
    """A noun that no list has; it may only come to stand on a thing's other side."""
    return Form(
        Noun(word, word, "count", word, "unknown", frozenset(), frozenset(["unknown"])), many, word, word
    )


def phrases_of(reading: Reading) -> list[Phrase]:
    """The phrases of a caption, in their order; what "and" joins is one."""
    phrases: list[Phrase] = []
    for token, tag in enumerate(reading.tags):
        if tag not in NOUNS:
            continue
        phrase = _phrase(reading, token)
        if phrase is None:
            continue
        before = phrases[-1] if phrases else None
        if before and _lists(reading, before, phrase):
            phrases[-1] = before._replace(last=phrase.last, plural=True)
        elif before is None or phrase.start > before.last:
            phrases.append(phrase)
    return [
        phrase
        for phrase in phrases
        if _ends(reading, phrase.last + 1) and reading.words.count(reading.words[phrase.thing.last]) == 1
    ]


def _lists(reading: Reading, before: Phrase, phrase: Phrase) -> bool:
    kinds = before.thing.noun.kind, phrase.thing.noun.kind
    same = (kinds[0] in LIVING) == (kinds[1] in LIVING)
    return same and "place" not in kinds and reading.words[before.last + 1 : phrase.start] in LISTED


def _ends(reading: Reading, after: int) -> bool:
    """Whether no more of a phrase follows."""
    words = reading.words[after : after + 1]
    return words != ["and"] and BOUND.isdisjoint(words)


def _found(reading: Reading, token: int) -> Thing | None:
    """A thing whose noun is last in its phrase, also after a noun: "a coffee mug"."""
    if (thing := reading.at.get(token)) is not None:
        return thing
    word, tags = reading.words[token], reading.tags
    form = _more().get(word) or (nouns().forms.get(word) if token and tags[token - 1] in NOUNS else None)
    after = reading.words[token + 1] if token + 1 < len(reading.words) else ""
    if (
        form is None
        and after in _leading()
        and word not in swap_words("abstract")
        and not word.endswith("ing")
    ):
        form = _unknown(word, tags[token] == "NNS")
    if form is None or reading.roles[token] == "compound" or tags[token + 1 : token + 2] in (["NN"], ["NNS"]):
        return None
    return thing_at(reading, form, token, token)


def _phrase(reading: Reading, token: int) -> Phrase | None:
    words, tags = reading.words, reading.tags
    thing = _found(reading, token)
    if thing is None or thing.noun.kind in ("unclear", "ground"):
        return None
    start, last, many = thing.start, thing.last, thing.plural
    if start > 2 and words[start - 2] == "and" and tags[start - 1] == tags[start - 3] == "JJ":
        start -= 3 + (tags[start - 4 : start - 3] == ["DT"])
    if start > 1 and words[start - 1] == "of" and words[start - 2] in swap_words("measures"):
        start, many = start - 2, tags[start - 2] == "NNS"
        start -= start > 0 and (tags[start - 1] == "DT" or tags[start - 1] == "CD")
    if words[last + 1 : last + 2] == ["of"]:
        if thing.noun.kind != "tableware":
            return None
        last += 2
        while last + 1 < len(words) and tags[last + 1] in NOUNS | ADJECTIVES and tags[last] not in NOUNS:
            last += 1
        if tags[last] not in NOUNS:
            return None
    if not BOUND.isdisjoint(words[last + 1 : last + 2]):
        return None
    return Phrase(thing, start, last, many, _relation(reading, start))


def _relation(reading: Reading, end: int) -> Relation | None:
    """The known relation that ends right before a token, and is no part of another verb's meaning."""
    words = reading.words
    for relation in relations().get(words[end - 1], ()) if end else ():
        start = end - len(relation.words)
        if tuple(words[max(start, 0) : end]) == relation.words:
            verb = start > 0 and reading.tags[start - 1].startswith("VB") and reading.tags[end - 1] == "IN"
            return None if verb and words[start - 1] not in swap_words("being") else relation
    return None
