"""Bounds against the search for places: what they rule out is never found."""

from random import Random

from worlds import drawing, item

from counterfoil.world import edit
from counterfoil.world.drawing import Drawing, relations
from counterfoil.world.layout import lay_out
from counterfoil.world.leeway import have_leeway
from counterfoil.world.words import CONVERSE, Colour


def row(*centres: float) -> Drawing:
    """Circles of one size side by side: the first is red, then blue, then green."""
    colours: tuple[Colour, ...] = ("red", "blue", "green")
    return drawing(
        *(item("circle", colour, x, 0.5) for colour, x in zip(colours, centres, strict=False)),
    )


def exchanged(scene: Drawing, one: int, other: int) -> bool:
    return have_leeway(scene, [(one, "left of", other)], [(other, "left of", one)])


def test_two_things_alone_can_exchange_their_places() -> None:
    assert exchanged(row(0.2, 0.8), 0, 1)


def test_a_thing_does_not_pass_what_stays_between_it_and_the_other() -> None:
    assert not exchanged(row(0.15, 0.85, 0.5), 0, 1)


def test_no_drawing_is_ruled_out_of_which_a_search_finds_places() -> None:
    ruled_out = found = 0
    for seed in range(150):
        scene, rng = lay_out(Random(f"leeway {seed}"), None), Random(seed)
        for one, way, other in list(relations(scene))[:3]:
            was, becomes = [(one, way, other)], [(one, CONVERSE[way], other)]
            free = have_leeway(scene, was, becomes)
            for movers in ((one,), (other,), (one, other)):
                after = edit.with_relations(scene, movers, was, becomes, rng)
                assert after is None or free, (scene, was)
                found += after is not None
            ruled_out += not free
    assert ruled_out > 50
    assert found > 50
