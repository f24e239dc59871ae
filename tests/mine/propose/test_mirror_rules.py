"""Where a mirror image is proposed, and where writing or another side forbids it."""

import random
from pathlib import Path

import pytest
from scenes import block, perceived, scene

from counterfoil.mine.propose.mirror import MirrorSides
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.stage import Run

GREY = (90, 90, 90)


def drafts(*captions: str, third: str = "") -> list[Draft]:
    things = [("cat", block(40, 100, 80, 160), GREY), ("car", block(180, 90, 280, 160), GREY)]
    if third:
        things.append((third, block(100, 20, 140, 60), GREY))
    drawn = scene(*things, captions=captions)
    return list(MirrorSides().load(Run(0, Path()))(perceived(drawn), random.Random(0)))


def test_a_cat_left_of_a_car_is_right_of_it_in_the_mirror() -> None:
    (draft,) = drafts("A cat and a car.")
    assert (draft.edit.before, draft.edit.after, draft.edit.box) == ("left of", "right of", None)
    assert draft.targets == (0, 1)
    assert draft.two_way


@pytest.mark.parametrize("caption", ["A cat, a car and a street sign.", "A cat and a car with a logo."])
def test_a_caption_that_speaks_of_writing_forbids_it(caption: str) -> None:
    assert drafts(caption) == []


def test_a_number_of_cats_is_no_writing() -> None:
    assert len(drafts("A car and a number of trees behind a cat.")) == 1


@pytest.mark.parametrize("label", ["clock", "book", "stop sign"])
def test_a_clock_a_book_or_a_stop_sign_forbids_it(label: str) -> None:
    assert drafts("A cat and a car.", third=label) == []


def test_a_caption_that_tells_another_side_is_not_answered() -> None:
    assert all(draft.caption != 0 for draft in drafts("A cat and a car near a tree on the left."))
