"""What a caption claims, and whether that is so. A claim and a drawing in, true, false or unsure out.

Nothing here knows of words: `read` makes claims of them. Descriptions of single items are exact; only
relations can leave a doubt, and so can a sentence that people would take in two ways. Then the two
ways must agree, or the answer is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from counterfoil.world.drawing import Drawing, Item, Truth, holds
from counterfoil.world.words import Relation

Sense = Literal["some", "none", "not"]
"""Of "a star is red": "some". Of "no star is red": "none". Of "a star is not red": "not"."""


@dataclass(frozen=True, slots=True)
class Description:
    """What one item looks like.

    Args:
        shape: None for any; a name that is no shape ("dog") fits nothing.
        attributes: colours, sizes, fillings, all of which it has.
    """

    shape: str | None
    attributes: frozenset[str] = frozenset()

    def fits(self, item: Item) -> bool:
        """Whether an item looks like that."""
        return self.shape in (None, item.shape) and self.attributes <= _looks(item)

    def among(self, drawing: Drawing) -> list[int]:
        """The items that look like that: all of them, those too that no caption names."""
        return [index for index, item in enumerate(drawing.items) if self.fits(item)]


@dataclass(frozen=True, slots=True)
class Listed:
    """Things that are there together, each its own item: "two circles, a star and no heart".

    Args:
        things: there is one of each.
        counts: there are exactly so many of each; none, if 0.
    """

    things: tuple[Description, ...]
    counts: tuple[tuple[Description, int], ...] = ()

    def truth(self, drawing: Drawing) -> Truth:
        """None if the counts are right, but one item counts twice: "two circles and two red shapes"."""
        counted = [thing.among(drawing) for thing, _ in self.counts]
        if [len(found) for found in counted] != [number for _, number in self.counts]:
            return False
        taken = {index for found in counted for index in found}
        choices = [[i for i in thing.among(drawing) if i not in taken] for thing in self.things]
        if len(choices) > len(drawing.items) or not _distinct(choices):
            return False
        return True if len(taken) == sum(map(len, counted)) else None


@dataclass(frozen=True, slots=True)
class Related:
    """How the first of some things stands to the others: "a circle is above a square and behind a star".

    Args:
        things: the first one and the others; distinct items.
        relations: of the first to each of the others, in their order.
    """

    things: tuple[Description, ...]
    relations: tuple[Relation, ...]
    sense: Sense = "some"

    def truth(self, drawing: Drawing) -> Truth:
        """None, too, for "no circle is above a star" where there is no star to look above of."""
        choices = [thing.among(drawing) for thing in self.things]
        truths = (self._stand(drawing, chosen) for chosen in _choose(choices))
        if self.sense == "none" and not all(choices[1:]):
            return None
        return _in_sense(self.sense, truths)

    def _stand(self, drawing: Drawing, chosen: Sequence[int]) -> Truth:
        first, *others = chosen
        pairs = zip(self.relations, others, strict=True)
        return every(holds(drawing, first, relation, other) for relation, other in pairs)


@dataclass(frozen=True, slots=True)
class Described:
    """What a thing is like: "the star is red and striped".

    Args:
        definite: said of "the" thing: unsure if several could be meant.
    """

    thing: Description
    attributes: frozenset[str]
    sense: Sense = "some"
    definite: bool = False

    def truth(self, drawing: Drawing) -> Truth:
        """False, too, where there is no such thing, unless that is what it says."""
        found = self.thing.among(drawing)
        if self.definite and len(found) > 1:
            return None
        return _in_sense(self.sense, (self._has(drawing.items[index]) for index in found))

    def _has(self, item: Item) -> Truth:
        shown = self.attributes & _looks(item)
        # "Not red and striped" of something red and plain: true or false by what "not" reaches.
        return (
            None
            if self.sense == "not" and 0 < len(shown) < len(self.attributes)
            else shown == self.attributes
        )


Statement: TypeAlias = Listed | Related | Described
Claim: TypeAlias = tuple[Statement, ...]
"""Statements that are all made."""


def true_of(claim: Claim, drawing: Drawing) -> Truth:
    """Whether a claim is true of a drawing; None where it cannot be said for certain."""
    return every(statement.truth(drawing) for statement in claim)


def every(truths: Iterable[Truth]) -> Truth:
    """Kleene's "and": false if one is false, else unsure if one is unsure."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        result = None if truth is None else result
    return result


def some(truths: Iterable[Truth]) -> Truth:
    """Kleene's "or": true if one is true, else unsure if one is unsure."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        result = None if truth is None else result
    return result


def _in_sense(sense: Sense, truths: Iterable[Truth]) -> Truth:
    """Of all ways to choose the items: is it so of some, of none, or of these not?

    "A star is not red" with a red and a blue star is true of the blue one, yet "a star is red" is true
    as well: so it is unsure unless all stars agree. And it is false without a star.
    """
    if sense == "some":
        return some(truths)
    if sense == "none":
        found = some(truths)
        return None if found is None else not found
    agreed = set(truths)
    if agreed == {False}:
        return True
    return False if agreed <= {True} else None


def _looks(item: Item) -> set[str]:
    return {item.colour, item.size, item.filling}


def _choose(choices: Sequence[Sequence[int]], taken: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every way to choose one item from each, no item twice."""
    if len(taken) == len(choices):
        yield taken
        return
    for index in choices[len(taken)]:
        if index not in taken:
            yield from _choose(choices, (*taken, index))


def _distinct(choices: Sequence[Sequence[int]]) -> bool:
    """Whether there is such a way. The scarce first, so that most dead ends show at once."""
    return next(_choose(sorted(choices, key=len)), None) is not None
