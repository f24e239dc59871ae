"""Rules for drawn scenes about how things stand: replace and swap relations, and swap two things."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from counterfoil.mine.propose.drawn.balance import balanced
from counterfoil.mine.propose.drawn.known import Known, Phrase, draft
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Fact, Mention
from counterfoil.world.say import article
from counterfoil.world.words import RELATION_WORDS, RELATIONS, Relation

MOST = 3
"""Things in a scene of which one can move and leave all other relations as they are."""

SIDEWAYS: tuple[Relation, ...] = ("left of", "right of")
UPRIGHT: tuple[Relation, ...] = ("above", "below")
SIDES = SIDEWAYS + UPRIGHT


@dataclass(frozen=True, kw_only=True)
class OtherRelation:
    """A thing moves to another side of another thing, or into it, or in front of it, and so on.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 4
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(balanced(scene, rng, _other_relation(Known(scene, rng))), self.most)


def _other_relation(known: Known) -> Iterator[Draft]:
    for caption, fact, mention, _ in _stated(known):
        first, other = fact.regions
        fine: list[Relation] = [
            relation
            for relation in RELATIONS
            if relation != fact.value
            and _may_become(known, first, relation, other)
            and known.may_say(fact.subject, relation, fact.other)
        ]
        if fine:
            # what touches is seldom possible: it is proposed where it is
            after = known.rng.choice([way for way in fine if way not in SIDES] or fine)
            # "Left of a star is a circle" is not how captions begin
            words = RELATION_WORDS[after][: 1 if mention.start == 0 else None]
            yield draft(
                ("replace", "relation"),
                (fact.value, after),
                caption,
                Change(mention.start, mention.end, known.rng.choice(words)),
                targets=fact.regions,
                values=(after,),
            )


def _may_become(known: Known, first: int, relation: Relation, other: int) -> bool:
    """Whether a relation is false, and could become true."""
    if relation in SIDES:
        return known.stands(first, relation, other) is False
    apart = any(known.stands(first, side, other) for side in SIDES)
    return apart and known.can_touch(first, relation, other)


def _stated(known: Known) -> Iterator[tuple[int, Fact, Mention, tuple[Phrase, Phrase]]]:
    """Each stated relation whose two phrases mean one thing each: caption, fact, words, phrases."""
    for caption in range(len(known.phrases)) if len(known.looks) <= MOST else ():
        for fact, mention in known.relations(caption):
            phrases = [known.phrases[caption].get((region,)) for region in fact.regions]
            one, two = phrases
            if one and two and all(known.means_only(p.says, p.regions[0]) for p in (one, two)):
                yield caption, fact, mention, (one, two)


