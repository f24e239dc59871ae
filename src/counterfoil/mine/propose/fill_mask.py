"""A word left out, and another put in that a masked language model finds likely there.

Which words may come is what the rules of words say: a word that excludes the old one and of which no
caption or region has a synonym. Which of them comes is the model's choice.

Source: Zhang et al., Contrasting Intra-Modal and Ranking Cross-Modal Hard Negatives (CE-CLIP), CVPR 2024,
arXiv 2306.08832, section 3.1.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
        filler: the masked language model.
        rank: which of the words that may come: 0 for the likeliest; the last where there are fewer.
    """

    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True
    filler: MaskedLM
    rank: int = 3

    def load(self, run: Run) -> Propose1:
        """Load the model."""
        fill = self.filler.load()
        nouns()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            told = read(scene)
            turns = [
                _Turn(r, find(told, r, rng), rng) for r in told.readings if not r.shouts for find in _FINDERS
            ]
            gaps = [gap for turn in turns for gap in turn.gaps]
            words = iter(fill(gaps) if gaps else [])
            for turn in turns:
                yield from turn.drafts([next(words) for _ in turn.gaps], self.rank)

        return propose


class _Turn:
    """The places of a caption that state one kind of fact, in an order by chance."""

    def __init__(self, reading: Reading, places: Iterator[Place], rng: random.Random) -> None:
        found = [place for place in places if place.others]
        self.reading, self.places = reading, rng.sample(found, len(found))
        self.gaps = [Gap(reading.text, reading.starts[p.token], reading.ends[p.token]) for p in self.places]

    def drafts(self, words: Sequence[list[str]], rank: int) -> Iterator[Draft]:
        """One draft, of the first place for which the model has a word."""
        for place, likely in zip(self.places, words, strict=True):
            fitting = [word for word in likely if word in place.others]
            if fitting:
                yield _replaced(self.reading, place, fitting[min(rank, len(fitting) - 1)])
                return


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
