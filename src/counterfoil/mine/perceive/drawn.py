"""What is known of a drawn scene: everything, or as much as a fallible observer would tell.

A picture of the drawn world in, a scene out. Its key says which scene it is, so nothing is guessed
from pixels; errors come in at stated rates only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import ClassVar

from counterfoil.chance import rng_for
from counterfoil.errors import DataError, RecipeError
from counterfoil.frozen import grow
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Box, Fact, Kind, Mention, Pictured, Region, Rejected, Scene
from counterfoil.world.deal import Dealt, deal
from counterfoil.world.drawing import relations
from counterfoil.world.words import COLOURS

_Key = tuple[Kind, tuple[int, ...], str]
"""A fact's kind, the items it is about, and its value."""


@dataclass(frozen=True, kw_only=True)
class PerceiveDrawn:
    """Tell the facts of a drawn scene, and where its captions state them.

    Args:
        missed: share of items that are not seen at all, 0..1.
        wrong_colour: share of items that are seen in another colour, 0..1.
        loose: by how much of its size each side of a box is moved, at most, 0..1.
    """

    missed: float = 0.0
    wrong_colour: float = 0.0
    loose: float = 0.0

    takes: ClassVar[type] = Pictured
    gives: ClassVar[type] = Scene
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        """Refuse shares that no observer can have."""
        for name in ("missed", "wrong_colour", "loose"):
            if not 0 <= getattr(self, name) <= 1:
                raise RecipeError(f"{name} is {getattr(self, name):g}, not a share from 0 to 1")

    def load(self, run: Run) -> Apply:
        """Get ready and return the function that perceives."""
        return lambda batch: [
            self._perceived(sample, rng_for(run.seed, sample.key, "perceive")) for sample in batch
        ]

    def _perceived(self, sample: Pictured, rng: Random) -> Scene | Rejected:
        try:
            dealt = deal(sample.key)
        except DataError as error:
            return Rejected(
                record=sample, key=sample.key, stage="perceive", reason="not_drawn", detail=str(error)
            )
        seen = [i for i in range(len(sample.regions)) if rng.random() >= self.missed]
        regions = tuple(self._loosened(sample.regions[i], rng) for i in seen)
        index = {item: region for region, item in enumerate(seen)}
        facts = tuple(_facts(dealt, index, self._colours(dealt, seen, rng)))
        return grow(replace(sample, regions=regions), Scene, parses=(), facts=facts)

    def _colours(self, dealt: Dealt, seen: Iterable[int], rng: Random) -> dict[int, str]:
        """The colour that each item seems to have."""
        colours: dict[int, str] = {}
        for item in seen:
            true = dealt.drawing.items[item].colour
            wrong = rng.random() < self.wrong_colour
            colours[item] = rng.choice([c for c in COLOURS if c != true]) if wrong else true
        return colours

    def _loosened(self, region: Region, rng: Random) -> Region:
        if not self.loose:
            return region
        left, top, right, bottom = region.box
        width, height = right - left, bottom - top
        moved = [
            min(max(side + rng.uniform(-self.loose, self.loose) * extent, 0.0), 1.0)
            for side, extent in zip(region.box, (width, height, width, height), strict=True)
        ]
        box: Box = (
            min(moved[0], moved[2]),
            min(moved[1], moved[3]),
            max(moved[0], moved[2]),
            max(moved[1], moved[3]),
        )
        return replace(region, box=box, outline=None)


def _facts(dealt: Dealt, index: Mapping[int, int], colours: Mapping[int, str]) -> Iterator[Fact]:
    """Every fact of the items that were seen, with what captions say of it; indices become regions."""
    told = _mentions(dealt, index)
    known = list(dict.fromkeys([*_of_items(dealt, index, colours), *_of_pairs(dealt, index, told), *told]))
    for kind, items, value in known:
        if kind == "attribute" and value in COLOURS and any(colours[item] != value for item in items):
            continue
        yield Fact(
            kind=kind,
            subject=dealt.drawing.items[items[0]].shape,
            value="" if kind == "object" else value,
            other=dealt.drawing.items[items[1]].shape if kind == "relation" else "",
            regions=tuple(index[item] for item in items),
            mentions=tuple(told.get((kind, items, value), ())),
        )


def _mentions(dealt: Dealt, index: Mapping[int, int]) -> dict[_Key, list[Mention]]:
    """What the captions tell of items that were seen."""
    told: dict[_Key, list[Mention]] = {}
    for number, caption in enumerate(dealt.captions):
        for tell in caption.tells:
            if all(item in index for item in tell.items):
                mention = Mention(number, tell.start, tell.end)
                told.setdefault((tell.kind, tell.items, tell.value), []).append(mention)
    return told


def _of_items(dealt: Dealt, index: Iterable[int], colours: Mapping[int, str]) -> Iterator[_Key]:
    items = dealt.drawing.items
    for i in index:
        yield "object", (i,), items[i].shape
        yield from (("attribute", (i,), value) for value in (colours[i], items[i].size, items[i].filling))
    shapes: dict[str, tuple[int, ...]] = {}
    for i in index:
        shapes[items[i].shape] = (*shapes.get(items[i].shape, ()), i)
    for group in shapes.values():
        yield "count", group, str(len(group))


def _of_pairs(
    dealt: Dealt, index: Mapping[int, int], told: Mapping[_Key, Sequence[Mention]]
) -> Iterator[_Key]:
    """The relations that no caption tells; of the others, the captions' own direction is kept."""
    stated = {frozenset(items) for kind, items, _ in told if kind == "relation"}
    for first, relation, other in relations(dealt.drawing):
        if first in index and other in index and frozenset((first, other)) not in stated:
            yield "relation", (first, other), relation
