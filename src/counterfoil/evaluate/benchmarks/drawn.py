"""The drawn world as benchmarks, for what training shows ("test") and for what it lacks ("held_out").

Pictures are drawn when a scorer asks for them. Every truth is the scene's own: docs/world.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.pictures import Painted
from counterfoil.evaluate.verdicts import QUAD_CHANCE, Recall, Verdict, choice, two_by_two
from counterfoil.world import tasks
from counterfoil.world.quads import CELLS, Cell, quads


def drawn_quads(
    split: str, seed: int = 0, *, number: int = 200, cells: tuple[Cell, ...] = CELLS, side: int = 64
) -> Benchmark:
    """Two drawings and two captions, one fact apart: Winoground's form.

    Args:
        split: of the world.
        seed: of the world.
        number: of quads per cell; each cell is a part of the benchmark.
        cells: operation and kind.
        side: of the pictures, in pixels.
    """

    def items() -> list[Item]:
        return [
            Item(
                key=quad.key,
                pictures=tuple(Painted(drawing, side) for drawing in quad.drawings),
                texts=quad.captions,
                owners=(0, 1),
                part=f"{quad.operation} {quad.kind}",
            )
            for quad in quads(split, seed, number, cells)
        ]

    return _drawn(f"quads-{split}", items, two_by_two, QUAD_CHANCE)


def drawn_choice(
    split: str, seed: int = 0, *, number: int = 200, cells: tuple[Cell, ...] = CELLS, side: int = 64
) -> Benchmark:
    """A picture, its caption, and one that is wrong by one fact: SugarCrepe's form. As `drawn_quads`."""

    def items() -> list[Item]:
        return [
            Item(
                key=asked.key,
                pictures=(Painted(asked.drawing, side),),
                texts=(asked.caption, asked.negative_caption),
                owners=(0, -1),
                part=f"{asked.operation} {asked.kind}",
            )
            for asked in tasks.choices(split, seed, number, cells)
        ]

    return _drawn(f"choice-{split}", items, choice, {"accuracy": 1 / 2})


def drawn_retrieval(split: str, seed: int = 0, *, number: int = 500, side: int = 64) -> Benchmark:
    """A gallery of `number` drawings, and a caption of each that is true of no other: one item."""

    def items() -> list[Item]:
        gallery = tasks.retrieval(split, seed, number)
        pictures = tuple(Painted(drawing, side) for drawing in gallery.drawings)
        return [Item(key=split, pictures=pictures, texts=gallery.captions, owners=tuple(range(number)))]

    recall = Recall()
    chance = {f"{asked}@{k}": min(k / number, 1.0) for asked in ("text", "image") for k in recall.ks}
    return _drawn(f"retrieval-{split}", items, recall, chance)


def drawn_classes(
    target: tasks.Target, split: str, seed: int = 0, *, per_class: int = 50, side: int = 64
) -> Benchmark:
    """Zero-shot classification of shape, colour or count by the sentence of each class."""
    asked = tasks.classification(target, split, seed, per_class)
    numbers = range(len(asked.classes))

    def items() -> list[Item]:
        return [
            Item(
                key=f"{split}-{target}-{index:06}",
                pictures=(Painted(drawing, side),),
                texts=asked.classes,
                owners=tuple(0 if number == label else -1 for number in numbers),
            )
            for index, (drawing, label) in enumerate(zip(asked.drawings, asked.labels, strict=True))
        ]

    return _drawn(f"{target}-{split}", items, choice, {"accuracy": 1 / len(numbers)})


def _drawn(
    name: str, items: Callable[[], Sequence[Item]], verdict: Verdict, chance: Mapping[str, float]
) -> Benchmark:
    return Benchmark(
        name=f"drawn-{name}",
        items=items,
        verdict=verdict,
        chance=chance,
        source="counterfoil.world; docs/world.md",
        licence="Apache-2.0",
    )
