"""Two drawings and two captions, one fact apart: the benchmark that asks who did what to whom.

A caption of a quad is true of its own drawing and false of the other. In the swaps both captions
have the same words, and each word is true of something in both drawings, so that a bag of words
cannot tell them apart. In the replacements the word that is replaced is true of nothing in the other
drawing, so that a bag of words can. Which side comes first is chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import cast

from counterfoil.errors import DataError
from counterfoil.records import Kind, Operation
from counterfoil.world import edit
from counterfoil.world.deal import check_split, deal, keys
from counterfoil.world.drawing import Drawing, Item, holds
from counterfoil.world.layout import place
from counterfoil.world.say import article
from counterfoil.world.splits import Compositions, held_out
from counterfoil.world.words import (
    ADJECTIVES,
    COLOURS,
    FILLINGS,
    NOUNS,
    NUMBERS,
    PLURALS,
    RELATION_WORDS,
    SHAPES,
    SIZES,
    Colour,
    Relation,
)

Cell = tuple[Operation, Kind]
VALUES: dict[str, tuple[str, ...]] = {"colour": COLOURS, "size": SIZES, "filling": FILLINGS}
_SIDEWAYS: tuple[Relation, ...] = ("left of", "right of")
_UPRIGHT: tuple[Relation, ...] = ("above", "below")
_TRIES = 300


@dataclass(frozen=True, slots=True)
class Quad:
    """A square with the truth on its diagonal.

    Args:
        key: of the scene that it was made from, and its cell.
        operation, kind: what is one fact apart.
        drawings: two scenes.
        captions: two captions; the first is true of the first drawing alone, the second of the second.
        unseen: a caption states a composition that is held out of training.
    """

    key: str
    operation: Operation
    kind: Kind
    drawings: tuple[Drawing, Drawing]
    captions: tuple[str, str]
    unseen: bool


@dataclass
class _Words:
    """Picks words, one for each meaning throughout a quad, and notes which compositions are said."""

    rng: Random
    held: Compositions
    chosen: dict[str, str]
    unseen: bool = False

    def word(self, meaning: str, words: tuple[str, ...]) -> str:
        return self.chosen.setdefault(meaning, self.rng.choice(words))

    def phrase(self, item: Item, *names: str) -> str:
        """An item with some of its attributes: "a small red circle"."""
        values = [getattr(item, name) for name in ("size", "filling", "colour") if name in names]
        if "colour" in names:
            self.unseen |= (item.shape, item.colour) in self.held.pairs
        said = [self.word(v, ADJECTIVES[v]) for v in values] + [self.word(item.shape, NOUNS[item.shape])]
        return f"{article(said[0])} {' '.join(said)}"

    def relation(self, first: Item, relation: Relation, other: Item) -> str:
        self.unseen |= (first.shape, relation, other.shape) in self.held.triples
        return self.word(relation, RELATION_WORDS[relation])


Way = tuple[int, Relation, int]
Ways = Sequence[Way]
Built = tuple[Drawing, Drawing, str, str]
Builder = Callable[[Drawing, Random, _Words], Built | None]


def quads(split: str, seed: int, number: int, cells: tuple[Cell, ...] = ()) -> Iterator[Quad]:
    """Quads of a split, `number` of each cell.

    Args:
        split: of the world; of "held_out", each quad states a held-out composition.
        seed: of the world.
        number: of quads per cell.
        cells: operation and kind; () for all of `CELLS`.

    Raises:
        DataError: an unknown split or cell.
    """
    check_split(split)
    for cell in known_cells("the drawn world has", cells, CELLS):
        found = 0
        for key in keys(split, seed, 10_000 + 1000 * number):
            quad = _quad(key, cell, held_out(seed), unseen=split == "held_out")
            if found == number:
                break
            if quad is not None:
                found += 1
                yield quad


def known_cells(world: str, asked: tuple[Cell, ...], known: Collection[Cell]) -> Iterator[Cell]:
    """The cells that are asked for, or all that are known.

    Raises:
        DataError: one that nobody knows, when its turn comes.
    """
    for cell in asked or tuple(known):
        if cell not in known:
            raise DataError(f"{world} no quads of {' '.join(cell)}, but of {', '.join(map(' '.join, known))}")
        yield cell


def _quad(key: str, cell: Cell, held: Compositions, *, unseen: bool) -> Quad | None:
    rng = Random(f"quad {key} {cell}")
    words = _Words(rng, held, {})
    built = BUILDERS[cell](deal(key).drawing, rng, words)
    if built is None or words.unseen != unseen or not (unseen or _shows_only_seen(built, held)):
        return None
    drawings, captions = built[:2], tuple(f"{text[0].upper()}{text[1:]}." for text in built[2:])
    if rng.random() < 0.5:
        drawings, captions = drawings[::-1], captions[::-1]
    return Quad(f"{key}/{'-'.join(cell)}", *cell, drawings, cast(tuple[str, str], captions), unseen)


def _shows_only_seen(built: Built, held: Compositions) -> bool:
    return all((item.shape, item.colour) not in held.pairs for drawing in built[:2] for item in drawing.items)


def _replace_attribute(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    index, name = _alone(drawing, rng), rng.choice(tuple(VALUES))
    if index is None:
        return None
    there = {getattr(item, name) for item in drawing.items}
    item = drawing.items[index]
    shared = sum(getattr(other, name) == getattr(item, name) for other in drawing.items) > 1
    fine = [value for value in VALUES[name] if value not in there]
    after = edit.with_attributes(drawing, {index: rng.choice(fine)}) if fine and not shared else None
    if after is None:
        return None
    before_text, after_text = (words.phrase(d.items[index], name) for d in (drawing, after))
    return drawing, after, f"there is {before_text}", f"there is {after_text}"


def _replace_object(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    index = _alone(drawing, rng)
    there = {item.shape for item in drawing.items}
    if index is None:
        return None
    after = edit.with_shape(drawing, index, rng.choice([shape for shape in SHAPES if shape not in there]))
    if after is None:
        return None
    texts = [words.phrase(d.items[index], "colour") for d in (drawing, after)]
    return drawing, after, f"there is {texts[0]}", f"there is {texts[1]}"


def _replace_relation(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    """Side by side, or one above the other, and nothing else there: each word is false of one drawing."""
    chosen = _two(drawing, rng)
    if chosen is None:
        return None
    bare = replace(drawing, items=chosen, distractors=0)
    one, two = rng.choice(_SIDEWAYS), rng.choice(_UPRIGHT)
    sides = [
        _arranged(bare, [(0, way, 1)], [(0, other, 1)], rng, never=(1, other, 0))
        for way, other in ((one, two), (two, one))
    ]
    return _both_told(sides, [(0, one, 1)], [(0, two, 1)], words)


def _replace_count(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    shape, number = Counter(item.shape for item in drawing.items).most_common(1)[0]
    if not 2 <= number <= 4:
        return None
    like = next(item for item in drawing.items if item.shape == shape)
    after = edit.with_one_more(drawing, shape, like.colour, rng)
    if after is None or {n for _, n in Counter(i.shape for i in after.items).items()} & {number}:
        return None
    words.unseen |= words.held is not None and (shape, like.colour) in words.held.pairs
    noun = PLURALS[words.word(shape, NOUNS[shape])]
    return drawing, after, f"there are {NUMBERS[number]} {noun}", f"there are {NUMBERS[number + 1]} {noun}"


def _swap_attribute(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    chosen, name = _two(drawing, rng), rng.choice(("colour", "colour", "filling", "size"))
    if chosen is None:
        return None
    a, b = (drawing.items.index(item) for item in chosen)
    values = getattr(chosen[1], name), getattr(chosen[0], name)
    kinds = [(item.shape, getattr(item, name)) for item in drawing.items]
    if (
        values[0] == values[1]
        or (chosen[0].shape, values[0]) in kinds
        or (chosen[1].shape, values[1]) in kinds
    ):
        return None
    after = edit.with_attributes(drawing, {a: values[0], b: values[1]})
    if after is None:
        return None
    texts = [
        f"{words.phrase(d.items[a], name)} and {words.phrase(d.items[b], name)}" for d in (drawing, after)
    ]
    return drawing, after, texts[0], texts[1]


def _swap_object(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    chosen, way = _two(drawing, rng), rng.choice(_SIDEWAYS + _UPRIGHT)
    if chosen is None:
        return None
    bare = replace(drawing, items=chosen, distractors=0)
    ways = [(0, way, 1)], [(1, way, 0)]
    sides = [_arranged(bare, ways[i], ways[1 - i], rng) for i in (0, 1)]
    return _both_told(sides, *ways, words)


def _swap_relation(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    items = list({item.shape: item for item in drawing.items}.values())
    if len(items) < 3:
        return None
    bare = replace(drawing, items=tuple(rng.sample(items, 3)), distractors=0)
    one, two = rng.choice(_SIDEWAYS), rng.choice(_UPRIGHT)
    ways = [(0, one, 1), (0, two, 2)], [(0, two, 1), (0, one, 2)]
    sides = [_arranged(bare, ways[i], ways[1 - i], rng) for i in (0, 1)]
    return _both_told(sides, *ways, words)


def _add_object(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    shape = rng.choice([s for s in SHAPES if s not in {item.shape for item in drawing.items}])
    colour: Colour = rng.choice(COLOURS)
    after, index = edit.with_one_more(drawing, shape, colour, rng), _alone(drawing, rng)
    if after is None or index is None:
        return None
    first, new = words.phrase(drawing.items[index], "colour"), after.items[len(drawing.named)]
    second = words.phrase(new, "colour")
    return drawing, after, f"{first} and no {second.split(' ', 1)[1]}", f"{first} and {second}"


def _remove_object(drawing: Drawing, rng: Random, words: _Words) -> Built | None:
    added = _add_object(drawing, rng, words)
    return added and (added[1], added[0], added[3], added[2])


CELLS: tuple[Cell, ...] = (
    ("replace", "attribute"),
    ("replace", "object"),
    ("replace", "relation"),
    ("replace", "count"),
    ("swap", "attribute"),
    ("swap", "object"),
    ("swap", "relation"),
    ("add", "object"),
    ("remove", "object"),
)
BUILDERS: Mapping[Cell, Builder] = dict(
    zip(
        CELLS,
        (
            _replace_attribute,
            _replace_object,
            _replace_relation,
            _replace_count,
            _swap_attribute,
            _swap_object,
            _swap_relation,
            _add_object,
            _remove_object,
        ),
        strict=True,
    )
)


def _alone(drawing: Drawing, rng: Random) -> int | None:
    """An item whose shape no other has."""
    shapes = Counter(item.shape for item in drawing.items)
    fine = [i for i, item in enumerate(drawing.items) if shapes[item.shape] == 1]
    return rng.choice(fine) if fine else None


def _two(drawing: Drawing, rng: Random) -> tuple[Item, Item] | None:
    """Two items of different shapes, each the only one of its shape."""
    shapes = Counter(item.shape for item in drawing.items)
    fine = [item for item in drawing.items if shapes[item.shape] == 1]
    return cast(tuple[Item, Item], tuple(rng.sample(fine, 2))) if len(fine) > 1 else None


def _arranged(
    drawing: Drawing, wanted: Ways, gone: Ways, rng: Random, never: Way | None = None
) -> Drawing | None:
    """All items at other places.

    Args:
        drawing: what is there.
        wanted: relations that hold.
        gone: relations of which one clearly does not.
        rng: the chance.
        never: a relation that does not seem to hold.
    """
    for _ in range(_TRIES):
        placed = _strewn(drawing.items, rng)
        if placed is None:
            continue
        after = replace(drawing, items=placed)
        told = all(holds(after, *way) is True for way in wanted)
        denied = any(holds(after, *way) is False for way in gone)
        if told and denied and (never is None or holds(after, *never) is not True):
            return after
    return None


def _strewn(items: Sequence[Item], rng: Random) -> tuple[Item, ...] | None:
    """The items at free places of chance."""
    placed: list[Item] = []
    for item in items:
        found = place(rng, item, placed, tries=4)
        if found is None:
            return None
        placed.append(found)
    return tuple(placed)


def _both_told(sides: list[Drawing | None], before: Ways, after: Ways, words: _Words) -> Built | None:
    """Both drawings with the sentences that tell their relations; None where one of them is missing."""
    one, two = sides
    if one is None or two is None:
        return None
    texts = [_told(drawing, ways, words) for drawing, ways in ((one, before), (two, after))]
    return one, two, texts[0], texts[1]


def _told(drawing: Drawing, ways: Ways, words: _Words) -> str:
    """The relations of one item: "a circle is left of a star and above a heart"."""
    items = drawing.items
    told = [
        f"{words.relation(items[a], way, items[b])} {words.phrase(items[b], 'colour')}" for a, way, b in ways
    ]
    return f"{words.phrase(items[ways[0][0]], 'colour')} is {' and '.join(told)}"
