"""Where a mirror image is proposed, and where writing or another side forbids it."""

import random
from pathlib import Path

import pytest
from scenes import block, perceived, scene

from counterfoil.mine.propose.mirror import MirrorSides
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Mask

GREY = (90, 90, 90)


THIRD = block(100, 20, 140, 60)


def drafts(*captions: str, third: str = "", at: Mask = THIRD) -> list[Draft]:
    things = [("cat", block(40, 100, 80, 160), GREY), ("car", block(180, 90, 280, 160), GREY)]
    if third:
        things.append((third, at, GREY))
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


@pytest.mark.parametrize("label", ["laptop", "book"])
def test_a_large_laptop_or_a_book_forbids_it(label: str) -> None:
    assert drafts("A cat and a car.", third=label, at=block(0, 0, 320, 80)) == []


@pytest.mark.parametrize("label", ["clock", "stop sign"])
def test_a_clock_or_a_stop_sign_forbids_it_unless_it_can_be_turned_back(label: str) -> None:
    aslant = block(100, 20, 140, 60) & ~block(100, 20, 120, 40)
    assert drafts(f"A cat, a car and a {label}.", third=label, at=aslant) == []
    assert drafts(f"A cat, a car and a {label}.", third=label)


def test_a_clock_that_nobody_annotated_forbids_it() -> None:
    assert drafts("A cat, a car and a clock.") == []


def test_the_keys_of_a_small_keyboard_cannot_be_read() -> None:
    assert drafts("A cat and a car.", third="keyboard")


def test_a_group_stands_left_of_a_thing() -> None:
    men = [("person", block(x, 60, x + 40, 180), GREY) for x in (20, 90)]
    drawn = perceived(scene(*men, ("dog", block(200, 120, 260, 180), GREY), captions=("Two men.",)))
    (draft,) = MirrorSides().load(Run(0, Path()))(drawn, random.Random(0))
    assert draft.edit.before == "right of"
    assert draft.targets == (2, 0, 1)
    assert "the men" in draft.true_changes[-1].text
    assert "right of" in draft.true_changes[-1].text
    assert draft.true_changes[-1].text.replace("right of", "left of") == draft.negative_changes[-1].text


def test_a_caption_that_says_left_is_turned() -> None:
    (draft,) = drafts("A cat to the left of a car.")
    assert draft.true_changes == ()
    assert draft.negative_changes == (Change(13, 17, "right"),)


def test_no_two_drafts_are_of_the_same_things() -> None:
    found = drafts("A cat and a car.", third="bowl")
    assert len({frozenset(draft.targets) for draft in found}) == len(found) <= 2


def test_a_caption_that_tells_another_side_is_not_answered() -> None:
    assert all(draft.caption != 0 for draft in drafts("A cat and a car near a tree on the left."))
