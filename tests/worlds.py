"""Drawn scenes for tests: their keys, what is mined of them, and plain second opinions on what they show."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.path import Path as Outline

from counterfoil.mine.stage import Run, Stage
from counterfoil.recipes.drawn import drawn
from counterfoil.records import Mask, Rejected, Sample
from counterfoil.sources.drawn import Drawn
from counterfoil.world.deal import Dealt, deal, keys
from counterfoil.world.drawing import Background, Drawing, Item, Truth, holds
from counterfoil.world.words import RELATIONS, Colour, Filling, Relation, Shape, Size

NOWHERE = Background(0, 0.0, 0.0, 0)
RADIUS: dict[Size, float] = {"small": 0.095, "medium": 0.14, "large": 0.2}

Looks = tuple[str, str, str, str]
Way = tuple[int, Relation, int]


def item(
    shape: Shape,
    colour: Colour,
    x: float,
    y: float,
    size: Size = "small",
    *,
    filling: Filling = "plain",
    radius: float | None = None,
) -> Item:
    return Item(shape, colour, size, filling, x, y, radius or RADIUS[size])


def drawing(*items: Item, distractors: int = 0) -> Drawing:
    return Drawing(NOWHERE, items, distractors)


@cache
def scenes(split: str, number: int, seed: int = 0) -> tuple[Dealt, ...]:
    return tuple(deal(key) for key in keys(split, seed, number))


@cache
def samples(split: str, number: int) -> tuple[Sample, ...]:
    return tuple(Drawn(path=split, number=number).read())


def through(
    stages: Iterable[Stage], records: Sequence[Any], seed: int = 0
) -> tuple[list[Any], list[Rejected]]:
    """What comes out at the end, and everything that was refused on the way."""
    refused: list[Rejected] = []
    for stage in stages:
        out = stage.load(Run(seed, Path()))(records)
        refused += [record for record in out if isinstance(record, Rejected)]
        records = [record for record in out if not isinstance(record, Rejected)]
    return list(records), refused


@cache
def mined(split: str, number: int) -> tuple[Any, ...]:
    """The kept foils of the first scenes of a split."""
    return tuple(through(drawn().stages, samples(split, number))[0])


def looks(one: Item) -> Looks:
    return one.shape, one.colour, one.size, one.filling


def ways(shown: Drawing) -> dict[Way, Truth]:
    """Every relation of every two items, in both directions, with its truth."""
    pairs = itertools.permutations(range(len(shown.items)), 2)
    return {(a, relation, b): holds(shown, a, relation, b) for a, b in pairs for relation in RELATIONS}


def clear(shown: Drawing) -> set[Way]:
    return {way for way, truth in ways(shown).items() if truth is True}


def covered(one: Item, side: int = 300) -> Mask:
    """The points of a grid that lie within an item's border."""
    steps = (np.arange(side) + 0.5) / side
    rows, columns = (
        slice(int(low * side), int(high * side) + 2) for low, high in zip(*_span(one), strict=True)
    )
    x, y = np.meshgrid(steps[columns], steps[rows])
    inside = np.zeros((side, side), bool)
    within = Outline(one.polygon).contains_points(np.stack([x.ravel(), y.ravel()], 1))
    inside[rows, columns] = within.reshape(x.shape)
    return inside


def _span(one: Item) -> tuple[tuple[float, float], tuple[float, float]]:
    """Its top and left, its bottom and right."""
    left, top = one.polygon.min(0).clip(0, 1)
    right, bottom = one.polygon.max(0).clip(0, 1)
    return (top, left), (bottom, right)
