"""Clothes in another colour: a scene in, drafts of what one person wears out.

A caption that tells it is changed where it does ("a man in a blue shirt"); else a short sentence
says it of a person that its words can only mean: the only one, the one that the caption is about,
the one on a side, or "someone" where no other wears either colour.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import ClassVar, NamedTuple

import numpy as np
from spacy.tokens import Doc, Token

from counterfoil.mine.editors.paint import TONES
from counterfoil.mine.editors.view import look_at
from counterfoil.mine.english import article
from counterfoil.mine.perceive.captions import NOUNS, Noun
from counterfoil.mine.perceive.colour import CHROMATIC, NAMES, colour_shares
from counterfoil.mine.perceive.garment import Garment, garment
from counterfoil.mine.perceive.nouns import colour_words
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.mine.propose import sentences
from counterfoil.mine.propose.recolour import Coloured, load_coloured
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.several import MOST, name
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.propose.wording import Wording
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Change, Edit, Region, Scene

PERSON = "person"

WORN = ("red", "blue", "green", "purple")
"""What clothes become: grey and black hide shading, brown is skin's and hair's, light colours glow."""

TRACE = 0.04
"""Up to that share of a person a colour is not one that it wears: lips, a watch, print."""

LIFT = 0.25
"""So much lighter clothes may become, in OKLab: light paint on dark cloth shows noise, and glows indoors."""

_LINKING = frozenset({"in", "wearing", "wears", "wore", "dressed", "with", "has"})
_OF_PHRASE = NOUNS | {"JJ", "HYPH"}

MAIN = 4.0
"""A person so many times as large as all others is the one that a caption is about."""


class Worn(NamedTuple):
    """A person of a scene, and the garment that it wears."""

    region: int
    garment: Garment
    box: Box


class Said(NamedTuple):
    """A colour that a caption states of clothes: its word, and the garment's ("" in "a man in blue")."""

    word: Token
    noun: str

    @property
    def colour(self) -> str:
        """Its basic colour term, or ""."""
        return colour_words()[self.word.lower_]


@dataclass(frozen=True, kw_only=True)
class WearOther:
    """One person wears another colour ("The man is wearing blue.", "The man is wearing red.").

    Args:
        per_region: at most so many new colours for one person.
        most_regions: at most so many people of one scene.
        searched: of so many people, the largest, the clothes are looked for.
        min_area: smallest box of a person, as a share of the picture.
        min_height: its height, in pixels.
    """

    per_region: int = 3
    most_regions: int = 2
    searched: int = 4
    min_area: float = 0.012
    min_height: int = 90
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            found = 0
            for worn in self._dressed(scene):
                drafts = list(self._of(scene, worn, table, rng))
                yield from drafts
                found += bool(drafts)
                if found == self.most_regions:
                    return

        return propose

    def _dressed(self, scene: Scene) -> Iterator[Worn]:
        """The largest people whose clothes have one clear colour."""
        people = [index for index, region in enumerate(scene.regions) if self._is_large(region, scene)]
        people.sort(key=lambda index: -scene.regions[index].area)
        for index in people[: self.searched]:
            view = look_at(scene, index, margin=0)
            found = garment(view.pixels, view.mask)
            if found is not None:
                yield Worn(index, found, _box(scene, view.left, view.top, found))

    def _is_large(self, region: Region, scene: Scene) -> bool:
        height = (region.box[3] - region.box[1]) * scene.height
        known = region.label == PERSON and not region.crowd and region.outline is not None
        return known and region.area >= self.min_area and height >= self.min_height

    def _of(self, scene: Scene, worn: Worn, table: Coloured, rng: random.Random) -> Iterator[Draft]:
        """The new colours of one garment, the most different ones first."""
        known = told(scene)
        before = worn.garment.colour
        barred = {before, *table.near[before], *table.far[before]}
        barred.update(*(vocabulary(doc) for doc in scene.parses))
        colours = [to for to in WORN if to not in barred and _suits(worn.garment, to)]
        rng.shuffle(colours)
        others = _others(scene, worn.region)
        pairs = (
            (to, _words(known, worn, to, _is_alone(others, before, to, table)))
            for to in table.spread(colours)
        )
        drafts = (_draft(worn, to, words) for to, words in pairs if words is not None)
        return itertools.islice(drafts, self.per_region)


def _draft(worn: Worn, to: str, words: Wording) -> Draft:
    edit = Edit(operation="replace", kind="attribute", before=worn.garment.colour, after=to, box=worn.box)
    changes = words.negative_changes, words.true_changes
    return Draft(edit, words.caption, *changes, (worn.region,), (to,), two_way=True)


def _box(scene: Scene, left: int, top: int, found: Garment) -> Box:
    rows, columns = np.flatnonzero(found.mask.any(1)), np.flatnonzero(found.mask.any(0))
    return (
        float((left + columns[0]) / scene.width),
        float((top + rows[0]) / scene.height),
        float((left + columns[-1] + 1) / scene.width),
        float((top + rows[-1] + 1) / scene.height),
    )


def _suits(found: Garment, to: str) -> bool:
    """Whether the person wears nothing of a colour yet, and it is not too light for what it is painted on."""
    lift = TONES[to].lightness[0] - found.lightness
    return float(found.shares[NAMES.index(to)]) < TRACE and lift <= LIFT


def _words(known: Told, worn: Worn, to: str, alone: bool) -> Wording | None:
    """How it is told, the best way first."""
    about = _about(known, worn.region)
    stated = {said.colour for caption in about for said in _said(known.scene.parses[caption])}
    if stated and worn.garment.colour not in stated:
        return None
    naming = _of_one(known) if alone else about
    return (
        _changed(known, worn, to, naming)
        or _main_words(known, worn, to, about)
        or _other_words(known, worn, to, alone)
    )


