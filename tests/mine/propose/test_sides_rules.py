"""On which side of the picture a thing is said to be, and in which words."""

import random
from pathlib import Path

import pytest
from scenes import Colour, block, perceived, scene

from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.sides import FrameSides
from counterfoil.mine.stage import Run
from counterfoil.records import Mask, Scene

GREY: Colour = (90, 90, 90)
LEFT, MIDDLE, RIGHT = block(40, 80, 120, 160), block(120, 80, 200, 160), block(200, 80, 280, 160)


def drawn(*things: tuple[str, Mask], caption: str = "A photo.") -> Scene:
    return perceived(scene(*((label, mask, GREY) for label, mask in things), captions=(caption,)))


def drafts(of: Scene) -> list[Draft]:
    return list(FrameSides().load(Run(0, Path()))(of, random.Random(0)))


def sentence(draft: Draft, *, true: bool) -> str:
    return (draft.true_changes if true else draft.negative_changes)[-1].text.removeprefix(" ")


def test_a_cat_on_the_left_is_on_the_right_in_the_mirror() -> None:
    (draft,) = drafts(drawn(("cat", LEFT)))
    assert (draft.edit.operation, draft.edit.kind) == ("replace", "relation")
    assert (draft.edit.before, draft.edit.after, draft.edit.box) == ("on the left", "on the right", None)
    assert sentence(draft, true=True).replace("left", "right") == sentence(draft, true=False)


def test_a_cat_in_the_middle_is_on_no_side() -> None:
    assert drafts(drawn(("cat", MIDDLE))) == []


def test_two_dogs_on_one_side_are_there_together() -> None:
    low = block(200, 170, 280, 230)
    (draft,) = drafts(drawn(("dog", RIGHT), ("dog", low)))
    assert draft.targets == (0, 1)
    assert "dogs" in sentence(draft, true=True)
    assert " are " in sentence(draft, true=True)


def test_two_dogs_on_two_sides_are_on_none() -> None:
    assert drafts(drawn(("dog", LEFT), ("dog", RIGHT))) == []


def test_what_stands_in_a_corner_is_said_to_be_there_too() -> None:
    first, second = drafts(drawn(("dog", block(5, 170, 90, 235))))
    assert first.edit.before == "on the left"
    assert (second.edit.before, second.edit.after) == (
        "in the bottom left corner",
        "in the bottom right corner",
    )
    assert sentence(second, true=True) == "The dog is in the bottom left corner of the picture."


def test_other_things_come_before_the_corner_of_the_first() -> None:
    places = [draft.edit.before for draft in drafts(drawn(("dog", block(5, 170, 90, 235)), ("cat", RIGHT)))]
    assert places == ["on the right", "on the left", "in the bottom left corner"]


def test_a_picture_that_is_held_is_not_confused_with_the_photo() -> None:
    (draft,) = drafts(drawn(("cat", LEFT), caption="A man with a picture."))
    assert "photo" in sentence(draft, true=True)


@pytest.mark.parametrize("caption", ["A cat on the left.", "A cat under a sign."])
def test_a_caption_of_sides_or_of_writing_is_not_answered(caption: str) -> None:
    assert drafts(drawn(("cat", LEFT), caption=caption)) == []
