"""Bounds of what moves: by hand, and against the search that draws from them."""

from random import Random

import pytest
from worlds import drawing, item

from counterfoil.world import edit
from counterfoil.world.drawing import Drawing, relations
from counterfoil.world.layout import lay_out
from counterfoil.world.leeway import leeway
from counterfoil.world.words import CONVERSE, Colour


def row(*centres: float) -> Drawing:
    """Circles of one size side by side: the first is red, then blue, then green."""
    colours: tuple[Colour, ...] = ("red", "blue", "green")
    return drawing(
        *(item("circle", colour, x, 0.5, radius=0.1) for colour, x in zip(colours, centres, strict=False)),
    )


def exchanged(scene: Drawing, one: int, other: int) -> bool:
    """Whether two things that both may move have any places in which the one is to the right."""
    return bool(leeway(scene, (one, other), (one, "left of", other), [(other, "left of", one)]))


def test_two_things_alone_can_exchange_their_places() -> None:
    assert exchanged(row(0.2, 0.8), 0, 1)


def test_a_thing_does_not_pass_what_stays_between_it_and_the_other() -> None:
    assert not exchanged(row(0.15, 0.85, 0.5), 0, 1)


def test_a_thing_that_moves_alone_ends_a_gap_behind_the_other_and_a_margin_from_the_edge() -> None:
    found = leeway(row(0.2, 0.6), (0,), (0, "left of", 1), [(1, "left of", 0)])
    assert found is not None
    # the other ends at 0.7; a gap of 0.03 and half of its own width come on top; the margin is 0.015
    assert found[0] == pytest.approx((0.83, 0.115, 0.885, 0.885), abs=1e-3)


def test_two_that_move_leave_room_for_each_other() -> None:
    found = leeway(row(0.2, 0.6), (0, 1), (0, "left of", 1), [(1, "left of", 0)])
    assert found is not None
    assert found[1][0::2] == pytest.approx((0.115, 0.655), abs=1e-3)
    assert found[0][0::2] == pytest.approx((0.345, 0.885), abs=1e-3)


def test_a_thing_keeps_its_clear_relations_to_what_nothing_is_said_of() -> None:
    colours: tuple[Colour, ...] = ("red", "blue", "green")
    places = ((0.2, 0.8), (0.6, 0.5), (0.2, 0.1))
    scene = drawing(
        *(item("circle", c, *place, radius=0.05) for c, place in zip(colours, places, strict=True))
    )
    found = leeway(scene, (0,), (1, "above", 0), [(0, "above", 1)])
    # a gap and half of itself under the green one, which ends at 0.15, and over the blue one, from 0.45 on;
    # never left or right of the green one, as it was not
    assert found is not None
    assert found[0] == pytest.approx((0.07, 0.23, 0.33, 0.37), abs=1e-3)


def test_what_touches_a_thing_that_stays_does_not_move() -> None:
    small = item("star", "white", 0.2, 0.5, radius=0.04)
    scene = drawing(*row(0.2, 0.8).items, small)
    assert leeway(scene, (0,), (0, "left of", 1), [(1, "left of", 0)]) is None


def test_places_are_found_wherever_bounds_leave_any() -> None:
    ruled_out = found = missed = 0
    for seed in range(150):
        scene, rng = lay_out(Random(f"leeway {seed}"), None), Random(seed)
        for one, way, other in list(relations(scene))[:3]:
            if way not in ("left of", "above"):
                continue
            was, becomes = (one, way, other), [(one, CONVERSE[way], other)]
            for movers in ((one,), (other,), (one, other)):
                free = leeway(scene, movers, was, becomes)
                after = edit.with_relations(scene, movers, [was], becomes, rng)
                assert after is None or free, (scene, was)
                found += after is not None
                missed += after is None and free is not None
                ruled_out += free is None
    assert ruled_out > 50
    assert found > 50
    assert missed < 0.1 * found
