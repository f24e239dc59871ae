"""Somebody does another thing: "a man riding a bike" to "a man pushing a bike"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption, turned
from counterfoil.mine.propose.words.lexicon import read_list, seen, verbs
from counterfoil.mine.propose.words.reading import Reading, Told
from counterfoil.mine.stage import Run

VERBS = frozenset({"VBZ", "VBG", "VBP", "VBD"})
PARTICLES = frozenset({"up", "down", "off", "out", "on", "over", "through", "back"})


STILL = frozenset({"sit", "stand", "lie", "lay"})
DOWN = frozenset({"down", "up"})


class Action(NamedTuple):
    """A verb, who does it to what, and the verbs that exclude it.

    Args:
        who: traits of the subject.
        become: verbs in the same form.
        object: traits of the direct object; empty for a verb without one.
        bare: words that may not follow, because they do not go with the other verbs.
        posture: whether two such verbs can exchange their subjects.
    """

    who: frozenset[str]
    become: tuple[str, ...]
    object: frozenset[str]
    bare: frozenset[str]
    posture: bool


@cache
def actions() -> dict[str, tuple[Action, ...]]:
    """The actions by verb."""
    table: dict[str, list[Action]] = {}
    for entry in read_list("verbs"):
        traits = [frozenset(entry.get(name, "").split()) for name in ("who", "object", "bare")]
        action = Action(
            traits[0], tuple(entry["become"]), traits[1], traits[2], entry.get("swap") == "posture"
        )
        table.setdefault(entry["verb"], []).append(action)
    return {verb: tuple(found) for verb, found in table.items()}


@dataclass(frozen=True, kw_only=True)
class ReplaceVerb:
    """Replace a verb by one that cannot be true at the same time, in the same form."""

    per_caption: int = 2
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the verbs are read on first use."""
        return each_caption(_foils, self.per_caption)


def _foils(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    lemmas = verbs().lemmas
    for token, tag in enumerate(reading.tags):
        word = reading.words[token]
        if tag == "VBN" and word == "parked":
            yield from _moved(told, reading, token)
        if (
            tag in VERBS
            and (lemma := lemmas.get(word)) is not None
            and (action := acts(reading, token, lemma))
        ):
            yield from _changed(told, reading, token, action, rng)


def _changed(told: Told, reading: Reading, token: int, action: Action, rng: random.Random) -> Iterator[Draft]:
    forms, tag = verbs().forms, reading.tags[token]
    for verb in turned(action.become, rng):
        shapes = [forms[verb, other] for other in ("VB", "VBZ", "VBG")]
        if told.lacks(chain(shapes, *(seen().get(shape, ()) for shape in shapes))):
            after = forms[verb, tag]
            change = reading.change(token, token, after)
            yield draft(reading, "replace", "relation", (reading.words[token], after), change)
            return


def _moved(told: Told, reading: Reading, token: int) -> Iterator[Draft]:
    doer = reading.subject(token)
    if doer and "vehicle" in doer.noun.traits and told.lacks(("driving", "moving", "traveling", "drives")):
        after = "driving" if doer.noun.group in ("cars", "cycles") else "moving"
        yield draft(reading, "replace", "relation", ("parked", after), reading.change(token, token, after))


def acts(reading: Reading, token: int, lemma: str) -> Action | None:
    """The action that a verb stands for, where its subject and object are of the right kind."""
    doer = reading.subject(token)
    if doer is not None and reading.words[doer.last + 1 : doer.last + 2] == ["of"]:  # "a couple of dogs"
        doer = next((thing for thing in reading.things if thing.start == doer.last + 2), None)
    if doer is None or reading.tags[token + 1 : token + 2] in (["VBG"], ["VBN"], ["JJ"]):
        return None
    after = reading.words[token + 1] if token + 1 < len(reading.words) else ""
    done_to = reading.child(token, "dobj")
    for action in actions().get(lemma, ()):
        if action.who.isdisjoint(doer.noun.traits) or after in action.bare:
            continue
        if done_to < 0 and not action.object:
            return None if after in _particles(lemma, action) else action
        thing = reading.at.get(done_to)
        if thing is not None and not action.object.isdisjoint(thing.noun.traits):
            return action
    return None


def _particles(lemma: str, action: Action) -> frozenset[str]:
    """The words that make another verb of a verb: "lying down", "walking on" is still walking."""
    if lemma in STILL:
        return DOWN
    return frozenset() if action.posture else PARTICLES
