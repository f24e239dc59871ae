"""Which compositions are held out of training. A seed in, compositions out.

Every word is seen in training; some *pairs* (shape and colour) and some *triples* (shape, relation,
shape) are not. No picture of `train`, `validation` or `test` shows a held-out pair, and no caption
of theirs, true or negative, states a held-out pair or triple. Every picture of `held_out` shows a
held-out pair.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

from counterfoil.world.words import COLOURS, CONVERSE, RELATIONS, SHAPES, Colour, Relation, Shape

Split = Literal["train", "validation", "test", "held_out"]
SPLITS: tuple[Split, ...] = get_args(Split)

PER_SHAPE = 2
"""Colours held out of each shape; each colour is then held out of two or three shapes."""
TRIPLES = 0.15
"""Share of the triples that is held out."""


@dataclass(frozen=True)
class Compositions:
    """What is held out of training.

    Args:
        pairs: shapes with colours.
        triples: shapes with relations, each with its converse.
    """

    pairs: frozenset[tuple[Shape, Colour]]
    triples: frozenset[tuple[Shape, Relation, Shape]]

    @cached_property
    def colours(self) -> dict[Shape, tuple[Colour, ...]]:
        """The colours in which training shows each shape."""
        return {shape: tuple(c for c in COLOURS if (shape, c) not in self.pairs) for shape in SHAPES}

    def colours_of(self, shape: Shape) -> tuple[Colour, ...]:
        """The colours in which training shows a shape."""
        return self.colours[shape]

    def __str__(self) -> str:
        """For people: every pair, and how many triples."""
        pairs = ", ".join(f"{colour} {shape}" for shape, colour in sorted(self.pairs))
        first = ", ".join(" ".join(triple) for triple in sorted(self.triples)[:3])
        return f"pairs: {pairs}; {len(self.triples)} triples, such as {first}"


@lru_cache(16)
def held_out(seed: int) -> Compositions:
    """The compositions that the training split of a seed lacks."""
    rng = random.Random(f"compositions {seed}")
    return Compositions(_pairs(rng), _triples(rng))


def _pairs(rng: random.Random) -> frozenset[tuple[Shape, Colour]]:
    """Colours dealt around to the shapes, so that each is held out about equally often."""
    colours, shapes = list(COLOURS), list(SHAPES)
    rng.shuffle(colours)
    rng.shuffle(shapes)
    dealt = itertools.cycle(colours)
    return frozenset((shape, next(dealt)) for shape in shapes for _ in range(PER_SHAPE))


def _triples(rng: random.Random) -> frozenset[tuple[Shape, Relation, Shape]]:
    """A triple and its converse, which says the same, are held out together."""
    found: set[tuple[Shape, Relation, Shape]] = set()
    for relation in RELATIONS[::2]:
        pairs = [(a, b) for a in SHAPES for b in SHAPES]
        for first, other in rng.sample(pairs, round(TRIPLES * len(pairs))):
            found |= {(first, relation, other), (other, CONVERSE[relation], first)}
    return frozenset(found)
