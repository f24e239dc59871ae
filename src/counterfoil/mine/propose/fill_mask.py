"""A word left out, and another put in that a masked language model finds likely there.

Which words may come is what the rules of words say: a word that excludes the old one and of which no
caption or region has a synonym. Which of them comes is the model's choice.

Source: Zhang et al., Contrasting Intra-Modal and Ranking Cross-Modal Hard Negatives (CE-CLIP), CVPR 2024,
arXiv 2306.08832, section 3.1.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, others
from counterfoil.mine.propose.words.lexicon import nouns, verbs
from counterfoil.mine.propose.words.number import VALUES
from counterfoil.mine.propose.words.reading import Reading, Told, read
from counterfoil.mine.propose.words.replace_attribute import attributes, describes
from counterfoil.mine.propose.words.replace_object import replaceable
from counterfoil.mine.propose.words.replace_verb import VERBS, acts
from counterfoil.mine.stage import Run
from counterfoil.models.masked_lm import Gap, MaskedLM
from counterfoil.records import Kind, Scene


class Place(NamedTuple):
    """A word that may go: its token, the kind of fact that it states, and the words that may come."""

    token: int
    kind: Kind
    others: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class FillMask:
    """Of each caption one noun, one adjective, one verb and one number, replaced as a model would have it.

    Args:
        model: the masked language model.
        rank: which of the words that may come: 0 for the likeliest; the last where there are fewer.
    """

    version: ClassVar[int] = 1
    model: MaskedLM
    rank: int = 3

    def load(self, run: Run) -> Propose1:
        """Load the model."""
        fill = self.model.load()
        nouns()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            told = read(scene)
            places = [
                (reading, place)
                for reading in told.readings
                if not reading.shouts
                for find in _FINDERS
                for place in _one(list(find(told, reading, rng)), rng)
            ]
            gaps = [Gap(r.text, r.starts[p.token], r.ends[p.token]) for r, p in places]
            for (reading, place), words in zip(places, fill(gaps) if gaps else [], strict=True):
                likely = list(islice((w for w in words if w in place.others), self.rank + 1))
                if likely:
                    yield _replaced(reading, place, likely[-1])

        return propose


def _one(places: list[Place], rng: random.Random) -> list[Place]:
    return rng.sample(places, 1) if places else []


def _replaced(reading: Reading, place: Place, word: str) -> Draft:
    change = reading.change(place.token, place.token, word)
    return draft(reading, "replace", place.kind, (reading.words[place.token], word), change)


def _nouns(told: Told, reading: Reading, rng: random.Random) -> Iterator[Place]:
    for thing in reading.things:
        if thing.first == thing.last and replaceable(reading, thing) and thing.noun.kind != "person":
            fitting = (n.plural if thing.plural else n.name for n in others(told, reading, thing, rng))
            yield Place(thing.last, "object", frozenset(fitting))


def _adjectives(told: Told, reading: Reading, rng: random.Random) -> Iterator[Place]:
    table = attributes()
    for token, word in enumerate(reading.words):
        known = table.known.get(word)
        if known is not None and describes(reading, token, known):
            fitting = (rival for rival in known.rivals if told.lacks(table.near[rival]))
            yield Place(token, "attribute", frozenset(fitting))


def _verbs(told: Told, reading: Reading, rng: random.Random) -> Iterator[Place]:
    forms = verbs().forms
    for token, tag in enumerate(reading.tags):
        lemma = verbs().lemmas.get(reading.words[token]) if tag in VERBS else None
        action = acts(reading, token, lemma) if lemma else None
        if action is not None:
            shapes = {verb: [forms[verb, t] for t in ("VB", "VBZ", "VBG")] for verb in action.become}
            fitting = (forms[verb, tag] for verb, shape in shapes.items() if told.lacks(shape))
            yield Place(token, "relation", frozenset(fitting))


def _numbers(told: Told, reading: Reading, rng: random.Random) -> Iterator[Place]:
    """Larger ones only: of five dogs two are there too."""
    for thing in reading.things:
        word = reading.words[thing.front]
        if thing.plural and reading.roles[thing.front] == "nummod" and word in VALUES and not told.crowd:
            fitting = (w for w, value in VALUES.items() if value > VALUES[word] + 1 and told.lacks((w,)))
            yield Place(thing.front, "count", frozenset(fitting))


_FINDERS: tuple[Callable[[Told, Reading, random.Random], Iterator[Place]], ...] = (
    _nouns,
    _adjectives,
    _verbs,
    _numbers,
)
