"""Which two things are to change places, and how."""

import random
from pathlib import Path

from scenes import block, perceived, scene

from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.swap_places import SwapPlaces
from counterfoil.mine.stage import Run
from counterfoil.records import Mask

GREY = (90, 90, 90)
CAT = ("cat", block(40, 100, 80, 160), GREY)


def drafts(other: Mask, *captions: str) -> list[Draft]:
    drawn = scene(CAT, ("dog", other, GREY), captions=captions)
    return list(SwapPlaces().load(Run(0, Path()))(perceived(drawn), random.Random(0)))


def test_two_alike_are_exchanged_in_their_place() -> None:
    (draft,) = drafts(block(200, 100, 250, 160), "A cat and a dog.")
    assert (draft.edit.operation, draft.edit.kind) == ("swap", "object")
    assert (draft.edit.before, draft.edit.after) == ("cat left of dog", "dog left of cat")
    assert draft.edit.box is not None
    assert draft.targets == (0, 1)


def test_two_unlike_change_places_in_the_mirror() -> None:
    (draft,) = drafts(block(160, 40, 300, 200), "A cat and a dog.")
    assert draft.edit.box is None


def test_two_unlike_stay_where_there_is_writing() -> None:
    assert drafts(block(160, 40, 300, 200), "A cat and a dog with a logo.") == []
