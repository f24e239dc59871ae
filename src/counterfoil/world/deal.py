"""A split's scenes by key. A key says everything: "train-0-000012" is scene 12 of the split of seed 0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from counterfoil.errors import DataError, unknown
from counterfoil.world.drawing import Drawing
from counterfoil.world.layout import lay_out
from counterfoil.world.say import Caption, describe
from counterfoil.world.splits import SPLITS, Compositions, Split, held_out

_KEY = re.compile(r"(\w+)-(0|[1-9][0-9]{0,17})-([0-9]{6}|[1-9][0-9]{6,17})")
_MOST = 10**18


@dataclass(frozen=True, slots=True)
class Dealt:
    """A drawing and its captions.

    Args:
        key: what it was dealt by.
        drawing: the scene.
        captions: of it.
        lacking: the compositions that its split does without; None where all are allowed.
    """

    key: str
    drawing: Drawing
    captions: tuple[Caption, ...]
    lacking: Compositions | None


def keys(split: str, seed: int, number: int) -> Iterator[str]:
    """The keys of the first `number` scenes of a split.

    Raises:
        DataError: an unknown split, or numbers below 0.
    """
    check_split(split)
    if not (0 <= seed < _MOST and 0 <= number < _MOST):
        raise DataError(f"seed and number of a drawn world are from 0 to 10^18, not {seed} and {number}")
    return (f"{split}-{seed}-{index:06}" for index in range(number))


def check_split(split: str) -> Split:
    """The split of that name.

    Raises:
        DataError: there is none.
    """
    for known in SPLITS:
        if split == known:
            return known
    raise DataError(unknown("split of the drawn world", split, SPLITS))


@lru_cache(256)
def deal(key: str) -> Dealt:
    """The scene of a key: the same one, at any time and place.

    Raises:
        DataError: the key is none of the drawn world's.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise DataError(f"{key!r} is no key of the drawn world, which are like 'train-0-000012'")
    split, seed = check_split(found[1]), int(found[2])
    rng = Random(f"scene {key}")
    held = held_out(seed)
    if split == "held_out":
        drawing = lay_out(rng, None, held)
        return Dealt(key, drawing, describe(drawing, rng, None), None)
    drawing = lay_out(rng, held)
    return Dealt(key, drawing, describe(drawing, rng, held), held)
