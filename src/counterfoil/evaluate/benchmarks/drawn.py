"""The drawn world as benchmarks, for what training shows ("test") and for what it lacks ("held_out").

Pictures are drawn when a scorer asks for them. Every truth is the scene's own: docs/world.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.pictures import Painted
from counterfoil.evaluate.verdicts import QUAD_CHANCE, Recall, Verdict, choice, two_by_two
from counterfoil.world import duo, tasks
from counterfoil.world.drawing import Drawing
from counterfoil.world.quads import CELLS, Cell, Quad, quads


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
        return [_square(quad, side) for quad in quads(split, seed, number, cells)]

    return _drawn(f"quads-{split}", items, two_by_two, QUAD_CHANCE)


def duo_quads(split: str, seed: int = 0, *, number: int = 200, side: int = 32) -> Benchmark:
    """The same in the smaller world of two things: see `world.duo`."""

    def items() -> list[Item]:
        return [_square(quad, side) for quad in duo.duo_quads(split, seed, number)]

    return _drawn(f"duo-quads-{split}", items, two_by_two, QUAD_CHANCE)


def duo_retrieval(split: str, seed: int = 0, *, number: int = 500, side: int = 32) -> Benchmark:
    """A gallery of such scenes and a caption of each. A few captions may be true of another picture."""

    def items() -> list[Item]:
        scenes = [scene for _, scene in duo.duos(split, seed, number)]
        return [
            _gallery(split, [scene.drawing for scene in scenes], [scene.caption for scene in scenes], side)
        ]

    return _drawn(f"duo-retrieval-{split}", items, Recall(), _recall_chance(number))


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
        return [_gallery(split, gallery.drawings, gallery.captions, side)]

    return _drawn(f"retrieval-{split}", items, Recall(), _recall_chance(number))


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


def _square(quad: Quad, side: int) -> Item:
    return Item(
        key=quad.key,
        pictures=tuple(Painted(drawing, side) for drawing in quad.drawings),
        texts=quad.captions,
        owners=(0, 1),
        part=f"{quad.operation} {quad.kind}",
    )


def _gallery(key: str, drawings: Sequence[Drawing], captions: Sequence[str], side: int) -> Item:
    pictures = tuple(Painted(drawing, side) for drawing in drawings)
    return Item(key=key, pictures=pictures, texts=tuple(captions), owners=tuple(range(len(pictures))))


def _recall_chance(number: int) -> dict[str, float]:
    return {f"{asked}@{k}": min(k / number, 1.0) for asked in ("text", "image") for k in Recall().ks}


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
