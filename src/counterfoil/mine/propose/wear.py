"""Clothes in another colour: a scene in, drafts of what one person wears out.

A caption that tells it is changed where it does ("a man in a blue shirt"); else a short sentence
says it of a person that its words can only mean: the only one, the one that the caption is about,
the one on a side, or "someone" where no other wears either colour. Where people might not agree on
the old colour it is told what it is not: "The man is not wearing red.", "Nobody is wearing red."
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from counterfoil.mine.editors.clothes import Worn, can_become, can_paint, worn_by
from counterfoil.mine.editors.dye import DYES
from counterfoil.mine.perceive.colour import NAMES, region_colour
from counterfoil.mine.perceive.fabric import DARKEST
from counterfoil.mine.perceive.oklab import to_lch
from counterfoil.mine.propose.clothing import PERSON, about, said_of
from counterfoil.mine.propose.coloured import Coloured, load_coloured
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.propose.wearing import TRACE, Dressed, Telling, wearing_words
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Region, Scene

ELSEWHERE = 0.3
"""So much of a colour against a garment may show elsewhere on who "wears" it: shoes, hair, a strap."""

TURN = 50.0
"""Least turn of hue, in degrees of OKLCH: dark blue passes for black, and yet is not "not blue"."""

TINTED = 0.04
"""Chroma against lightness from which a garment has a hue at all."""


@dataclass(frozen=True, kw_only=True)
class WearOther:
    """One person wears another colour ("The man is wearing blue.", "The man is wearing red.").

    Args:
        per_garment: at most so many new colours for one garment.
        per_person: at most so many garments of one person, the largest.
        most_garments: at most so many garments of one scene.
        searched: of so many people, the largest, the clothes are looked for.
        min_area: smallest box of a person, as a share of the picture.
        min_height: its height, in pixels.
    """

    per_garment: int = 4
    per_person: int = 2
    most_garments: int = 4
    searched: int = 6
    min_area: float = 0.012
    min_height: int = 90
    version: ClassVar[int] = 3

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            turns = [list(self._of(scene, *dressed, table, rng)) for dressed in self._dressed(scene)]
            for turn in itertools.zip_longest(*[drafts for drafts in turns if drafts][: self.most_garments]):
                yield from (draft for draft in turn if draft is not None)

        return propose

    def _dressed(self, scene: Scene) -> Iterator[tuple[int, Worn]]:
        """The largest people and what they wear of one clear colour."""
        people = [index for index, region in enumerate(scene.regions) if self._is_large(region, scene)]
        people.sort(key=lambda index: -scene.regions[index].area)
        for index in people[: self.searched]:
            for worn in worn_by(scene, index)[: self.per_person]:
                if can_paint(scene, index, worn):
                    yield index, worn

    def _is_large(self, region: Region, scene: Scene) -> bool:
        height = (region.box[3] - region.box[1]) * scene.height
        known = region.label == PERSON and not region.crowd and region.outline is not None
        return known and region.area >= self.min_area and height >= self.min_height

    def _of(
        self, scene: Scene, region: int, worn: Worn, table: Coloured, rng: random.Random
    ) -> Iterator[Draft]:
        """The new colours of one garment, the most different ones first."""
        known = told(scene)
        dressed = Dressed(region, worn, _colour(known, region, worn), _is_all(worn))
        barred = frozenset().union(*map(vocabulary, scene.parses))
        colours = [to for to in DYES if to not in barred and _suits(dressed, to, table)]
        rng.shuffle(colours)
        pairs = ((to, wearing_words(known, dressed, to, table)) for to in table.spread(colours))
        drafts = (_draft(dressed, to, said) for to, said in pairs if said is not None)
        return itertools.islice(drafts, self.per_garment)


def _draft(dressed: Dressed, to: str, said: Telling) -> Draft:
    words, box = said.words, dressed.worn.box
    edit = Edit(operation="replace", kind="attribute", before=said.before, after=to, box=box)
    changes = words.negative_changes, words.true_changes
    return Draft(edit, words.caption, *changes, (dressed.region,), (to,), two_way=True)


def _suits(dressed: Dressed, to: str, table: Coloured) -> bool:
    """Whether the garment's cloth can become a colour that nobody would call its own, nor the person's."""
    before, worn = dressed.colour, dressed.worn
    near = {before, *table.near.get(before, ())}.difference(table.apart.get(before, ()))
    is_other = to not in near and _turn(worn, to) >= TURN
    is_new = float(worn.garment.shares[NAMES.index(to)]) < TRACE or (to == "black" and dressed.zone == "top")
    return is_other and is_new and can_become(worn, to)


def _turn(worn: Worn, to: str) -> float:
    """How far apart the hues are, in degrees; 180 where the garment has hardly any."""
    lightness, chroma, hue = (float(value) for value in to_lch(worn.garment.middle))
    away = abs(hue - DYES[to].hue) % 360
    return 180.0 if to == "black" or chroma < TINTED * (lightness + DARKEST) else min(away, 360 - away)


def _colour(known: Told, region: int, worn: Worn) -> str:
    """What the garment is called: by its pixels, or by captions and them together."""
    if worn.garment.colour:
        return worn.garment.colour
    stated = {said.colour for c in about(known, region) for said in said_of(known.scene.parses[c])}
    named = [region_colour(worn.view.pixels, worn.garment.mask, colour) for colour in sorted(stated)]
    return named[0].name if len(named) == 1 and named[0] else ""


def _is_all(worn: Worn) -> bool:
    """Whether the person shows the garment's colour hardly anywhere else."""
    found = worn.garment
    if not found.colour:
        return True
    area, whole = int(np.count_nonzero(found.mask)), int(np.count_nonzero(worn.view.mask))
    return float(found.shares[NAMES.index(found.colour)]) * whole <= (1 + ELSEWHERE) * area
