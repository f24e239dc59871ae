"""The drawn world as benchmarks, for what training shows ("test") and for what it lacks ("held_out").

Pictures are drawn when a scorer asks for them. Every truth is the scene's own: docs/world.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import NO_DATA, Data
from counterfoil.evaluate.pictures import Painted
from counterfoil.evaluate.verdicts import QUAD_CHANCE, Recall, Verdict, choice, recall_chance, two_by_two
from counterfoil.world import duo, tasks
from counterfoil.world.drawing import Drawing
from counterfoil.world.quads import CELLS, Cell, Quad, quads


@dataclass(frozen=True, kw_only=True)
class DrawnQuads:
    """Two drawings and two captions, one fact apart: Winoground's form.

    Args:
        split: of the world.
        seed: of the world.
        number: of quads per cell; each cell is a part of the benchmark.
        cells: operation and kind.
        side: of the pictures, in pixels.
    """

    split: str
    seed: int = 0
    number: int = 200
    cells: tuple[Cell, ...] = CELLS
    side: int = 64

    def open(self, data: Data = NO_DATA) -> Benchmark:
        """The benchmark; nothing is read."""

        def items() -> list[Item]:
            return [
                _square(quad, self.side) for quad in quads(self.split, self.seed, self.number, self.cells)
            ]

        return _drawn(f"quads-{self.split}", items, two_by_two, QUAD_CHANCE)


@dataclass(frozen=True, kw_only=True)
class DuoQuads:
    """The same in the smaller world of two things: see `world.duo`."""

    split: str
    seed: int = 0
    number: int = 200
    side: int = 32

    def open(self, data: Data = NO_DATA) -> Benchmark:
        """The benchmark; nothing is read."""

        def items() -> list[Item]:
            return [_square(quad, self.side) for quad in duo.duo_quads(self.split, self.seed, self.number)]

        return _drawn(f"duo-quads-{self.split}", items, two_by_two, QUAD_CHANCE)


@dataclass(frozen=True, kw_only=True)
class DuoRetrieval:
    """A gallery of such scenes and a caption of each. A few captions may be true of another picture."""

    split: str
    seed: int = 0
    number: int = 500
    side: int = 32

    def open(self, data: Data = NO_DATA) -> Benchmark:
        """The benchmark; nothing is read."""

        def items() -> list[Item]:
            scenes = [scene for _, scene in duo.duos(self.split, self.seed, self.number)]
            drawings, captions = [s.drawing for s in scenes], [s.caption for s in scenes]
            return [_gallery(self.split, drawings, captions, self.side)]

        return _drawn(
            f"duo-retrieval-{self.split}", items, Recall(), recall_chance(range(self.number)), general=True
        )


@dataclass(frozen=True, kw_only=True)
class DrawnChoice:
    """A picture, its caption, and one that is wrong by one fact: SugarCrepe's form. As `DrawnQuads`."""

    split: str
    seed: int = 0
    number: int = 200
    cells: tuple[Cell, ...] = CELLS
    side: int = 64

    def open(self, data: Data = NO_DATA) -> Benchmark:
        """The benchmark; nothing is read."""

        def items() -> list[Item]:
            return [
                Item(
                    key=asked.key,
                    pictures=(Painted(asked.drawing, self.side),),
                    texts=(asked.caption, asked.negative_caption),
                    owners=(0, -1),
                    parts=(f"{asked.operation} {asked.kind}",),
                )
                for asked in tasks.choices(self.split, self.seed, self.number, self.cells)
            ]

        return _drawn(f"choice-{self.split}", items, choice, {"accuracy": 1 / 2})


@dataclass(frozen=True, kw_only=True)
class DrawnRetrieval:
    """A gallery of `number` drawings, and a caption of each that is true of no other: one item."""

    split: str
    seed: int = 0
    number: int = 500
    side: int = 64

    def open(self, data: Data = NO_DATA) -> Benchmark:
        """The benchmark; nothing is read."""

        def items() -> list[Item]:
            gallery = tasks.retrieval(self.split, self.seed, self.number)
            return [_gallery(self.split, gallery.drawings, gallery.captions, self.side)]

        return _drawn(
            f"retrieval-{self.split}", items, Recall(), recall_chance(range(self.number)), general=True
        )


@dataclass(frozen=True, kw_only=True)
class DrawnClasses:
    """Zero-shot classification of shape, colour or count by the sentence of each class."""

    target: tasks.Target
    split: str
    seed: int = 0
    per_class: int = 50
    side: int = 64

    def open(self, data: Data = NO_DATA) -> Benchmark:
        """The benchmark; nothing is read."""
        asked = tasks.classification(self.target, self.split, self.seed, self.per_class)
        numbers = range(len(asked.classes))

        def items() -> list[Item]:
            return [
                Item(
                    key=f"{self.split}-{self.target}-{index:06}",
                    pictures=(Painted(drawing, self.side),),
                    texts=asked.classes,
                    owners=tuple(0 if number == label else -1 for number in numbers),
                )
                for index, (drawing, label) in enumerate(zip(asked.drawings, asked.labels, strict=True))
            ]

        return _drawn(
            f"{self.target}-{self.split}", items, choice, {"accuracy": 1 / len(numbers)}, general=True
        )


def _square(quad: Quad, side: int) -> Item:
    return Item(
        key=quad.key,
        pictures=tuple(Painted(drawing, side) for drawing in quad.drawings),
        texts=quad.captions,
        owners=(0, 1),
        parts=(f"{quad.operation} {quad.kind}",),
    )


def _gallery(key: str, drawings: Sequence[Drawing], captions: Sequence[str], side: int) -> Item:
    pictures = tuple(Painted(drawing, side) for drawing in drawings)
    return Item(key=key, pictures=pictures, texts=tuple(captions), owners=tuple(range(len(pictures))))


def _drawn(
    name: str,
    items: Callable[[], Sequence[Item]],
    verdict: Verdict,
    chance: Mapping[str, float],
    *,
    general: bool = False,
) -> Benchmark:
    return Benchmark(
        name=f"drawn-{name}",
        items=items,
        verdict=verdict,
        chance=chance,
        source="counterfoil.world; docs/world.md",
        licence="Apache-2.0",
        general=general,
    )
