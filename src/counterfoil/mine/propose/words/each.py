"""What the rules share: foils caption by caption, the choice of another word, and agreement."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.lexicon import Noun, nouns, verbs
from counterfoil.mine.propose.words.reading import Reading, Thing, Told, read
from counterfoil.records import Change, Edit, Kind, Operation, Scene

Foils = Callable[[Told, Reading, random.Random], Iterator[Draft]]
T = TypeVar("T")

FINITE = {"is": "are", "was": "were", "has": "have", "does": "do", "'s": "are"}
HALF_MASS = ("mass", "both")
COUNTED = ("count", "both")


def each_caption(foils: Foils, limit: int) -> Propose1:
    """Propose at most `limit` foils of every caption of a scene that is not all in capitals."""
    nouns()  # every reading needs them: they are to be there when a worker has loaded all that stays

    def propose(scene: Scene, rng: random.Random) -> list[Draft]:
        told, drafts = read(scene), list[Draft]()
        for reading in told.readings:
            if not reading.shouts:  # parsers read capitals badly
                drafts.extend(islice(foils(told, reading, rng), limit))
        return drafts

    return propose


def draft(
    reading: Reading, operation: Operation, kind: Kind, words: tuple[str, str], *changes: Change
) -> Draft:
    """A text-only draft; `words` are what the edit is from and to."""
    before, after = words
    return Draft(Edit(operation=operation, kind=kind, before=before, after=after), reading.caption, changes)


def turned(items: Sequence[T], rng: random.Random) -> Sequence[T]:
    """The items in their order, from a random one on."""
    if len(items) < 2:
        return items
    first = int(rng.random() * len(items))
    return [*items[first:], *items[:first]]


def others(told: Told, reading: Reading, thing: Thing, rng: random.Random) -> Iterator[Noun]:
    """Nouns that could stand where a thing stands, and of which the picture shows none."""
    counts, table, group = _counts(reading, thing), nouns().others, thing.noun.group
    before = reading.words[thing.start - 1] if thing.start else ""
    for noun in turned(table.get(f"{group} {before}", table[group]), rng):
        if noun.counted in counts and noun is not thing.noun and not told.shows(noun):
            yield noun


def _counts(reading: Reading, thing: Thing) -> tuple[str, ...]:
    if thing.noun.counted == "plural":
        return ("plural",)
    if thing.plural:
        return ("count",)
    if thing.noun.counted == "count":
        return COUNTED
    if thing.article >= 0 and reading.words[thing.article] in ("a", "an", "another"):
        return COUNTED
    return ("both",) if thing.article >= 0 else HALF_MASS


def in_many(reading: Reading, thing: Thing) -> tuple[Change, ...] | None:
    """What changes in the verbs of a singular thing that becomes many; None where that is unsure."""
    roots = [reading.heads[thing.last]] if reading.roles[thing.last] in ("nsubj", "nsubjpass", "attr") else []
    roots += [i for i in reading.children.get(thing.last, ()) if reading.roles[i] == "relcl"]
    if reading.roles[thing.last] == "attr" and reading.child(roots[0], "expl") < 0:
        return None
    finite = sorted({token for root in roots for token in _finite(reading, root)})
    if any(reading.child(root, "attr") >= 0 for root in roots):
        return None  # "a dog is a friend"
    if not roots and thing.start == 0 and "VBZ" in reading.tags:
        return None
    return tuple(
        reading.change(i, i, FINITE.get(reading.words[i]) or plain(reading.words[i])) for i in finite
    )


def _finite(reading: Reading, verb: int) -> Iterator[int]:
    if reading.tags[verb] == "VBZ":
        yield verb
    for child in reading.children.get(verb, ()):
        if reading.roles[child] in ("aux", "auxpass") and reading.tags[child] == "VBZ":
            yield child
        elif reading.roles[child] == "conj" and reading.child(child, "nsubj") < 0:
            yield from _finite(reading, child)


def plain(third: str) -> str:
    """The plain form of a verb's third person: "carries" to "carry"."""
    if (lemma := verbs().lemmas.get(third)) is not None:
        return lemma
    if third.endswith("ies"):
        return third[:-3] + "y"
    return third[:-2] if third.endswith(("ches", "shes", "sses", "xes", "oes")) else third[:-1]
