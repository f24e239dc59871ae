"""Rules for drawn scenes about how things stand: replace and swap relations, and swap two things."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from counterfoil.mine.propose.drawn.known import Known, Phrase, draft
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Fact, Mention
from counterfoil.world.words import RELATION_WORDS, Relation

MOST = 3
"""Things in a scene of which one can move and leave all other relations as they are."""

SIDES: tuple[Relation, ...] = ("left of", "right of", "above", "below")


@dataclass(frozen=True, kw_only=True)
class OtherRelation:
    """A thing moves to another side of another thing.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_other_relation(Known(scene, rng)), self.most)


def _other_relation(known: Known) -> Iterator[Draft]:
    for caption, fact, mention, _ in _stated(known):
        fine: list[Relation] = [
            relation
            for relation in SIDES
            if known.stands(fact.regions[0], relation, fact.regions[1]) is False
            and known.may_say(fact.subject, relation, fact.other)
        ]
        if fine:
            after = known.rng.choice(fine)
            yield draft(
                ("replace", "relation"),
                (fact.value, after),
                caption,
                Change(mention.start, mention.end, known.rng.choice(RELATION_WORDS[after])),
                targets=fact.regions,
                values=(after,),
            )


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
    """Two things exchange their places, and in the caption their names.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
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


@dataclass(frozen=True, kw_only=True)
class RelationsExchanged:
    """A thing that stands to two others in two ways moves to where it stands the other way round.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    most: int = 1

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
