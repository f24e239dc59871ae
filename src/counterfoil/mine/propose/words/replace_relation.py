"""Two things stand otherwise: "next to a car" to "far away from a car"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption, turned
from counterfoil.mine.propose.words.lexicon import read_list, word_set
from counterfoil.mine.propose.words.reading import Reading, Thing, Told
from counterfoil.mine.stage import Run

FIXED = word_set("fixed")
ANY = frozenset({"any"})
SAID = {
    "on top of": frozenset({"on", "atop", "onto", "upon", "over", "of"}),
    "next to": frozenset({"to", "beside", "by", "near", "with", "against"}),
}


class Relation(NamedTuple):
    """Words of a relation, what becomes of them, and the traits of the things on both sides."""

    words: tuple[str, ...]
    become: tuple[str, ...]
    to: frozenset[str]
    after: frozenset[str]


@cache
def relations() -> dict[str, tuple[Relation, ...]]:
    """The relations by their first word, longest first."""
    table: dict[str, list[Relation]] = {}
    for entry in read_list("relations"):
        words = tuple(entry["words"].split())
        relation = Relation(
            words, tuple(entry["become"]), _traits(entry["to"]), _traits(entry.get("after", ""))
        )
        table.setdefault(words[0], []).append(relation)
    return {first: tuple(sorted(found, key=lambda r: -len(r.words))) for first, found in table.items()}


def _traits(names: str) -> frozenset[str]:
    return frozenset(names.split())


@dataclass(frozen=True, kw_only=True)
class ReplaceRelation:
    """Replace the words of a place or direction by those of another one."""

    per_caption: int = 2
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the relations are read on first use."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    table, done = relations(), 0
    for token, word in enumerate(reading.words):
        if word not in table or token < done or not (stated := _stated(reading, token)):
            continue
        done = token + len(stated[0].words)
        fitting = next((relation for relation in stated if _fits(reading, relation, token, done)), None)
        if fitting:
            yield from _changed(told, reading, fitting, token, rng)


def _stated(reading: Reading, token: int) -> list[Relation]:
    """The relations that begin at a token: those of the most words ("on top of", not "on")."""
    found = [r for r in relations()[reading.words[token]] if _matches(reading, token, r.words)]
    return [r for r in found if len(r.words) == len(found[0].words)]


def _matches(reading: Reading, token: int, words: tuple[str, ...]) -> bool:
    return len(words) == 1 or tuple(reading.words[token : token + len(words)]) == words


def _changed(
    told: Told, reading: Reading, relation: Relation, token: int, rng: random.Random
) -> Iterator[Draft]:
    to = _following(reading, token + len(relation.words))
    before = " ".join(relation.words)
    for after in turned(relation.become, rng):
        known = after in SAID or after == "far away from"
        if (known or after.split(" ")[0] not in told.words) and not _said(told, after, to):
            change = reading.change(token, token + len(relation.words) - 1, after)
            yield draft(reading, "replace", "relation", (before, after), change)
            return


def _said(told: Told, relation: str, to: Thing | None) -> bool:
    """Whether a caption tells of a relation like this to the thing: "stands on his skateboard"."""
    words = SAID.get(relation, frozenset())
    return to is not None and any(
        thing.noun is to.noun and thing.start > 0 and reading.words[thing.start - 1] in words
        for reading in told.readings
        for thing in reading.things
    )


def _fits(reading: Reading, relation: Relation, first: int, end: int) -> bool:
    """Whether known things of the right kind stand on both sides, and no verb needs the relation."""
    if not relation.to:
        return True
    if first == 0 or reading.words[first - 1] in FIXED:
        return False
    following = _following(reading, end)
    if following is None or not (relation.to == ANY or relation.to & following.noun.traits):
        return False
    before = _before(reading, first)
    return before is not None and (not relation.after or not relation.after.isdisjoint(before.noun.traits))


def _following(reading: Reading, token: int) -> Thing | None:
    return next((thing for thing in reading.things if thing.start == token), None)


def _before(reading: Reading, token: int) -> Thing | None:
    """The thing that stands in the relation: the one right before, or the subject of the verb before."""
    for thing in reversed(reading.things):
        if thing.last == token - 1:
            return thing
        if thing.last < token and not any(role == "dobj" for role in reading.roles[thing.last : token]):
            return thing
    return None