def _changed(known: Told, worn: Worn, to: str, naming: dict[int, Noun]) -> Wording | None:
    """The colour where a caption states it of the one person that it names."""
    for caption, noun in naming.items():
        doc = known.scene.parses[caption]
        said = [said for said in _said(doc) if said.colour == worn.garment.colour]
        if len(said) == 1 and _is_on(said[0], doc[noun.last]) and _fits(said[0], worn.garment):
            word = said[0].word
            return Wording(caption, (), (Change(word.idx, word.idx + len(word), to),))
    return None


def _main_words(known: Told, worn: Worn, to: str, about: dict[int, Noun]) -> Wording | None:
    """A sentence on the one person that a caption is about, or the only one of the picture."""
    quiet = [caption for caption in about if _is_quiet(known, caption, worn)]
    if quiet:
        caption = known.pick(quiet, "wear")
        return _added(known, caption, f"The {about[caption].singular}", worn, to)
    quiet = [caption for caption in known.unnamed(PERSON) if _is_quiet(known, caption, worn)]
    if quiet and known.is_only(worn.region):
        caption = known.pick(quiet, "wear")
        return _added(known, caption, f"The {known.name(worn.region, caption)}", worn, to)
    return None


def _other_words(known: Told, worn: Worn, to: str, alone: bool) -> Wording | None:
    """A sentence on one of several people, by side or size, or on "someone"."""
    people = known.indices(PERSON)
    if PERSON in known.doubtful or not 1 < len(people) <= MOST:
        return None
    named = name(known, worn.region)
    quiet = [caption for caption in _of_many(known) if _is_quiet(known, caption, worn)]
    if not quiet or (named is None and not alone):
        return None
    return _added(known, known.pick(quiet, "wear"), f"The {named}" if named else "Someone", worn, to)


def _added(known: Told, caption: int, who: str, worn: Worn, to: str) -> Wording:
    """The sentence after a caption, true and negative."""
    true, negative = (
        sentences.added(known.scene.captions[caption], f"{who} is wearing {_what(worn.garment, colour)}.")
        for colour in (worn.garment.colour, to)
    )
    return Wording(caption, true, negative)


def _what(found: Garment, colour: str) -> str:
    return f"{article(colour)} {colour} top" if found.zone == "top" else colour


def _about(known: Told, region: int) -> dict[int, Noun]:
    """The captions that are about this person, and their nouns for it: {} where they might mean another."""
    regions = known.scene.regions
    others = [regions[i].area for i in known.indices(PERSON) if i != region and not regions[i].crowd]
    one = _of_one(known)
    is_main = regions[region].area >= MAIN * max(others, default=0) and 2 * len(one) > len(
        known.scene.captions
    )
    return one if known.is_only(region) or is_main else {}


def _named(known: Told) -> dict[int, list[Noun]]:
    """The captions that do not shout, and the people that each names."""
    captions = enumerate(known.scene.captions)
    return {i: known.naming(i, PERSON) for i, caption in captions if not caption.isupper()}


def _of_one(known: Told) -> dict[int, Noun]:
    """The captions that name one person and no more, and their nouns for it."""
    return {
        caption: nouns[0]
        for caption, nouns in _named(known).items()
        if len(nouns) == 1 and nouns[0].sure and not nouns[0].plural
    }


def _of_many(known: Told) -> list[int]:
    """The captions that name nobody, or several people at once."""
    return [caption for caption, nouns in _named(known).items() if all(noun.plural for noun in nouns)]


def _is_quiet(known: Told, caption: int, worn: Worn) -> bool:
    """Whether a caption says nothing of the colours of clothes, nor has this colour at all."""
    doc = known.scene.parses[caption]
    return worn.garment.colour not in vocabulary(doc) and not any(True for _ in _said(doc))


def _others(scene: Scene, region: int) -> list[Floats] | None:
    """The shares of colours of everybody else; None where not everybody is outlined."""
    known = told(scene)
    people = [i for i in known.indices(PERSON) if i != region]
    if PERSON in known.doubtful or not 1 <= len(people) < MOST:
        return None
    views = [look_at(scene, person, margin=0) for person in people]
    return [colour_shares(view.pixels, view.mask) for view in views]


def _is_alone(others: list[Floats] | None, before: str, to: str, table: Coloured) -> bool:
    """Whether nobody else of the picture wears either colour, or one near it."""
    near = {before, to, *table.near[before], *table.near[to]} & set(CHROMATIC)
    which = [NAMES.index(colour) for colour in sorted(near)]
    return others is not None and all(shares[which].sum() < TRACE for shares in others)


def _said(doc: Doc) -> Iterator[Said]:
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


def _is_on(said: Said, person: Token) -> bool:
    """Whether clothes are the person's, by the words between; of a garment of two colours neither counts."""
    between = said.word.doc[person.i + 1 : said.word.i]
    others = [word for word in between if word.tag_ in NOUNS and not _kind(word.lower_)]
    is_mixed = any(word.lower_ in colour_words() for word in between[-2:])
    return not others and not is_mixed and any(word.lower_ in _LINKING for word in between)


def _fits(said: Said, found: Garment) -> bool:
    """Whether the garment that is named lies where the one that was found does."""
    return not (found.zone == "top" and _kind(said.noun) == "lower")


def _kind(noun: str) -> str:
    """Which part of the body a garment covers: "upper", "lower" or "whole"; "" for what is none."""
    return _kinds().get(noun, "")


@cache
def _kinds() -> dict[str, str]:
    table = json.loads(resources.files(__package__).joinpath("garments.json").read_text("utf-8"))
    return {noun: kind for kind, nouns in table.items() for noun in nouns}
