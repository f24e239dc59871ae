"""The other benchmarks of the drawn world: choice of a caption, retrieval, zero-shot classification.

Each is a value that holds drawings and texts; who asks for pixels paints them (`paint`). All are made
from a split, a seed and a number, and each says whether it asks for compositions that training lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from counterfoil.errors import DataError, unknown
from counterfoil.records import Kind, Operation
from counterfoil.world.deal import check_split, deal, keys
from counterfoil.world.drawing import Drawing, Item
from counterfoil.world.layout import background, new_item, place
from counterfoil.world.quads import Cell, quads
from counterfoil.world.read import matches
from counterfoil.world.say import article
from counterfoil.world.splits import held_out
from counterfoil.world.words import COLOURS, NOUNS, NUMBERS, SHAPES, SIZES, THING, Colour, Shape, Size

Target = Literal["shape", "colour", "count"]
TARGETS: tuple[Target, ...] = get_args(Target)
COUNTED = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Choice:
    """One picture, its caption, and one that is wrong by one fact: the form of SugarCrepe.

    Args:
        key, operation, kind, unseen: as of a `Quad`.
        drawing: the picture.
        caption: true of it.
        negative_caption: false of it.
    """

    key: str
    operation: Operation
    kind: Kind
    drawing: Drawing
    caption: str
    negative_caption: str
    unseen: bool


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Pictures and captions of which each belongs to one picture, and is true of no other.

    Args:
        drawings: the pictures.
        captions: one of each, in the same order.
    """

    drawings: tuple[Drawing, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    """Pictures to be put into classes by the names of these.

    Args:
        target: what is asked for: "shape", "colour" or "count".
        classes: the sentence of each class.
        drawings: the pictures.
        labels: the class of each.
        unseen: the pictures show pairs of shape and colour that training lacks.
    """

    target: Target
    classes: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    labels: tuple[int, ...]
    unseen: bool


def choices(split: str, seed: int, number: int, cells: tuple[Cell, ...] = ()) -> Iterator[Choice]:
    """`number` choices of each cell; the arguments are those of `quads`."""
    for quad in quads(split, seed, number, cells):
        yield Choice(
            quad.key,
            quad.operation,
            quad.kind,
            quad.drawings[0],
            *quad.captions,
            quad.unseen,
        )


def retrieval(split: str, seed: int, number: int) -> Retrieval:
    """The first `number` scenes of a split whose longest captions are true of no other of them.

    Raises:
        DataError: an unknown split, or more scenes than have captions of their own.
    """
    drawings: list[Drawing] = []
    captions: list[str] = []
    for key in keys(split, seed, 100 + 50 * number):
        if len(drawings) == number:
            break
        dealt = deal(key)
        caption = max((said.text for said in dealt.captions), key=len)
        others = (matches(caption, drawing) for drawing in drawings)
        theirs = (matches(said, dealt.drawing) for said in captions)
        if all(truth is False for truth in (*others, *theirs)):
            drawings.append(dealt.drawing)
            captions.append(caption)
    if len(drawings) < number:
        raise DataError(f"only {len(drawings)} scenes of {split!r} have captions of their own, not {number}")
    return Retrieval(tuple(drawings), tuple(captions))


def classification(target: str, split: str, seed: int, per_class: int) -> Classification:
    """Pictures of one thing, or of up to five alike, `per_class` of each class.

    Raises:
        DataError: an unknown target or split.
    """
    check_split(split)
    if target not in TARGETS:
        raise DataError(unknown("target of classification", target, TARGETS))
    unseen = split == "held_out"
    held = held_out(seed).pairs
    pairs = [(s, c) for s in SHAPES for c in COLOURS if ((s, c) in held) == unseen]
    rng = Random(f"classification {target} {split} {seed}")
    names = _classes(target)
    drawings = [_of_class(rng, target, label, pairs) for label in range(len(names)) for _ in range(per_class)]
    labels = tuple(label for label in range(len(names)) for _ in range(per_class))
    asked: Target = next(known for known in TARGETS if known == target)
    return Classification(asked, names, tuple(drawings), labels, unseen)


def _classes(target: str) -> tuple[str, ...]:
    if target == "count":
        return tuple(f"A picture of {NUMBERS[n]} {THING}{'s' * (n > 1)}." for n in COUNTED)
    if target == "colour":
        return tuple(f"A picture of {article(colour)} {colour} {THING}." for colour in COLOURS)
    return tuple(f"A picture of {article(noun)} {noun}." for noun, *_ in NOUNS.values())


def _of_class(rng: Random, target: str, label: int, pairs: list[tuple[Shape, Colour]]) -> Drawing:
    """A drawing of a class; begun again where its things find no room."""
    classes: tuple[str, ...] = SHAPES if target == "shape" else COLOURS
    fine = pairs if target == "count" else [pair for pair in pairs if classes[label] in pair]
    number = COUNTED[label] if target == "count" else 1
    sizes: tuple[Size, ...] = ("small", "medium") if number > 2 else SIZES
    while True:
        shape, colour = rng.choice(fine)
        like = new_item(rng, shape, colour, sizes)
        items: list[Item] = []
        for _ in range(number):
            placed = place(rng, like, items)
            if placed is not None:
                items.append(placed)
        if len(items) == number:
            return Drawing(background(rng), tuple(items))
