"""Two things exchange places: "a cat on a bed" to "a bed on a cat"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.lexicon import Form, Noun, nouns, plural, read_list, word_set
from counterfoil.mine.propose.words.reading import ADJECTIVES, NOUNS, Reading, Thing, Told, thing_at
from counterfoil.mine.stage import Run
from counterfoil.records import Change

LIVING = frozenset({"person", "animal"})
MOVING = LIVING | {"unknown"}
PRONOUNS = word_set("pronouns")
ARTICLES = frozenset({"a", "an", "the"})
BOUND = frozenset({"or", "of", "like", "as", "-", "'s"})
OPENERS = frozenset({"is", "are", "while", "where", ".", "there"})
ASIDE = frozenset({"to", "near", "by", "beside", "with", "while", "behind"})
MUTUAL = frozenset({"each", "other", "another", "both"})
LISTED = (["and"], [","], [",", "and"])
WITH = (["with"], ["that", "has"], ["has"], ["which", "has"], ["topped", "with"])
ONES = {"is": "are", "sits": "sit", "stands": "stand", "lays": "lay", "lies": "lie", "rests": "rest"}
AGREED = {**ONES, **{many: one for one, many in ONES.items()}}


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
def _words(name: str) -> frozenset[str]:
    return frozenset(read_list("swaps")[name].split())


@dataclass(frozen=True, kw_only=True)
class SwapObject:
    """Exchange two things of a relation with a direction, or what two relations lead to."""

    per_caption: int = 3
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Propose1:
        """Get ready: the lexicon is read on first use."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    pronoun = next((i for i, word in enumerate(reading.words) if word in PRONOUNS), len(reading.words))
    phrases = [phrase for phrase in _phrases(reading) if phrase.last < pronoun]
    for first, second in combinations(phrases, 2):
        if not _differ(first, second):
            continue
        if (mended := _turned(reading, first, second)) is not None:
            yield _swap(reading, first, second, mended)
        elif pronoun < len(reading.words):
            if _on_it(reading, first, second, pronoun):
                yield _swap(reading, first, second, [])
        elif _crossed(first, second) or _acting(reading, phrases, first, second):
            yield _swap(reading, first, second, [])


@cache
def _more() -> dict[str, Form]:
    """Nouns that no other rule changes."""
    forms: dict[str, Form] = {}
    for name in sorted(_words("more")):
        noun = Noun(name, plural(name), "count", name, "thing", frozenset([name]), frozenset(["thing"]))
        forms[name], forms[noun.plural] = (Form(noun, many, name, noun.plural) for many in (False, True))
    return forms


@lru_cache(4096)
def _unknown(word: str, many: bool) -> Form:
    """A noun that no list has; it may only come to stand on a thing's other side."""
    return Form(
        Noun(word, word, "count", word, "unknown", frozenset(), frozenset(["unknown"])), many, word, word
    )


def _phrases(reading: Reading) -> list[Phrase]:
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
    """Whether no more of a phrase follows: "and" may only lead on to a verb."""
    words = reading.words[after : after + 1]
    if words == ["and"]:
        return reading.tags[after + 1 : after + 2] in (["VBG"], ["VBZ"])
    return BOUND.isdisjoint(words)


def _found(reading: Reading, token: int) -> Thing | None:
    """A thing whose noun is last in its phrase, also after a noun: "a coffee mug"."""
    if (thing := reading.at.get(token)) is not None:
        return thing
    word, tags = reading.words[token], reading.tags
    form = _more().get(word) or (nouns().forms.get(word) if token and tags[token - 1] in NOUNS else None)
    if form is None and word not in _words("abstract") and not word.endswith("ing"):
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
    if start > 1 and words[start - 1] == "of" and words[start - 2] in _words("measures"):
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
            return None if verb and words[start - 1] not in _words("being") else relation
    return None


def _differ(first: Phrase, second: Phrase) -> bool:
    one, two = first.thing.noun, second.thing.noun
    if one is two or one.kind == "place" or "water" in (one.name, two.name):
        return False
    return second.start > first.last + 1


def _fits(phrase: Phrase, place: Relation | None) -> bool:
    return place is not None and not place.takes.isdisjoint(phrase.thing.noun.traits)


def _opens(reading: Reading, phrase: Phrase) -> bool:
    before = reading.words[phrase.start - 1] if phrase.start else "there"
    if before == "of":
        return reading.words[phrase.start - 2] in _words("pictures")
    return before in OPENERS


def _turned(reading: Reading, first: Phrase, second: Phrase) -> list[Change] | None:
    """What changes in the verb where one thing stands to the other in a relation with a direction."""
    relation = second.relation
    if relation is None or first.relation is relation:
        return None
    one, two = first.thing.noun, second.thing.noun
    if relation.turns.isdisjoint(one.traits) or relation.turns.isdisjoint(two.traits):
        return None
    between = range(first.last + 1, second.start - len(relation.words))
    calm = _words("being") if LIVING & {one.kind, two.kind} else _words("still")
    if not calm.issuperset(reading.words[i] for i in between):
        if one.kind in LIVING or two.kind in LIVING or not _stands(reading, first, second):
            return None
        between = range(reading.heads[second.start - len(relation.words)], between.stop)
    if not (_opens(reading, first) or _fits(second, first.relation)):
        return None
    if one.kind in MOVING and two.kind not in LIVING and not _can_be(reading, first, between):
        return None
    if one.kind == "person" and two.kind == "device":
        return None
    return _agreeing(reading, first, second, between)