@dataclass(frozen=True, kw_only=True)
class PlacesExchanged:
    """Two things exchange their places, and in the caption, or a sentence more, their names.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 2
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_places_exchanged(Known(scene, rng)), self.most)


def _places_exchanged(known: Known) -> Iterator[Draft]:
    for caption, fact, _, (one, two) in _stated(known):
        if fact.value not in SIDES or len(known.relations(caption)) > 1:
            continue
        if not known.may_say(fact.other, fact.value, fact.subject):
            continue
        texts = [known.scene.captions[caption][p.start : p.end].lower() for p in (one, two)]
        yield draft(
            ("swap", "object"),
            (f"{texts[0]} {fact.value} {texts[1]}", f"{texts[1]} {fact.value} {texts[0]}"),
            caption,
            Change(one.start, one.end, texts[1]),
            Change(two.start, two.end, texts[0]),
            targets=fact.regions,
            values=(fact.value,),
            box=known.box(*fact.regions),
        )
    for first, relation, other in _standing(known):
        if known.may_say(known.looks[other]["shape"], relation, known.looks[first]["shape"]):
            yield from _unstated_exchanged(known, first, relation, other)


def _unstated_exchanged(known: Known, first: int, relation: Relation, other: int) -> Iterator[Draft]:
    """With a sentence more: "A red star is left of a circle."."""
    one, two, caption = known.described(first), known.described(other), _silent(known)
    if one is None or two is None or caption is None:
        return
    words = known.rng.choice(RELATION_WORDS[relation])
    true, negative = (_sentence(a, [(words, b)]) for a, b in ((one, two), (two, one)))
    text = known.scene.captions[caption]
    yield draft(
        ("swap", "object"),
        (f"{one} {relation} {two}", f"{two} {relation} {one}"),
        caption,
        *added(text, negative),
        true_changes=added(text, true),
        targets=(first, other),
        values=(relation,),
        box=known.box(first, other),
    )


def _standing(known: Known) -> Iterator[tuple[int, Relation, int]]:
    """How each thing stands to the others, as far as it may be told and changed, in an order of chance."""
    regions = range(len(known.looks)) if len(known.looks) <= MOST else range(0)
    ways = [(a, relation, b) for a, b in itertools.permutations(regions, 2) for relation in SIDES]
    for first, relation, other in known.rng.sample(ways, len(ways)):
        shapes = known.looks[first]["shape"], known.looks[other]["shape"]
        if known.stands(first, relation, other) and known.may_say(shapes[0], relation, shapes[1]):
            yield first, relation, other


def _silent(known: Known) -> int | None:
    """A caption that tells no relation, and so is as true when things have moved."""
    silent = [caption for caption in range(len(known.phrases)) if not known.relations(caption)]
    return known.rng.choice(silent) if silent else None


def _sentence(first: str, told: list[tuple[str, str]]) -> str:
    """From a thing, and relations of it with other things, to "A star is left of a heart and above a drop."""
    joined = " and ".join(f"{words} {article(other)} {other}" for words, other in told)
    return f"{article(first).capitalize()} {first} is {joined}."


@dataclass(frozen=True, kw_only=True)
class RelationsExchanged:
    """A thing stands to two others in two ways, which a caption or a sentence more says; these change.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 3
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_relations_exchanged(Known(scene, rng)), self.most)


def _relations_exchanged(known: Known) -> Iterator[Draft]:
    stated = list(_stated(known))
    for (caption, one, here, _), (other_caption, two, there, _) in itertools.combinations(stated, 2):
        same = caption == other_caption and one.regions[0] == two.regions[0] and one.value != two.value
        if not same or not {one.value, two.value} <= set(SIDES):
            continue
        if not (
            known.may_say(one.subject, two.value, one.other)
            and known.may_say(two.subject, one.value, two.other)
        ):
            continue
        before = f"{one.value} {one.other}, {two.value} {two.other}"
        after = f"{two.value} {one.other}, {one.value} {two.other}"
        yield draft(
            ("swap", "relation"),
            (before, after),
            caption,
            Change(here.start, here.end, known.text(there)),
            Change(there.start, there.end, known.text(here)),
            targets=(*one.regions, two.regions[1]),
            values=(two.value, one.value),
        )
    yield from _unstated_relations_exchanged(known)


def _unstated_relations_exchanged(known: Known) -> Iterator[Draft]:
    """With a sentence more: "A star is left of a circle and above a heart."."""
    for (first, one, a), (again, two, b) in itertools.permutations(list(_standing(known)), 2):
        if first != again or a == b or (one in SIDEWAYS) == (two in SIDEWAYS):
            continue
        shape, *others = (known.looks[region]["shape"] for region in (first, a, b))
        things, caption = [known.described(region) for region in (first, a, b)], _silent(known)
        if (
            None in things
            or caption is None
            or not (known.stands(first, two, a) is False or known.stands(first, one, b) is False)
            or not (known.may_say(shape, two, others[0]) and known.may_say(shape, one, others[1]))
        ):
            continue
        subject, *told = map(str, things)
        words = [known.rng.choice(RELATION_WORDS[way]) for way in (one, two)]
        true, negative = (
            _sentence(subject, list(zip(order, told, strict=True))) for order in (words, words[::-1])
        )
        text = known.scene.captions[caption]
        yield draft(
            ("swap", "relation"),
            (f"{one} {others[0]}, {two} {others[1]}", f"{two} {others[0]}, {one} {others[1]}"),
            caption,
            *added(text, negative),
            true_changes=added(text, true),
            targets=(first, a, b),
            values=(two, one),
        )
