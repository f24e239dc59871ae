"""Which two things, one above the other in the picture, are to change places, and in which words."""

import random
from pathlib import Path

import pytest
from scenes import block, perceived, scene

from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.swap_heights import SwapHeights
from counterfoil.mine.stage import Run
from counterfoil.records import Mask

GREY = (90, 90, 90)
CLOCK = ("clock", block(120, 20, 180, 70), GREY)


def drafts(other: Mask, *captions: str) -> list[Draft]:
    drawn = scene(CLOCK, ("dog", other, GREY), captions=captions)
    return list(SwapHeights().load(Run(0, Path()))(perceived(drawn), random.Random(0)))


def test_of_two_things_above_each_other_each_becomes_the_other_and_both_sentences_name_both() -> None:
    (draft,) = drafts(block(110, 120, 200, 190), "A clock and a dog.")
    assert (draft.edit.operation, draft.edit.kind) == ("swap", "object")
    assert (draft.edit.before, draft.edit.after) == ("clock above dog", "dog above clock")
    assert (draft.targets, draft.values) == ((0, 1), ("dog", "clock"))
    assert draft.edit.box == pytest.approx((110 / 320, 20 / 240, 200 / 320, 190 / 240))
    true, negative = draft.true_changes[-1].text, draft.negative_changes[-1].text
    assert true != negative
    assert true.replace("the clock", "X").replace("the dog", "the clock").replace("X", "the dog") == negative


@pytest.mark.parametrize(
    "other",
    [
        block(200, 20, 260, 70),  # beside it
        block(250, 120, 310, 190),  # lower, but not under it
        block(120, 72, 180, 130),  # hardly a gap
        block(10, 80, 310, 230),  # more than ten times as large
    ],
)
def test_things_that_are_not_over_each_other_or_differ_too_much_in_size_stay(other: Mask) -> None:
    assert drafts(other, "A clock and a dog.") == []


def test_what_a_caption_says_of_their_places_is_not_repeated() -> None:
    (draft,) = drafts(block(110, 120, 200, 190), "A clock hangs over a dog.")
    (true,), (negative,) = draft.true_changes, draft.negative_changes
    assert (true.start, true.end) == (negative.start, negative.end) == (0, len("A clock hangs over a dog."))