def _stands(reading: Reading, first: Phrase, second: Phrase) -> bool:
    """Whether a relation is said of a thing with more words in between: "a vase with roses on a table"."""
    if not MUTUAL.isdisjoint(reading.words[first.last : second.start]):
        return False
    head = reading.heads[second.start - len(second.relation.words if second.relation else ())]
    if head == first.thing.last:
        return True
    doer = reading.heads[head] if reading.roles[head] in ("acl", "relcl") else reading.child(head, "nsubj")
    return head > first.last and reading.words[head] in _words("still") and doer == first.thing.last


def _can_be(reading: Reading, phrase: Phrase, between: range) -> bool:
    """Whether what the living do is also told of things."""
    verb = reading.heads[phrase.thing.last]
    subject = reading.roles[phrase.thing.last] in ("nsubj", "nsubjpass")
    return not subject or verb in between or reading.words[verb] in _words("being")


def _agreeing(reading: Reading, first: Phrase, second: Phrase, between: range) -> list[Change] | None:
    """The verb in the number of the thing that comes to stand before it; None where it is another verb."""
    finite = [i for i in between if reading.words[i] in AGREED]
    if first.start and reading.words[first.start - 1] in ("is", "are") and first.plural != second.plural:
        return None
    if not finite and reading.roles[first.thing.last] not in ("nsubj", "nsubjpass", "attr", "conj"):
        return []
    if len(finite) > 1 or (not finite and first.plural != second.plural):
        return None
    return [
        reading.change(i, i, AGREED[reading.words[i]])
        for i in finite
        if (reading.words[i] in ONES) == second.plural
    ]


def _on_it(reading: Reading, first: Phrase, second: Phrase, pronoun: int) -> bool:
    """Whether one thing has the other on or in it: "a plate with a cake on it"."""
    held = reading.words[first.last + 1 : second.start]
    where = reading.words[second.last + 1 : pronoun + 1]
    return (
        held in WITH
        and len(where) in (2, 4)
        and where[0] in ("on", "in", "inside")
        and where[-1] == ("them" if first.plural else "it")
        and first.plural == second.plural
        and not {"person", "place", "unknown"} & {first.thing.noun.kind, second.thing.noun.kind}
        and (_opens(reading, first) or _fits(second, first.relation))
    )


def _crossed(first: Phrase, second: Phrase) -> bool:
    """Whether two things follow two relations that can lead to either: "on a bed next to a desk"."""
    one, two = first.relation, second.relation
    if one is None or two is None or one is two or not (one.strong or two.strong):
        return False
    if (one.act or two.act) and "with" in (*one.words, *two.words):
        return False
    if "person" in (first.thing.noun.kind, second.thing.noun.kind):
        return False
    return _fits(first, two) and _fits(second, one)


def _acting(reading: Reading, phrases: list[Phrase], first: Phrase, second: Phrase) -> bool:
    """Whether one does what the other does not: "a man holding a bat next to a boy"."""
    if first.thing.noun.kind not in LIVING or second.thing.noun.kind not in LIVING:
        return False
    if not _opens(reading, first) or first.plural != second.plural:
        return False
    done_to = next((p for p in phrases if first.last < p.start < second.start), None)
    if done_to is None or done_to.relation is None or not done_to.relation.act:
        return False
    gap = reading.words[first.last + 1 : done_to.start - len(done_to.relation.words)]
    return _words("being").issuperset(gap) and _aside(reading, second)


def _aside(reading: Reading, phrase: Phrase) -> bool:
    before = reading.words[phrase.start - 1]
    return before in ASIDE or (
        before == "and" and reading.tags[phrase.last + 1 : phrase.last + 2] in (["VBG"], ["IN"])
    )


def _swap(reading: Reading, first: Phrase, second: Phrase, mended: list[Change]) -> Draft:
    """The draft: both keep their articles where these agree with either."""
    bare = all(
        not phrase.plural and reading.words[phrase.start] in ARTICLES and phrase.thing.noun.counted == "count"
        for phrase in (first, second)
    )
    spans = [(phrase.start + bare, phrase.last) for phrase in (first, second)]
    texts = [_text(reading, *span) for span in spans]
    changes = [reading.change(*span, text) for span, text in zip(spans, reversed(texts), strict=True)]
    return draft(reading, "swap", "object", (texts[0], texts[1]), *changes, *mended)


def _text(reading: Reading, first: int, last: int) -> str:
    text = reading.text[reading.starts[first] : reading.ends[last]]
    if first == 0 and reading.tags[0] != "NNP" and not text.isupper():
        return text[0].lower() + text[1:]
    return text
