"""From a drawn picture with captions and boxes to facts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Fact, ImageFile, Pictured, Region, Rejected, Scene

COLOURS = {"red": (200, 20, 25), "blue": (30, 70, 200), "green": (30, 140, 50), "yellow": (250, 215, 30)}


@pytest.fixture(scope="module")
def perceive() -> Apply:
    return Perceive().load(Run(0, Path()))


def drawn(things: list[tuple[str, str]], *captions: str) -> Pictured:
    """Things (label, colour) from left to right on grey, each 40 pixels wide, 40 apart."""
    pixels = np.full((120, 80 * len(things) + 40, 3), 128, np.uint8)
    regions = []
    for i, (label, colour) in enumerate(things):
        left = 40 + 80 * i
        pixels[40:80, left : left + 40] = COLOURS[colour]
        box = (left / pixels.shape[1], 40 / 120, (left + 40) / pixels.shape[1], 80 / 120)
        regions.append(Region(label=label, box=box))
    return Pictured(
        key="drawn", image=ImageFile("drawn.png"), captions=captions, regions=tuple(regions), pixels=pixels
    )


def facts(perceive: Apply, sample: Pictured, kind: str) -> list[Fact]:
    [scene] = perceive([sample])
    assert isinstance(scene, Scene)
    return [fact for fact in scene.facts if fact.kind == kind]


def test_a_red_car_and_a_blue_bus_are_seen_and_read(perceive: Apply) -> None:
    sample = drawn([("car", "red"), ("bus", "blue")], "A red car and a bus.")
    found = {fact.subject: fact for fact in facts(perceive, sample, "attribute")}
    assert {subject: fact.value for subject, fact in found.items()} == {"car": "red", "bus": "blue"}
    assert found["car"].mentions == ((0, 2, 5),)
    assert found["bus"].mentions == ()


def test_a_caption_and_pixels_that_disagree_leave_no_colour(perceive: Apply) -> None:
    sample = drawn([("car", "red")], "A blue car.")
    assert facts(perceive, sample, "attribute") == []


def test_each_of_two_cars_has_its_colour_but_no_words(perceive: Apply) -> None:
    sample = drawn([("car", "red"), ("car", "blue")], "Two cars.", "A red car next to a blue car.")
    found = facts(perceive, sample, "attribute")
    assert [(fact.regions, fact.value, fact.mentions) for fact in found] == [
        ((0,), "red", ()),
        ((1,), "blue", ()),
    ]


def test_of_cars_that_nobody_counted_right_no_colour_is_told(perceive: Apply) -> None:
    sample = drawn([("car", "red"), ("car", "blue")], "Three cars.")
    assert facts(perceive, sample, "attribute") == []


def test_of_several_things_the_small_ones_have_no_colour(perceive: Apply) -> None:
    sample = drawn([("car", "red"), ("car", "blue")], "Cars.")
    sample.pixels[40:80, 120:160] = 128
    sample.pixels[40:50, 120:130] = COLOURS["blue"]
    small = Region(label="car", box=(0.6, 40 / 120, 0.65, 50 / 120))
    found = facts(perceive, replace(sample, regions=(sample.regions[0], small)), "attribute")
    assert [fact.regions for fact in found] == [(0,)]


def test_a_motorcycle_is_as_red_as_a_caption_says(perceive: Apply) -> None:
    for caption, expected in (("A red motorcycle.", ["red"]), ("A blue motorcycle.", [])):
        sample = drawn([("motorcycle", "red")], caption)
        sample.pixels[40:80, 40:80] = 15
        sample.pixels[42:78:2, 42:60] = COLOURS["red"]
        sample.pixels[42:78:2, 60:78] = 110
        assert [fact.value for fact in facts(perceive, sample, "attribute")] == expected


def test_a_person_has_no_colour(perceive: Apply) -> None:
    assert facts(perceive, drawn([("person", "red")], "A man."), "attribute") == []


def test_the_two_cars_of_a_caption_are_counted(perceive: Apply) -> None:
    sample = drawn([("car", "red"), ("car", "blue")], "Two cars.", "Cars.")
    [count] = facts(perceive, sample, "count")
    assert (count.subject, count.value, count.regions, count.mentions) == ("car", "2", (0, 1), ((0, 0, 3),))
    objects = facts(perceive, sample, "object")
    assert [(fact.regions, fact.mentions) for fact in objects] == [
        ((0,), ()),
        ((1,), ()),
        ((0, 1), ((0, 4, 8), (1, 0, 4))),
    ]


def test_a_count_that_a_caption_denies_is_no_fact(perceive: Apply) -> None:
    sample = drawn([("car", "red"), ("car", "blue")], "Three cars.")
    assert facts(perceive, sample, "count") == []


def test_a_stated_relation_has_its_word(perceive: Apply) -> None:
    sample = drawn([("dog", "red"), ("cat", "blue")], "A dog to the left of a cat.", "A dog and a cat.")
    [relation] = [
        fact for fact in facts(perceive, sample, "relation") if fact.value in ("left of", "right of")
    ]
    named = (relation.subject, relation.value, relation.other)
    assert named in {("dog", "left of", "cat"), ("cat", "right of", "dog")}
    if relation.subject == "dog":
        assert relation.mentions == ((0, 13, 17),)


def test_a_batch_is_the_same_as_its_samples_one_by_one(perceive: Apply) -> None:
    batch = [drawn([("car", "red")], "A red car."), drawn([("bus", "blue")], "A bus.", "The bus is blue.")]
    together = perceive(batch)
    alone = [scene for sample in batch for scene in perceive([sample])]
    assert [scene.facts for scene in together] == [scene.facts for scene in alone]
    assert [[doc.text for doc in scene.parses] for scene in together] == [
        list(sample.captions) for sample in batch
    ]


def test_an_endless_caption_is_refused_and_an_empty_one_read(perceive: Apply) -> None:
    endless, empty, none = drawn([], "word " * 4000), drawn([], ""), drawn([])
    first, second, third = perceive([endless, empty, none])
    assert isinstance(first, Rejected)
    assert (first.reason, first.stage) == ("caption_too_long", "perceive")
    assert isinstance(second, Scene)
    assert isinstance(third, Scene)
    assert (second.facts, third.parses) == ((), ())


def test_odd_captions_are_read_without_fail(perceive: Apply) -> None:
    captions = (
        "\u05d7\u05ea\u05d5\u05dc",
        "\U0001f436\U0001f436",
        "<b>dog</b>",
        "dog" * 50,
        ". . .",
        "  a  dog ",
    )
    [scene] = perceive([drawn([("dog", "red")], *captions)])
    assert isinstance(scene, Scene)
    assert len(scene.parses) == len(captions)
