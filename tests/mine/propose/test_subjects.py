"""What a sentence can speak of, and what it is then called."""

import pytest
from scenes import Colour, block, perceived, scene

from counterfoil.mine.propose.subject import Subject
from counterfoil.mine.propose.subjects import subjects
from counterfoil.mine.propose.told import Told, told
from counterfoil.records import Mask

GREY: Colour = (90, 90, 90)
BROWN: Colour = (110, 60, 25)
WHITE: Colour = (250, 250, 250)
RED: Colour = (200, 20, 20)
LEFT, RIGHT = block(20, 100, 80, 160), block(220, 100, 280, 160)
SMALL = block(220, 100, 250, 130)


def known(*things: tuple[str, Mask, Colour], caption: str = "A photo.", crowds: tuple[str, ...] = ()) -> Told:
    return told(perceived(scene(*things, captions=(caption,), crowds=crowds)))


def names(known: Told) -> list[str]:
    return [subject.name(known, 0) for subject in subjects(known) if 0 in subject.captions(known)]


def test_the_only_one_of_its_kind_is_called_by_it() -> None:
    assert names(known(("cat", LEFT, GREY), ("oven", RIGHT, GREY))) == ["the cat", "the oven"]


def test_the_word_of_the_caption_is_kept() -> None:
    assert names(known(("cat", LEFT, GREY), caption="A kitten on a rug.")) == ["the kitten"]


def test_a_small_chair_may_be_one_of_several_and_a_small_toaster_hardly() -> None:
    small = block(20, 100, 52, 132)  # 1.3 % of the picture
    assert names(known(("chair", small, GREY))) == []
    assert names(known(("toaster", small, GREY))) == ["the toaster"]


def test_a_crowd_is_nothing_to_speak_of() -> None:
    assert names(known(("sheep", LEFT, GREY), crowds=("sheep",))) == []


def test_two_large_ones_are_spoken_of_together() -> None:
    assert names(known(("dog", LEFT, GREY), ("dog", RIGHT, GREY))) == ["the dogs"]


@pytest.mark.parametrize(("caption", "word"), [("Two men on a road.", "men"), ("A road.", "people")])
def test_people_are_called_as_the_caption_calls_them(caption: str, word: str) -> None:
    two = known(("person", LEFT, GREY), ("person", RIGHT, GREY), caption=caption)
    assert names(two) == [f"the {word}"]


def test_of_two_one_may_be_the_larger_and_the_other_the_smaller() -> None:
    wide = block(20, 100, 120, 160)
    two = known(("bowl", wide, GREY), ("bowl", block(220, 100, 270, 140), GREY))
    assert names(two) == ["the bowls", "the larger bowl", "the smaller bowl"]


def test_of_more_than_were_counted_one_is_the_largest() -> None:
    four = [("bowl", block(60 * i + 60, 20, 60 * i + 80, 40), GREY) for i in range(3)]
    assert names(known(("bowl", LEFT, GREY), *four)) == ["the largest bowl"]


def test_two_that_reach_into_each_other_may_be_one() -> None:
    double = block(60, 140, 100, 180)
    assert "the larger sink" not in names(known(("sink", LEFT, GREY), ("sink", double, GREY)))


def test_no_one_is_called_the_larger_person() -> None:
    assert names(known(("person", LEFT, GREY), ("person", SMALL, GREY))) == []


def test_a_white_horse_is_set_apart_from_a_brown_one() -> None:
    two = known(("horse", LEFT, WHITE), ("horse", RIGHT, BROWN))
    assert set(names(two)) == {"the horses", "the white horse", "the brown horse"}


def test_a_white_horse_is_not_set_apart_from_one_of_a_colour_without_a_name() -> None:
    pale = (185, 180, 176)
    assert "the white horse" not in names(known(("horse", LEFT, WHITE), ("horse", RIGHT, pale)))


def test_a_red_cup_is_set_apart_from_one_of_a_colour_without_a_name() -> None:
    pale = (185, 180, 176)
    assert "the red cup" in names(known(("cup", LEFT, RED), ("cup", RIGHT, pale)))


def test_a_caption_of_one_bus_means_the_one_that_stands_out() -> None:
    small = block(250, 20, 262, 32)
    one, *_ = subjects(two := known(("bus", LEFT, GREY), ("bus", small, GREY), caption="A bus on a road."))
    assert one == Subject("bus", (0,))
    assert one.captions(two) == {0}
    assert one.name(two, 0) == "the bus"


def test_a_caption_that_speaks_of_many_is_not_answered_with_one() -> None:
    one = known(("dog", LEFT, GREY), caption="Dogs on a beach.")
    assert names(one) == []
