"""Draw the scene again with the one fact changed; or do it as badly as it is told to.

A proposal about a drawn scene in, a patch out. A perfect redraw changes the pixels of the items that
the edit is about, and no other. A fallible one stands in for editors that are not ours: at stated
rates it fails to edit, edits the wrong item, or disturbs another one, and it leaves its grain on
all that it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from random import Random
from typing import ClassVar, Literal, cast

import numpy as np

from counterfoil.errors import RecipeError
from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Kind, Mask, Operation, Patch, Pixels, Reworded
from counterfoil.world import edit
from counterfoil.world.deal import deal
from counterfoil.world.drawing import Drawing, Item
from counterfoil.world.layout import new_item
from counterfoil.world.paint import Window, paint, touch
from counterfoil.world.words import COLOURS, NUMBERS, Colour, Filling, Relation, Shape, Size

Fault = Literal["none", "failed", "wrong_object", "disturbed"]
FAULTS: tuple[Fault, ...] = ("none", "failed", "wrong_object", "disturbed")

_CELLS: tuple[tuple[Operation, Kind], ...] = (
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


@dataclass(frozen=True, kw_only=True)
class Redraw:
    """Draw a scene of the drawn world again.

    Args:
        failed: share of edits after which the scene is as it was, or hardly changed, 0..1.
        wrong_object: share in which another item is changed instead, 0..1.
        disturbed: share in which another item is changed as well, 0..1.
        grain: standard deviation of what the editor leaves on the whole picture, in grey levels.
    """

    failed: float = 0.0
    wrong_object: float = 0.0
    disturbed: float = 0.0
    grain: float = 0.0

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset(_CELLS)
    version: ClassVar[int] = 3

    def __post_init__(self) -> None:
        """Refuse shares that no editor can have."""
        shares = {name: getattr(self, name) for name in ("failed", "wrong_object", "disturbed")}
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise RecipeError(f"{name} is {share:g}, not a share from 0 to 1")
        if sum(shares.values()) > 1:
            raise RecipeError(f"{' + '.join(shares)} is {sum(shares.values()):g}, more than all edits")
        if self.grain < 0:
            raise RecipeError(f"grain is {self.grain:g}, below 0")

    def load(self, run: Run) -> Paint:
        """Get ready and return the function that paints."""
        return self._paint

    def _paint(self, proposal: Reworded, rng: Random) -> Painted | Refused:
        drawing = deal(proposal.scene.key).drawing
        wanted = redrawn(proposal, rng)
        if wanted is None:
            return Refused(
                "no_clear_drawing", "there is no place for it, or it could not be told from the rest"
            )
        if wanted == drawing:
            return Refused("nothing_changes", "the scene is already as it would become: it was misperceived")
        pixels, side = proposal.scene.pixels, proposal.scene.height
        window, mask = _footprints(drawing, wanted, side)
        fault = self._fault(rng)
        done = _marred(proposal.scene.key, wanted, fault, rng)
        if done is None:
            return Refused("nothing_else_to_change", f"no other item could be {fault}")
        if fault == "none" and not self.grain:
            part = paint(done, side, window)
            patch = Patch(left=window.left, top=window.top, pixels=part, mask=mask)
            return Painted(patch, {"fault": 0.0})
        after = paint(done, side)
        if fault == "failed":
            after = _hardly(pixels, after, rng)
        return Painted(_whole(after, window, mask, self.grain, rng), {"fault": float(FAULTS.index(fault))})

    def _fault(self, rng: Random) -> Fault:
        chance = rng.random()
        for fault, share in (
            ("failed", self.failed),
            ("wrong_object", self.wrong_object),
            ("disturbed", self.disturbed),
        ):
            if chance < share:
                return cast(Fault, fault)
            chance -= share
        return "none"


def redrawn(proposal: Reworded, rng: Random) -> Drawing | None:
    """The proposal's drawing with its edit done; None where no clear drawing of it is found."""
    scene = proposal.scene
    drawing = deal(scene.key).drawing
    items = [_item_at(scene.key, scene.regions[region].box) for region in proposal.targets]
    change = _CHANGES[proposal.edit.operation, proposal.edit.kind]
    return change(drawing, items, proposal, rng)


@lru_cache(256)
def _item_at(key: str, box: Box) -> int:
    """The item of a scene whose box a region's box fits best."""
    items = deal(key).drawing.items
    return max(range(len(items)), key=lambda i: _shared(items[i].box, box))


