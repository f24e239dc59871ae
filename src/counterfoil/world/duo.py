"""A smaller world for small laboratories: two things that stand apart, and captions that say all of them.

Six shapes, eight colours, two sizes, all plain; left of, right of, above, below. One sentence without
synonyms: "A large red circle is left of a medium blue star." Light, texture, places, tints and
turns vary as in the whole world, and what training lacks is the same: see `splits`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from random import Random
from typing import NamedTuple

from counterfoil.world import edit
from counterfoil.world.deal import check_split, keys
from counterfoil.world.drawing import Drawing, Item, relations
from counterfoil.world.layout import background, new_item, place
from counterfoil.world.quads import Cell, Quad, known_cells
from counterfoil.world.say import article
from counterfoil.world.splits import Compositions, held_out
from counterfoil.world.words import CONVERSE, Colour, Relation, Shape, Size

SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "star", "heart", "cross")
COLOURS: tuple[Colour, ...] = ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")
SIZES: tuple[Size, ...] = ("medium", "large")
_ACROSS: Mapping[str, tuple[Relation, ...]] = {
    "left of": ("above", "below"),
    "right of": ("above", "below"),
    "above": ("left of", "right of"),
    "below": ("left of", "right of"),
}
"""Of each relation those that are as true of a picture as it is, whichever thing is named first."""


class Duo(NamedTuple):
    """Two things, and how the first stands to the second."""

    drawing: Drawing
    relation: Relation

    @property
    def caption(self) -> str:
        """All that there is to say of it."""
        first, second = map(_phrase, self.drawing.items)
        text = f"{first} is {self.relation} {second}."
        return text[0].upper() + text[1:]

    @property
    def twins(self) -> bool:
        """Whether nothing that captions say tells the two apart."""
        return len({_phrase(item) for item in self.drawing.items}) == 1

    @property
    def turned(self) -> Duo:
        """The same scene, told from the second thing."""
        items = self.drawing.items[::-1]
        return Duo(replace(self.drawing, items=items), CONVERSE[self.relation])


def duos(split: str, seed: int, number: int) -> Iterator[tuple[str, Duo]]:
    """The keys and scenes of a split, `number` of them; those of "held_out" state a held-out composition.

    Raises:
        DataError: an unknown split.
    """
    split, held = check_split(split), held_out(seed)
    dealt = ((key, _deal(key)) for key in keys(split, seed, 20 * number + 100))
    fine = ((key, duo) for key, duo in dealt if duo and _unseen(duo, held) == (split == "held_out"))
    return islice(fine, number)


def duo_quads(split: str, seed: int, number: int, cells: tuple[Cell, ...] = ()) -> Iterator[Quad]:
    """Squares of two scenes, one fact apart, `number` of each cell.

    Args:
        split: of the world; of "held_out", each square states a held-out composition.
        seed: of the world.
        number: of squares per cell.
        cells: operation and kind; () for all of `CHANGES`.

    Raises:
        DataError: an unknown split or cell.
    """
    split, held = check_split(split), held_out(seed)
    for cell in known_cells("two things have", cells, CHANGES):
        made = (_quad(key, cell, held) for key in keys(split, seed, 40 * number + 200))
        yield from islice((q for q in made if q and q.unseen == (split == "held_out")), number)


def _deal(key: str) -> Duo | None:
    """The scene of a key; None where its things find no room, stand askew or are alike."""
    rng = Random(f"duo {key}")
    items: list[Item] = []
    for _ in range(2):
        item = new_item(rng, rng.choice(SHAPES), rng.choice(COLOURS), SIZES)
        placed = place(rng, replace(item, filling="plain"), items)
        if placed is None:
            return None
        items.append(placed)
    return _told(Drawing(background(rng), tuple(items)), rng)


def _told(drawing: Drawing, rng: Random) -> Duo | None:
    """The drawing with one of its relations, from either thing; None where that would be unclear.

    What is named first is the first item.
    """
    known = list(relations(drawing))
    if not known:
        return None
    first, relation, _ = rng.choice(known)
    duo = Duo(replace(drawing, items=drawing.items if first == 0 else drawing.items[::-1]), relation)
    if duo.twins:
        return None
    return duo if rng.random() < 0.5 else duo.turned


def _quad(key: str, cell: Cell, held: Compositions) -> Quad | None:
    rng, duo = Random(f"duo {key} {cell}"), _deal(key)
    changed = duo and CHANGES[cell](duo, rng)
    if duo is None or changed is None or changed.twins:
        return None
    sides = (duo, changed) if rng.random() < 0.5 else (changed, duo)
    unseen = any(_unseen(side, held) for side in sides)
    drawings = sides[0].drawing, sides[1].drawing
    return Quad(f"{key}/{'-'.join(cell)}", *cell, drawings, (sides[0].caption, sides[1].caption), unseen)


def _unseen(duo: Duo, held: Compositions) -> bool:
    first, second = duo.drawing.items
    pairs = {(item.shape, item.colour) for item in (first, second)}
    return bool(pairs & held.pairs) or (first.shape, duo.relation, second.shape) in held.triples


def _replace_attribute(duo: Duo, rng: Random) -> Duo | None:
    """A thing gets a colour or a size that neither had."""
    index, name = rng.randrange(2), rng.choice(("colour", "size"))
    values: tuple[str, ...] = COLOURS if name == "colour" else SIZES
    there = {getattr(item, name) for item in duo.drawing.items}
    fine = [value for value in values if value not in there]
    return _with(duo, edit.with_attributes(duo.drawing, {index: rng.choice(fine)})) if fine else None


def _replace_object(duo: Duo, rng: Random) -> Duo | None:
    there = {item.shape for item in duo.drawing.items}
    shape = rng.choice([shape for shape in SHAPES if shape not in there])
    return _with(duo, edit.with_shape(duo.drawing, rng.randrange(2), shape))


def _replace_relation(duo: Duo, rng: Random) -> Duo | None:
    """Side by side becomes one above the other, or the reverse."""
    return _moved(duo, rng.choice(_ACROSS[duo.relation]), rng)


def _swap_attribute(duo: Duo, rng: Random) -> Duo | None:
    """The two exchange their colours or their sizes."""
    name = rng.choice(("colour", "colour", "size"))
    first, second = (getattr(item, name) for item in duo.drawing.items)
    same_shape = len({item.shape for item in duo.drawing.items}) == 1
    if first == second or same_shape:
        return None
    return _with(duo, edit.with_attributes(duo.drawing, {0: second, 1: first}))


def _swap_object(duo: Duo, rng: Random) -> Duo | None:
    """The two exchange their places, so that each is said of the other what was said of it."""
    turned = _moved(duo, CONVERSE[duo.relation], rng)
    return turned and turned.turned


CHANGES: Mapping[Cell, Callable[[Duo, Random], Duo | None]] = {
    ("replace", "attribute"): _replace_attribute,
    ("replace", "object"): _replace_object,
    ("replace", "relation"): _replace_relation,
    ("swap", "attribute"): _swap_attribute,
    ("swap", "object"): _swap_object,
}
"""What becomes of two things, by operation and kind."""


def _with(duo: Duo, drawing: Drawing | None) -> Duo | None:
    return Duo(drawing, duo.relation) if drawing else None


def _moved(duo: Duo, relation: Relation, rng: Random) -> Duo | None:
    """The two at other places, in another relation and no more in the old one."""
    was, becomes = [(0, duo.relation, 1)], [(0, relation, 1)]
    after = edit.with_relations(duo.drawing, (0, 1), was, becomes, rng)
    return Duo(after, relation) if after else None


def _phrase(item: Item) -> str:
    return f"{article(item.size)} {item.size} {item.colour} {item.shape}"
