"""Taking things out of drawn pictures and of a real photo."""

import random
from pathlib import Path

import numpy as np
import pytest
from scenes import block, disc, ground, reworded, scene

from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.hole import around, hole_of
from counterfoil.mine.editors.remove import LIMITS, Remove, erase, refusal
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Mask, Region, Scene

RED, BLUE = (220, 20, 20), (20, 20, 220)
GONE = Edit(operation="remove", kind="object", before="ball", after="no ball")


def removed(of: Scene, *targets: int) -> Painted | Refused:
    return Remove().load(Run(0, Path()))(reworded(of, GONE, targets), random.Random(1))


def reason(of: Scene, *targets: int) -> str:
    work = removed(of, *targets)
    return work.reason if isinstance(work, Refused) else ""


def test_a_red_ball_is_gone_and_nothing_else_changes() -> None:
    picture = scene(("ball", disc(160, 120, 25), RED))
    work = removed(picture, 0)
    assert isinstance(work, Painted)
    after, window = work.patch.onto(picture.pixels), work.patch.window()
    assert np.abs(after.astype(int) - 128).max() < 40
    assert np.array_equal(work.patch.pixels[~work.patch.mask], picture.pixels[window][~work.patch.mask])
    assert work.patch.mask.sum() >= disc(160, 120, 25).sum()


def test_the_same_seed_takes_it_out_the_same_way() -> None:
    picture = scene(("ball", disc(160, 120, 25), RED))
    first, second = (
        erase(picture, (0,), random.Random(3), LIMITS),
        erase(picture, (0,), random.Random(3), LIMITS),
    )
    assert isinstance(first, Painted)
    assert isinstance(second, Painted)
    assert np.array_equal(first.patch.pixels, second.patch.pixels)


def test_all_of_three_balls_go_and_none_is_filled_with_another() -> None:
    picture = scene(*(("ball", disc(x, 120, 16), RED) for x in (100, 160, 220)))
    work = removed(picture, 0, 1, 2)
    assert isinstance(work, Painted)
    assert np.abs(work.patch.onto(picture.pixels).astype(int) - 128).max() < 40


def test_a_neighbour_stays_whole_and_is_not_copied() -> None:
    picture = scene(("ball", disc(130, 120, 20), RED), ("box", block(165, 100, 205, 141), BLUE))
    work = removed(picture, 0)
    assert isinstance(work, Painted)
    after = work.patch.onto(picture.pixels)
    blue = (after[..., 2] > 180) & (after[..., 0] < 80)
    assert np.array_equal(blue, block(165, 100, 205, 141))


@pytest.mark.parametrize(
    ("mask", "why"),
    [
        (disc(160, 120, 2), "size"),
        (disc(160, 120, 90), "size"),
        (block(0, 100, 8, 200), "cut_off"),
    ],
)
def test_what_is_too_small_too_large_or_cut_off_is_refused(mask: Mask, why: str) -> None:
    assert reason(scene(("ball", mask, RED)), 0) == why


def test_what_a_person_holds_is_refused() -> None:
    hand = ("person", block(150, 60, 200, 200), BLUE)
    assert reason(scene(hand, ("ball", disc(142, 120, 14), RED)), 1) == "touched"


def test_a_bowl_with_a_bird_on_it_is_refused_and_the_bird_is_not() -> None:
    bowl, bird = ("bowl", block(130, 130, 190, 160), BLUE), ("bird", block(152, 90, 166, 130), RED)
    assert reason(scene(bowl, bird), 0) == "in_front"
    assert reason(scene(bowl, bird), 1) == ""


def test_a_cup_on_a_table_can_go_though_the_table_touches_it() -> None:
    table, cup = (
        ("dining table", block(20, 110, 300, 220), (140, 140, 140)),
        ("cup", block(150, 90, 175, 125), RED),
    )
    assert reason(scene(table, cup), 1) == ""


def test_clutter_is_no_background_to_make_up() -> None:
    squares = (np.indices((240, 320)) // 8).sum(0) % 2
    board = np.where(squares[..., None], np.uint8(250), np.uint8(0)).repeat(3, 2)
    assert reason(scene(("ball", disc(160, 120, 25), RED), pixels=board), 0) == "background"


def test_a_thing_known_only_by_its_box_is_refused() -> None:
    boxed = scene(("ball", disc(160, 120, 25), RED))
    object.__setattr__(boxed, "regions", (Region(label="ball", box=(0.4, 0.4, 0.6, 0.6)),))
    refused = refusal(boxed, (0,), LIMITS)
    assert refused is not None
    assert refused.reason == "no_outline"


NOTHING = np.zeros((240, 320), bool)


def test_the_hole_holds_a_shadow_at_the_foot_and_stops_at_lit_ground() -> None:
    mask, shadow = block(100, 80, 140, 160), block(140, 140, 165, 160)
    picture = ground()
    picture[mask], picture[shadow] = RED, np.uint8(80)
    hole = hole_of(picture, mask, NOTHING)
    assert hole[mask].all()
    assert hole[142:158, 142:163].all()
    assert not hole[:, 180:].any()
    assert not hole[:120, 150:].any()


def test_the_hole_holds_what_an_outline_misses_of_its_thing() -> None:
    picture, drawn = ground(), disc(160, 120, 30)
    picture[drawn] = RED
    hole = hole_of(picture, disc(160, 120, 25), NOTHING)
    assert hole[drawn].mean() > 0.99
    assert hole.sum() < 1.5 * drawn.sum()


def test_the_hole_leaves_other_things_alone() -> None:
    picture, other = ground(), block(192, 90, 230, 150)
    picture[disc(160, 120, 30)], picture[other] = RED, RED
    assert not (hole_of(picture, disc(160, 120, 30), other) & other).any()


def test_a_ball_goes_with_its_shadow() -> None:
    pixels = ground()
    pixels[block(182, 122, 200, 140)] = 80
    picture = scene(("ball", disc(160, 120, 25), RED), pixels=pixels)
    work = removed(picture, 0)
    assert isinstance(work, Painted)
    assert work.patch.onto(picture.pixels).min() > 95


def test_a_cup_beside_another_can_go_and_one_that_bears_another_cannot() -> None:
    cup = ("cup", block(140, 100, 180, 150), BLUE)
    beside, on_top = ("bowl", block(183, 120, 200, 150), RED), ("bowl", block(150, 84, 165, 100), RED)
    assert reason(scene(cup, beside), 0) == ""
    assert reason(scene(cup, on_top), 0) == "in_front"


def test_a_window_keeps_within_the_picture() -> None:
    rows, columns = around(block(5, 5, 45, 45), 0.75)
    assert (rows.start, rows.stop, columns.start, columns.stop) == (0, 85, 0, 85)


def test_plain_ground_is_filled_to_its_own_noise() -> None:
    picture = scene(("ball", disc(160, 120, 25), RED), pixels=ground(noise=6))
    work = removed(picture, 0)
    assert isinstance(work, Painted)
    inside = work.patch.pixels[work.patch.mask].std()
    assert 2 < inside < 8
