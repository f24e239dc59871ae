"""Two things exchange places: "a cat on a bed" to "a bed on a cat"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import ClassVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.lexicon import word_set
from counterfoil.mine.propose.words.phrases import Phrase, Relation, phrases_of, relations, swap_words
from counterfoil.mine.propose.words.reading import Reading, Told
from counterfoil.mine.stage import Run
from counterfoil.records import Change

LIVING = frozenset({"person", "animal"})
MOVING = LIVING | {"unknown"}
PRONOUNS = word_set("pronouns")
ARTICLES = frozenset({"a", "an", "the"})
OPENERS = frozenset({"is", "are", "while", "where", ".", "there"})
ASIDE = frozenset({"to", "near", "by", "beside", "with", "while", "behind"})
MUTUAL = frozenset({"each", "other", "another", "both"})
WITH = (["with"], ["that", "has"], ["has"], ["which", "has"], ["topped", "with"])
ONES = {"is": "are", "sits": "sit", "stands": "stand", "lays": "lay", "lies": "lie", "rests": "rest"}
AGREED = {**ONES, **{many: one for one, many in ONES.items()}}


@dataclass(frozen=True, kw_only=True)
class SwapObject:
    """Exchange two things of a relation with a direction, or what two relations lead to."""

    per_caption: int = 3
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    if _directed().isdisjoint(reading.words):
        return
    pronoun = next((i for i, word in enumerate(reading.words) if word in PRONOUNS), len(reading.words))
    phrases = [phrase for phrase in phrases_of(reading) if phrase.last < pronoun]
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
def _directed() -> frozenset[str]:
    return frozenset(last for last, found in relations().items() if any(r.strong or r.turns for r in found))


def _differ(first: Phrase, second: Phrase) -> bool:
    one, two = first.thing.noun, second.thing.noun
    if one is two or one.kind == "place" or two.kind == "unknown" or "water" in (one.name, two.name):
        return False
    return second.start > first.last + 1


def _fits(phrase: Phrase, place: Relation | None) -> bool:
    return place is not None and not place.takes.isdisjoint(phrase.thing.noun.traits)


def _opens(reading: Reading, phrase: Phrase) -> bool:
    before = reading.words[phrase.start - 1] if phrase.start else "there"
    if before == "of":
        return reading.words[phrase.start - 2] in swap_words("pictures")
    return before in OPENERS


def _turned(reading: Reading, first: Phrase, second: Phrase) -> list[Change] | None:
    """What changes in the verb where one thing stands to the other in a relation with a direction."""
    relation = second.relation
    if relation is None or first.relation is relation or reading.words[first.last + 1] == ",":
        return None
    one, two = first.thing.noun, second.thing.noun
    if relation.turns.isdisjoint(one.traits) or relation.turns.isdisjoint(two.traits):
        return None
    between = range(first.last + 1, second.start - len(relation.words))
    calm = swap_words("being") if LIVING & {one.kind, two.kind} else swap_words("still")
    if not calm.issuperset(reading.words[i] for i in between):
        if one.kind in LIVING or two.kind in LIVING or not _stands(reading, first, second):
            return None
        between = range(reading.heads[second.start - len(relation.words)], between.stop)
    return _agreeing(reading, first, second, between) if _sound(reading, first, second, between) else None


def _sound(reading: Reading, first: Phrase, second: Phrase, between: range) -> bool:
    """Whether the second thing can stand where the first does, before the same verb."""
    kinds = first.thing.noun.kind, second.thing.noun.kind
    if kinds == ("person", "device") or not (_opens(reading, first) or _fits(second, first.relation)):
        return False
    if kinds[0] in MOVING and reading.words[second.last + 1 : second.last + 2] in (
        ["that"],
        ["parked"],
        ["which"],
    ):
        return False
    return kinds[0] not in MOVING or kinds[1] in LIVING or _can_be(reading, first, between)


def _stands(reading: Reading, first: Phrase, second: Phrase) -> bool:
    """Whether a relation is said of a thing with more words in between: "a vase with roses on a table"."""
    if not MUTUAL.isdisjoint(reading.words[first.last : second.start]):
        return False
    head = reading.heads[second.start - len(second.relation.words if second.relation else ())]
    if head == first.thing.last:
        return True
    doer = reading.heads[head] if reading.roles[head] in ("acl", "relcl") else reading.child(head, "nsubj")
    return head > first.last and reading.words[head] in swap_words("still") and doer == first.thing.last


def _can_be(reading: Reading, phrase: Phrase, between: range) -> bool:
    """Whether what the living do is also told of things."""
    verb = reading.heads[phrase.thing.last]
    subject = reading.roles[phrase.thing.last] in ("nsubj", "nsubjpass")
    return not subject or verb in between or reading.words[verb] in swap_words("being")


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
    return swap_words("being").issuperset(gap) and _aside(reading, second)


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
