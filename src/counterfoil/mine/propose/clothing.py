"""What captions tell of clothes: captions in; whom they are about, and the colours that they name, out."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

from spacy.tokens import Doc, Token

from counterfoil.mine.perceive.captions import NOUNS, Noun
from counterfoil.mine.perceive.garment import Zone
from counterfoil.mine.perceive.nouns import colour_words
from counterfoil.mine.propose.told import Told, vocabulary

PERSON = "person"

MAIN = 4.0
"""A person so many times as large as all others is the one that a caption is about."""

_LINKING = frozenset({"in", "wearing", "wears", "wore", "dressed", "with", "has"})
_OF_PHRASE = NOUNS | {"JJ", "HYPH"}


class Said(NamedTuple):
    """A colour that a caption states of clothes: its word, and the garment's ("" in "a man in blue")."""

    word: Token
    noun: str

    @property
    def colour(self) -> str:
        """Its basic colour term, or ""."""
        return colour_words()[self.word.lower_]


def about(known: Told, region: int) -> dict[int, Noun]:
    """The captions that are about this person, and their nouns for it: {} where they might mean another."""
    regions = known.scene.regions
    others = [regions[i].area for i in known.indices(PERSON) if i != region and not regions[i].crowd]
    one = of_one(known)
    is_main = regions[region].area >= MAIN * max(others, default=0) and 2 * len(one) > len(
        known.scene.captions
    )
    return one if known.is_only(region) or is_main else {}


def _named(known: Told) -> dict[int, list[Noun]]:
    """The captions that do not shout, and the people that each names."""
    captions = enumerate(known.scene.captions)
    return {i: known.naming(i, PERSON) for i, caption in captions if not caption.isupper()}


def of_one(known: Told) -> dict[int, Noun]:
    """The captions that name one person and no more, and their nouns for it."""
    return {
        caption: nouns[0]
        for caption, nouns in _named(known).items()
        if len(nouns) == 1 and nouns[0].sure and not nouns[0].plural
    }


def of_many(known: Told) -> list[int]:
    """The captions that name nobody, or several people at once."""
    return [caption for caption, nouns in _named(known).items() if all(noun.plural for noun in nouns)]


def is_quiet(known: Told, caption: int, colour: str) -> bool:
    """Whether a caption says nothing of the colours of clothes, nor has this colour at all."""
    doc = known.scene.parses[caption]
    return colour not in vocabulary(doc) and not any(True for _ in said_of(doc))


def said_of(doc: Doc) -> Iterator[Said]:
    """The colours that a caption states of clothes: "blue shirt", "bright blue tee shirt", "in blue"."""
    for token in doc:
        if token.lower_ not in colour_words():
            continue
        after = itertools.takewhile(lambda word: word.tag_ in _OF_PHRASE, doc[token.i + 1 : token.i + 4])
        nouns = [word.lower_ for word in after if _kind(word.lower_)]
        if nouns:
            yield Said(token, nouns[-1])
        elif token.i and doc[token.i - 1].lower_ == "in" and token.dep_ == "pobj":
            yield Said(token, "")


def is_on(said: Said, person: Token) -> bool:
    """Whether clothes are the person's, by the words between; of a garment of two colours neither counts."""
    between = said.word.doc[person.i + 1 : said.word.i]
    others = [word for word in between if word.tag_ in NOUNS and not _kind(word.lower_)]
    is_mixed = any(word.lower_ in colour_words() for word in between[-2:])
    return not others and not is_mixed and any(word.lower_ in _LINKING for word in between)


def fits(said: Said, zone: Zone) -> bool:
    """Whether the garment that is named lies where the one that was found does."""
    kind = _kind(said.noun)
    return not (zone == "top" and kind == "lower") and not (zone == "legs" and kind != "lower")


def _kind(noun: str) -> str:
    """Which part of the body a garment covers: "upper", "lower" or "whole"; "" for what is none."""
    return _kinds().get(noun, "")


@cache
def _kinds() -> dict[str, str]:
    table = json.loads(resources.files(__package__).joinpath("garments.json").read_text("utf-8"))
    return {noun: kind for kind, nouns in table.items() for noun in nouns}