def _shared(one: Box, two: Box) -> float:
    """Intersection over union."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (one, two))
    return width * height / (areas - width * height)


def _attribute(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    return edit.with_attributes(drawing, dict(zip(items, proposal.values, strict=True)))


def _object(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    return edit.with_shape(drawing, items[0], cast(Shape, proposal.values[0]))


def _relation(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    first, other = items
    was, becomes = cast(Relation, proposal.edit.before), cast(Relation, proposal.values[0])
    if becomes in edit.TOUCHING and not edit.can_touch(drawing.items[first], becomes, drawing.items[other]):
        return None
    return _moved(drawing, [(first, was, other)], [(first, becomes, other)], rng)


def _relations(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    subject, one, other = items
    to_one, to_other = (cast(Relation, value) for value in proposal.values)
    was = [(subject, to_other, one), (subject, to_one, other)]
    return _moved(drawing, was, [(subject, to_one, one), (subject, to_other, other)], rng)


def _places(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    one, other = items
    relation = cast(Relation, proposal.values[0])
    return _moved(drawing, [(one, relation, other)], [(other, relation, one)], rng)


def _moved(drawing: Drawing, was: edit.Relations, becomes: edit.Relations, rng: Random) -> Drawing | None:
    """One of the related items moves, or, where that does not do, several of them."""
    about = list(dict.fromkeys(item for one, _, other in becomes for item in (one, other)))
    for movers in (about[:1], about[1:2], about):
        after = edit.with_relations(drawing, movers, was, becomes, rng)
        if after is not None:
            return after
    return None


def _count(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    if NUMBERS.index(proposal.edit.after) > NUMBERS.index(proposal.edit.before):
        shape, colour = proposal.values
        return edit.with_one_more(drawing, cast(Shape, shape), cast(Colour, colour), rng)
    return edit.with_one_less(drawing, rng.choice(items))


def _added(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    shape, colour, size, filling = proposal.values
    fresh = new_item(rng, cast(Shape, shape), cast(Colour, colour), (cast(Size, size),))
    return edit.with_item(drawing, replace(fresh, filling=cast(Filling, filling)), rng)


def _removed(drawing: Drawing, items: Sequence[int], proposal: Reworded, rng: Random) -> Drawing | None:
    return edit.with_one_less(drawing, items[0])


Change = Callable[[Drawing, Sequence[int], Reworded, Random], Drawing | None]
_CHANGES: Mapping[tuple[Operation, Kind], Change] = {
    ("replace", "attribute"): _attribute,
    ("replace", "object"): _object,
    ("replace", "relation"): _relation,
    ("replace", "count"): _count,
    ("swap", "attribute"): _attribute,
    ("swap", "object"): _places,
    ("swap", "relation"): _relations,
    ("add", "object"): _added,
    ("remove", "object"): _removed,
}


def _footprints(before: Drawing, after: Drawing, side: int) -> tuple[Window, Mask]:
    """A window that holds all items that one drawing has and the other has not; the pixels they touch."""
    touched = [touch(item, side) for item in {*_without(before, after)} ^ {*_without(after, before)}]
    window = reduce(Window.around, (one for one, _ in touched))
    mask = np.zeros((window.bottom - window.top, window.right - window.left), bool)
    for one, inside in touched:
        mask[one.seen_from(window)] |= inside
    return window, mask


def _without(drawing: Drawing, other: Drawing) -> Iterator[Item]:
    """The items that the other drawing did not take over: told sooner than which are equal to none."""
    taken = set(map(id, other.items))
    return (item for item in drawing.items if id(item) not in taken)


def _marred(key: str, wanted: Drawing, fault: Fault, rng: Random) -> Drawing | None:
    """What a fallible editor makes of an edit; None where there is no other item to spoil."""
    if fault in ("none", "failed"):
        return wanted
    before = deal(key).drawing
    changed = [i for i, item in enumerate(before.items) if item not in wanted.items]
    base = wanted if fault == "disturbed" else before
    others = [i for i, item in enumerate(base.items) if item in before.items and i not in changed]
    for index in rng.sample(others, len(others)):
        item, lacking = base.items[index], deal(key).lacking
        known = lacking.colours_of(item.shape) if lacking else COLOURS
        colours = [colour for colour in known if colour != item.colour]
        after = edit.with_attributes(base, {index: rng.choice(colours)})
        if after is not None:
            return after
    return None


def _hardly(before: Pixels, after: Pixels, rng: Random) -> Pixels:
    """Between nothing and less than half of the change."""
    share = rng.uniform(0.0, 0.4)
    return np.rint(before + share * (after.astype(np.float32) - before)).astype(np.uint8)


def _whole(pixels: Pixels, window: Window, inside: Mask, grain: float, rng: Random) -> Patch:
    """The whole picture as the editor gives it back, with its grain; the mask is where it was to paint."""
    mask = np.zeros(pixels.shape[:2], bool)
    mask[window.slices] = inside
    noise = np.random.default_rng(rng.getrandbits(64)).normal(0.0, max(grain, 1e-9), pixels.shape)
    grainy = np.rint(pixels + noise).clip(0, 255).astype(np.uint8)
    return Patch(left=0, top=0, pixels=grainy, mask=mask)
