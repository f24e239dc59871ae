"""What chance lays out: how many items, how large, where, and nothing that leaves a doubt."""

import itertools
from collections import Counter
from functools import cache
from random import Random

import pytest
from worlds import NOWHERE, Looks, clear, covered, item, looks, scenes

from counterfoil.world.drawing import Drawing, holds
from counterfoil.world.layout import contrast, fillings_of, fits, lay_out, new_item, place
from counterfoil.world.paint import BACKGROUNDS
from counterfoil.world.splits import SPLITS, held_out
from counterfoil.world.words import COLOURS, FILLINGS, SHAPES, SIZES

NUMBER = 1500


@cache
def drawings() -> tuple[Drawing, ...]:
    return tuple(lay_out(Random(seed), None) for seed in range(NUMBER))


def test_one_to_five_items_all_occur() -> None:
    numbers = Counter(len(drawing.items) for drawing in drawings())
    assert set(numbers) == {1, 2, 3, 4, 5}
    assert min(numbers.values()) > 0.03 * NUMBER


def test_every_shape_colour_size_filling_and_background_occurs() -> None:
    items = [item for drawing in drawings() for item in drawing.items]
    for name, values in (("shape", SHAPES), ("colour", COLOURS), ("size", SIZES), ("filling", FILLINGS)):
        counts = Counter(getattr(item, name) for item in items)
        assert set(counts) == set(values)
        assert min(counts.values()) > 0.2 * len(items) / len(values), name
    palettes = Counter(drawing.background.palette for drawing in drawings())
    assert set(palettes) == set(range(len(BACKGROUNDS)))


def test_the_same_chance_lays_out_the_same() -> None:
    for seed in range(100):
        assert lay_out(Random(seed), held_out(1)) == lay_out(Random(seed), held_out(1))
    assert len({repr(drawing) for drawing in drawings()}) == NUMBER


def test_every_item_lies_within_the_picture() -> None:
    for drawing in drawings():
        for one in drawing.items:
            corners = one.polygon
            assert corners.min() >= 0, one
            assert corners.max() <= 1, one


def test_sizes_are_told_apart_by_a_tenth_at_least() -> None:
    """The largest small thing is clearly smaller than the smallest medium one, and so on."""
    radii = {size: [i.radius for d in drawings() for i in d.items if i.size == size] for size in SIZES}
    assert max(radii["small"]) * 1.25 < min(radii["medium"])
    assert max(radii["medium"]) * 1.25 < min(radii["large"])


def test_small_things_are_plain_and_slender_ones_are_not_outlined() -> None:
    for one in (one for drawing in drawings() for one in drawing.items):
        assert one.size != "small" or one.filling == "plain"
        assert one.shape not in ("crescent", "arrow") or one.filling != "outlined"


def test_items_touch_only_where_one_is_inside_or_in_front_of_the_other() -> None:
    touching = Counter[str]()
    for drawing in drawings()[:250]:
        for one, other in itertools.combinations(range(len(drawing.items)), 2):
            shared = covered(drawing.items[one], 150) & covered(drawing.items[other], 150)
            on_it = [way for way in ("inside", "in front of") if holds(drawing, other, way, one)]
            touching.update(on_it)
            assert len(on_it) == bool(shared.any()), (drawing, one, other)
    assert touching["inside"] > 2
    assert touching["in front of"] > 2


def test_every_two_items_stand_in_a_clear_relation() -> None:
    for drawing in drawings()[:500]:
        related = {frozenset((one, other)) for one, _, other in clear(drawing)}
        assert len(related) == len(drawing.items) * (len(drawing.items) - 1) // 2


def test_what_lies_on_something_has_another_colour_that_stands_out() -> None:
    for drawing in drawings()[:500]:
        for one, way, other in clear(drawing):
            if way in ("inside", "in front of"):
                assert contrast(drawing.items[one].colour, drawing.items[other].colour)


def test_no_colour_stands_out_from_itself() -> None:
    assert not any(contrast(colour, colour) for colour in COLOURS)
    assert contrast("black", "white")
    assert contrast("white", "black")


@pytest.mark.parametrize("split", SPLITS)
def test_a_distractor_shares_its_shape_with_no_named_item(split: str) -> None:
    some = [dealt.drawing for dealt in scenes(split, 400) if dealt.drawing.distractors]
    assert len(some) > 20
    for drawing in some:
        named = {one.shape for one in drawing.named}
        assert named
        assert not named & {one.shape for one in drawing.items[len(drawing.named) :]}


def test_what_is_lacking_is_never_laid_out() -> None:
    lacking = held_out(4)
    pairs = {(i.shape, i.colour) for seed in range(600) for i in lay_out(Random(seed), lacking).items}
    assert not pairs & lacking.pairs
    assert len(pairs) == len(SHAPES) * len(COLOURS) - len(lacking.pairs)


def test_what_is_to_be_shown_always_is() -> None:
    showing = held_out(4)
    for seed in range(300):
        first = lay_out(Random(seed), None, showing).items[0]
        assert (first.shape, first.colour) in showing.pairs


def test_a_place_is_free_and_keeps_everything_else() -> None:
    rng = Random(5)
    for seed in range(200):
        others = drawings()[seed].items
        moving = new_item(rng, "star", "red")
        placed = place(rng, moving, others)
        if placed is None:
            continue
        assert fits(placed)
        assert looks(placed) == looks(moving)
        assert (placed.radius, placed.angle, placed.tint) == (moving.radius, moving.angle, moving.tint)
        shown = Drawing(NOWHERE, (*others, placed))
        last = len(others)
        assert all(any(way[0] == last and way[2] == i for way in clear(shown)) for i in range(last))
        assert not any(
            way[1] in ("inside", "in front of") and last in (way[0], way[2]) for way in clear(shown)
        )


def test_there_is_no_place_in_a_full_picture() -> None:
    full = item("square", "red", 0.5, 0.5, "large", radius=0.5)
    assert place(Random(0), item("star", "blue", 0.5, 0.5), [full]) is None


def test_the_fillings_that_can_be_told() -> None:
    assert fillings_of("circle", "small") == ("plain",)
    assert fillings_of("circle", "medium") == ("plain", "striped", "dotted", "outlined")
    assert fillings_of("arrow", "large") == ("plain", "striped", "dotted")


def test_looks_are_jittered() -> None:
    items = [one for drawing in drawings() for one in drawing.items]
    different: set[Looks] = {looks(one) for one in items}
    assert len(different) > 500
    assert len({one.angle for one in items}) == 19
    assert len({one.radius for one in items}) > 50
    assert len({(one.x, one.y) for one in items}) > 0.9 * len(items)
    assert max(abs(band) for one in items for band in one.tint) == 8
    greys = [one for one in items if one.colour in ("black", "white", "grey")]
    assert all(len(set(one.tint)) == 1 for one in greys)
