"""How to tell what somebody wears: a garment and its new colour in, both captions' changes out.

The best way is a caption that has the colour itself ("a man in a blue shirt"); then a sentence on a
person that its words can only mean, or on "someone" where nobody else wears either colour. Where
people might not agree on the old colour, it is told what it is not ("is not wearing red").
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from counterfoil.mine.editors.clothes import Worn
from counterfoil.mine.editors.view import look_at
from counterfoil.mine.english import article
from counterfoil.mine.perceive.captions import Noun
from counterfoil.mine.perceive.colour import CHROMATIC, NAMES, colour_shares
from counterfoil.mine.perceive.garment import Zone
from counterfoil.mine.perceive.oklab import Floats
from counterfoil.mine.propose import sentences
from counterfoil.mine.propose.clothing import PERSON, about, fits, is_on, is_quiet, of_many, of_one, said_of
from counterfoil.mine.propose.coloured import Coloured
from counterfoil.mine.propose.several import MOST, name
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.propose.wording import Wording
from counterfoil.records import Change, Same, Scene

TRACE = 0.04
"""Up to that share of a person a colour is not one that it wears: lips, a watch, print."""

NOWHERE = 0.002
"""Up to that share of a picture nobody in it wears a colour, however small and whoever left them out."""

_NO_TROUSERS = frozenset({"skirt", "dress", "gown", "robe", "kimono", "kilt", "shorts", "sari", "apron"})

Pair = tuple[str, str]
"""What is said in the true and in the negative caption."""


class Dressed(NamedTuple):
    """A garment of a person of a scene.

    Args:
        region: the person.
        worn: the garment.
        colour: what it is called; "" where that is not sure.
        is_all: the person shows that colour hardly anywhere else.
    """

    region: int
    worn: Worn
    colour: str
    is_all: bool

    @property
    def zone(self) -> Zone:
        """Where on the person it is."""
        return self.worn.garment.zone


class Telling(NamedTuple):
    """How it is told, and of what: the colour that it has, or the one that it has not ("not red")."""

    words: Wording
    before: str


def wearing_words(known: Told, dressed: Dressed, to: str, table: Coloured) -> Telling | None:
    """Of a garment that becomes another colour, the best way first."""
    whose, before = about(known, dressed.region), dressed.colour
    stated = {said.colour for caption in whose for said in said_of(known.scene.parses[caption])}
    if stated and before not in stated:
        return None
    others = _others(Same(known.scene), dressed.region)
    if before:
        alone = _is_alone(others, {before, to}, table)
        words = _changed(known, dressed, to, of_one(known) if alone else whose)
        if words is None and _has_name(known, dressed):
            words = _sentence(known, dressed, _is_wearing(dressed, to), "Someone" if alone else "")
        if words is not None:
            return Telling(words, before)
    if to == "black":  # hair and shoes are: nobody would deny it
        return None
    pronoun = "Nobody" if _is_alone(others, {to}, table) or _is_nowhere(known, to, table) else ""
    words = _sentence(known, dressed, (f"is not wearing {to}.", f"is wearing {to}."), pronoun)
    return words and Telling(words, f"not {to}")


def _changed(known: Told, dressed: Dressed, to: str, naming: dict[int, Noun]) -> Wording | None:
    """The colour where a caption states it of the one person that it names."""
    for caption, noun in naming.items():
        doc = known.scene.parses[caption]
        said = [said for said in said_of(doc) if said.colour == dressed.colour]
        if len(said) == 1 and is_on(said[0], doc[noun.last]) and fits(said[0], dressed.zone):
            word = said[0].word
            return Wording(caption, (), (Change(word.idx, word.idx + len(word), to),))
    return None


def _has_name(known: Told, dressed: Dressed) -> bool:
    """Whether there are words for the garment, or it is all that has its colour."""
    if dressed.zone == "legs":
        return all(vocabulary(doc).isdisjoint(_NO_TROUSERS) for doc in known.scene.parses)
    return dressed.zone == "top" or dressed.is_all


def _is_wearing(dressed: Dressed, to: str) -> Pair:
    """What is said of the person: the old colour, the new one."""
    shapes = {"top": "is wearing {a} {colour} top.", "legs": "is wearing {colour} trousers."}
    shape = shapes.get(dressed.zone, "is wearing {colour}.")
    before = shape.format(a=article(dressed.colour), colour=dressed.colour)
    return before, shape.format(a=article(to), colour=to)


def _sentence(known: Told, dressed: Dressed, says: Pair, pronoun: str) -> Wording | None:
    """A sentence on the person that its words can only mean; on somebody where a pronoun fits."""
    region, whose = dressed.region, about(known, dressed.region)
    captions = range(len(known.scene.captions))
    quiet = [caption for caption in captions if is_quiet(known, caption, dressed.colour)]
    if found := [caption for caption in quiet if caption in whose]:
        caption = known.pick(found, "wear")
        return _added(known, caption, (f"The {whose[caption].singular} {said}" for said in says))
    if known.is_only(region) and (found := sorted(set(quiet).intersection(known.unnamed(PERSON)))):
        caption = known.pick(found, "wear")
        return _added(known, caption, (f"The {known.name(region, caption)} {said}" for said in says))
    return _of_several(known, region, quiet, says, pronoun)


def _of_several(known: Told, region: int, quiet: list[int], says: Pair, pronoun: str) -> Wording | None:
    """A sentence on one of several people, by side or size, or on somebody."""
    people = len(known.indices(PERSON))
    plural = [caption for caption in of_many(known) if caption in quiet]
    if pronoun == "Nobody" and people > 1 and quiet:
        caption = known.pick(plural or quiet, "wear")
        return _added(known, caption, (f"{who} {says[1]}" for who in ("Nobody", "Somebody")))
    if PERSON in known.doubtful or not 1 < people <= MOST:
        return None
    named = name(known, region)
    who = f"The {named}" if named else pronoun
    if not plural or not who:
        return None
    return _added(known, known.pick(plural, "wear"), (f"{who} {said}" for said in says))


def _added(known: Told, caption: int, pair: Iterable[str]) -> Wording:
    """A sentence after a caption, true and negative."""
    true, negative = (sentences.added(known.scene.captions[caption], sentence) for sentence in pair)
    return Wording(caption, true, negative)


def _is_nowhere(known: Told, colour: str, table: Coloured) -> bool:
    """Whether the whole picture has nothing of a colour, so that people whom nobody annotated lack it too."""
    near = sorted({colour, *table.near[colour]} & set(CHROMATIC))
    shares = _all_shares(Same(known.scene))
    return float(shares[[NAMES.index(other) for other in near]].sum()) <= NOWHERE


@lru_cache(2)
def _all_shares(same: Same) -> Floats:
    """How much of a picture each name has."""
    scene: Scene = same.value
    return colour_shares(scene.pixels, np.ones((scene.height, scene.width), bool))


@lru_cache(4)
def _others(same: Same, region: int) -> tuple[Floats, ...] | None:
    """The shares of colours of everybody else; None where not everybody is outlined."""
    scene: Scene = same.value
    known = told(scene)
    people = [i for i in known.indices(PERSON) if i != region]
    if PERSON in known.doubtful or not 1 <= len(people) < MOST:
        return None
    views = [look_at(scene, person, margin=0) for person in people]
    return tuple(colour_shares(view.pixels, view.mask) for view in views)


def _is_alone(others: tuple[Floats, ...] | None, colours: set[str], table: Coloured) -> bool:
    """Whether nobody else of the picture wears any of the colours, or one near them."""
    near = colours | {other for colour in colours for other in table.near[colour] if other in CHROMATIC}
    which = [NAMES.index(colour) for colour in sorted(near)]
    return others is not None and all(float(shares[which].sum()) < TRACE for shares in others)
