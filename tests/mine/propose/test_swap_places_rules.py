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


def test_a_group_changes_places_with_a_thing_in_the_mirror() -> None:
    men = [("person", block(x, 60, x + 40, 180), GREY) for x in (20, 90)]
    drawn = perceived(scene(*men, ("dog", block(200, 120, 260, 180), GREY), captions=("Two men.",)))
    (draft,) = SwapPlaces().load(Run(0, Path()))(drawn, random.Random(0))
    assert (draft.edit.before, draft.edit.after) == ("dog right of person", "person right of dog")
    assert draft.edit.box is None
    assert draft.targets == (2, 0, 1)
    true, negative = draft.true_changes[-1].text, draft.negative_changes[-1].text
    assert ("are" in true) != ("are" in negative) or "and" in true
