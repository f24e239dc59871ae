"""What a model is shown of a foil, and what it says of pairs of a view and a text: each asked once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from counterfoil.models.hosting import halving
from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Foil, Pixels

V = TypeVar("V")

Pair = tuple[int, str]
"""A picture's number, and a text."""

Ask = Callable[[Sequence[Pixels], Sequence[Pair]], Sequence[V]]
"""Pictures, and pairs of one's number and a text; what a model says of each pair."""


@dataclass(frozen=True)
class View:
    """A foil's original or its negative picture, or a part of it.

    Args:
        foil: of whose scene.
        painted: the negative picture, not the original.
        box: the part; None for all.
    """

    foil: Foil
    painted: bool
    box: Box | None = None

    @property
    def key(self) -> Hashable:
        """The same for the same pixels: foils of a scene share the original, and may share a patch."""
        return self.foil.scene.key, id(self.foil.patch) if self.painted else None, self.box

    def pixels(self) -> Pixels:
        """What is seen."""
        scene, patch = self.foil.scene, self.foil.patch if self.painted else None
        whole = scene.pixels if patch is None else patch.onto(scene.pixels)
        if self.box is None:
            return whole
        left, top, right, bottom = to_pixels(self.box, scene.height, scene.width)
        return whole[top:bottom, left:right]


def ask_all(asked: Sequence[Sequence[tuple[View, str]]], batch: int, ask: Ask[V]) -> list[list[V]]:
    """What a model says of the pairs of each foil, in their order.

    Args:
        asked: of each foil, its pairs of a view and a text.
        batch: pairs at a time; those of one view stand side by side, so that it is encoded once.
        ask: the model.
    """
    views = {view.key: view for pairs in asked for view, _ in pairs}
    number = {key: place for place, key in enumerate(views)}
    pairs = sorted({(number[view.key], text) for pairs in asked for view, text in pairs})
    answer = partial(_ask, list(views.values()), ask)
    said = [one for lot in lots(pairs, batch) for one in halving(len(lot), answer, lot)]
    found = dict(zip(pairs, said, strict=True))
    return [[found[number[view.key], text] for view, text in pairs] for pairs in asked]


def _ask(views: Sequence[View], ask: Ask[V], lot: Sequence[Pair]) -> Sequence[V]:
    place = {number: place for place, number in enumerate(dict.fromkeys(number for number, _ in lot))}
    return ask([views[number].pixels() for number in place], [(place[number], text) for number, text in lot])


def lots(pairs: Sequence[Pair], size: int) -> Iterator[list[Pair]]:
    """The pairs, at most `size` at a time; those of one picture are parted only where they are more."""
    lot: list[Pair] = []
    for _, group in groupby(pairs, key=itemgetter(0)):
        some = list(group)
        if lot and len(lot) + len(some) > size:
            yield lot
            lot = []
        lot += some
        while len(lot) > size:
            yield lot[:size]
            lot = lot[size:]
    if lot:
        yield lot
