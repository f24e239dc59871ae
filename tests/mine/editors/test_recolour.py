"""Painting things: drawn pictures whose every pixel is known, shaded and blurred like photos."""

import random
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools import mask as run_lengths
from xkcd import survey_name

from counterfoil.mine.editors.editor import NOT_MINE, Painted, Refused
from counterfoil.mine.editors.matte import soft_mask
from counterfoil.mine.editors.paintable import Limits, can_paint
from counterfoil.mine.editors.recolour import Recolour, SwapColours
from counterfoil.mine.editors.tones import TONES, Ambience
from counterfoil.mine.perceive.colour import region_colour
from counterfoil.mine.perceive.oklab import to_oklab
from counterfoil.mine.stage import Run
from counterfoil.records import (
    Box,
    Edit,
    ImageFile,
    Mask,
    Operation,
    Pixels,
    Region,
    Reworded,
    RunLengths,
    Scene,
)

Colour = tuple[int, int, int]
RED, BLUE, WHITE, GREY, GREEN = (170, 25, 30), (30, 70, 170), (235, 235, 235), (120, 120, 120), (40, 130, 60)


def disc(x: int, y: int, radius: int) -> Mask:
    rows, columns = np.ogrid[:240, :320]
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 <= radius**2)


def drawn(*things: tuple[Mask, Colour], background: Colour = (150, 160, 140)) -> Pixels:
    """Things on a background, lit from the left (115 % to 85 %), slightly blurred and noisy."""
    picture = np.full((240, 320, 3), background, np.float32)
    light = np.linspace(1.15, 0.85, 320, dtype=np.float32)[None, :, None]
    for mask, colour in things:
        picture[mask] = (np.array(colour, np.float32) * np.broadcast_to(light, (240, 320, 1)))[mask]
    noise = np.random.default_rng(0).normal(0, 2, picture.shape)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


def region(label: str, mask: Mask) -> Region:
    code = run_lengths.encode(np.asfortranarray(mask, np.uint8))
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box: Box = (columns[0] / 320, rows[0] / 240, (columns[-1] + 1) / 320, (rows[-1] + 1) / 240)
    return Region(label=label, box=box, outline=RunLengths(240, 320, code["counts"]))


def foil(
    pixels: Pixels,
    masks: list[Mask],
    values: tuple[str, ...],
    operation: Operation = "replace",
    was: str = "?",
) -> Reworded:
    scene = Scene(
        key="drawn",
        image=ImageFile("drawn.png"),
        captions=("A thing.",),
        regions=tuple(region("car", mask) for mask in masks),
        pixels=pixels,
        parses=(),
        facts=(),
    )
    return Reworded(
        key="drawn/0",
        scene=scene,
        edit=Edit(operation=operation, kind="attribute", before=was, after="new"),
        proposer="test",
        caption=0,
        negative_changes=(),
        targets=tuple(range(len(values))),
        values=values,
        true_caption="A thing.",
        negative_caption="Another thing.",
    )


def painted(pixels: Pixels, masks: list[Mask], value: str) -> tuple[Pixels, Painted]:
    work = Recolour().load(Run(0, Path()))(foil(pixels, masks, (value,)), random.Random(0))
    assert isinstance(work, Painted), work
    return work.patch.onto(pixels), work


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (RED, "blue"), (RED, "green"), (RED, "grey"), (BLUE, "red"), (BLUE, "orange"), (BLUE, "brown"),
        (WHITE, "red"), (WHITE, "purple"), (GREY, "green"), (GREY, "yellow"), (GREEN, "pink"),
        (GREEN, "black"), ((240, 200, 20), "white"),
    ],
)  # fmt: skip
def test_a_thing_takes_its_new_colour_in_both_ways_of_naming(old: Colour, new: str) -> None:
    mask = disc(160, 120, 60)
    after, _ = painted(drawn((mask, old)), [mask], new)
    named = region_colour(after, mask)
    assert named is not None
    assert named.name == new
    assert new == "white" or survey_name(after, disc(160, 120, 54)) == new


def test_nothing_outside_the_stated_mask_changes() -> None:
    mask = disc(160, 120, 60)
    before = drawn((mask, RED))
    after, work = painted(before, [mask], "blue")
    stated = np.zeros((240, 320), bool)
    stated[work.patch.window()] = work.patch.mask
    assert (after[~stated] == before[~stated]).all()
    assert not (stated & ~disc(160, 120, 66)).any()  # the outline and a few pixels around it


def test_no_rim_of_the_old_colour_stays_when_the_outline_is_loose() -> None:
    thing = disc(160, 120, 60)
    for outline in (disc(160, 120, 58), disc(162, 121, 61)):
        after, _ = painted(drawn((thing, RED)), [outline], "blue")
        reddish = after[..., 0].astype(int) - after[..., 2] > 40
        assert not reddish.any()


def test_shading_is_kept_the_lit_side_stays_lighter() -> None:
    mask = disc(160, 120, 60)
    before = drawn((mask, RED))
    after, _ = painted(before, [mask], "blue")
    was, now = (to_oklab(picture)[110:130, ..., 0].mean(0) for picture in (before, after))
    assert was[110] - was[210] > 0.03
    assert now[110] - now[210] == pytest.approx(was[110] - was[210], abs=0.01)


def test_windows_keep_their_colour() -> None:
    mask, window = disc(160, 120, 60), disc(150, 100, 18)
    before = drawn((mask, WHITE), (window, (30, 32, 40)))
    after, _ = painted(before, [mask], "red")
    inner = disc(150, 100, 15)
    assert np.abs(after[inner].astype(int) - before[inner]).max() <= 12


def test_what_lies_in_front_keeps_its_colour() -> None:
    car, person = disc(160, 120, 60), disc(160, 150, 25)
    before = drawn((car, RED), (person, (160, 30, 35)))
    after, _ = painted(before, [car, person], "blue")
    inner = disc(160, 150, 22)
    assert (after[inner] == before[inner]).all()


def test_swapped_colours_verify_on_both_things() -> None:
    left, right = disc(80, 120, 45), disc(240, 120, 45)
    before = drawn((left, RED), (right, BLUE))
    work = SwapColours().load(Run(0, Path()))(
        foil(before, [left, right], ("blue", "red"), "swap"), random.Random(0)
    )
    assert isinstance(work, Painted)
    after = work.patch.onto(before)
    names = [named and named.name for named in (region_colour(after, left), region_colour(after, right))]
    assert names == ["blue", "red"]


@pytest.mark.parametrize(
    ("masks", "colours", "value", "reason"),
    [
        ([disc(160, 120, 7)], [RED], "blue", "too_small"),
        ([disc(80, 120, 30) | disc(240, 120, 30)], [RED], "blue", "fragmented"),
        ([disc(160, 120, 60) & ~disc(168, 128, 60)], [RED], "blue", "too_thin"),
        ([disc(160, 120, 60)], [(0, 128, 128)], "red", "no_colour_to_change"),
        ([disc(160, 120, 60)], [RED], "red", "no_colour_to_change"),
        ([disc(160, 120, 60)], [(15, 15, 15)], "white", "too_dark"),
    ],
)
def test_a_refusal_says_why(masks: list[Mask], colours: list[Colour], value: str, reason: str) -> None:
    before = drawn(*zip(masks, colours, strict=True))
    work = Recolour().load(Run(0, Path()))(foil(before, masks, (value,)), random.Random(0))
    assert isinstance(work, Refused)
    assert work.reason == reason


def test_a_red_thing_on_red_ground_is_refused() -> None:
    mask = disc(160, 120, 60)
    before = drawn((mask, RED), background=(140, 20, 25))
    work = Recolour().load(Run(0, Path()))(foil(before, [mask], ("blue",)), random.Random(0))
    assert isinstance(work, Refused)
    assert work.reason == "background_alike"


def test_a_soft_mask_finds_the_true_edge_under_a_loose_outline() -> None:
    thing, outline = disc(160, 120, 60), disc(163, 120, 60)
    alpha = soft_mask(drawn((thing, RED)), outline, 5)
    rough = np.abs(outline.astype(float) - thing).mean()
    assert np.abs(alpha - thing).mean() < 0.5 * rough
    assert alpha.dtype == np.float32
    assert float(alpha.min()) >= 0
    assert float(alpha.max()) <= 1


def test_white_without_any_shading_left_is_refused() -> None:
    thing = disc(160, 120, 60)
    work = Recolour().load(Run(0, Path()))(
        foil(drawn((thing, (255, 255, 255))), [thing], ("red",)), random.Random(0)
    )
    assert isinstance(work, Refused)
    assert work.reason == "overexposed"


def test_black_in_which_nothing_is_seen_is_refused() -> None:
    thing = disc(160, 120, 60)
    work = Recolour().load(Run(0, Path()))(
        foil(drawn((thing, (1, 1, 1))), [thing], ("red",)), random.Random(0)
    )
    assert isinstance(work, Refused)
    assert work.reason == "too_dark"


def test_white_in_shade_takes_a_colour_where_a_caption_calls_it_white() -> None:
    thing = disc(160, 120, 60)
    pixels = drawn((thing, (105, 105, 105)), background=(50, 60, 45))
    work = Recolour().load(Run(0, Path()))(foil(pixels, [thing], ("red",), was="white"), random.Random(0))
    assert isinstance(work, Painted)
    assert survey_name(work.patch.onto(pixels), disc(160, 120, 50)) == "red"


def test_grey_at_night_is_refused_for_it_may_be_any_paint() -> None:
    thing = disc(160, 120, 60)
    pixels = drawn((thing, (105, 105, 105)), background=(12, 12, 14))
    work = Recolour().load(Run(0, Path()))(foil(pixels, [thing], ("red",)), random.Random(0))
    assert isinstance(work, Painted), work  # the grey thing itself is most of what is seen
    small = disc(160, 120, 24)
    pixels = drawn((small, (60, 60, 60)), background=(12, 12, 14))
    work = Recolour().load(Run(0, Path()))(foil(pixels, [small], ("red",)), random.Random(0))
    assert isinstance(work, Refused)


def test_paint_is_darker_in_dim_light_and_keeps_its_saturation() -> None:
    for tone in (TONES["green"], TONES["blue"], TONES["red"]):
        bright, dim = (tone.at(0.95, Ambience(light, 1.0)) for light in (1.0, 0.6))
        assert dim[0] < bright[0] - 0.1
        saturation = [np.hypot(*colour[1:]) / colour[0] for colour in (bright, dim)]
        assert saturation[0] == pytest.approx(saturation[1], rel=1e-5)


def test_paint_is_duller_where_nothing_is_colourful() -> None:
    thing, ball = disc(120, 120, 50), disc(270, 120, 40)
    chroma = []
    for other in (GREY, (230, 40, 30)):
        after, _ = painted(drawn((thing, WHITE), (ball, other)), [thing], "blue")
        chroma.append(float(np.hypot(*to_oklab(after)[110:130, 110:130].mean((0, 1))[1:])))
    assert chroma[0] < 0.85 * chroma[1]


def test_a_highlight_stays_white() -> None:
    thing, shine = disc(160, 120, 60), disc(140, 100, 10)
    before = drawn((thing, RED), (shine, (255, 255, 255)))
    after, _ = painted(before, [thing], "green")
    assert np.abs(after[disc(140, 100, 7)].astype(int) - before[disc(140, 100, 7)]).max() <= 6


def test_a_line_that_touches_a_thing_keeps_its_colour() -> None:
    thing, line = disc(160, 120, 60), np.zeros((240, 320), bool)
    line[119:121, 215:] = True
    after, _ = painted(drawn((thing, WHITE), (line, WHITE), background=(70, 90, 60)), [thing], "red")
    assert (after[119:121, 225:].astype(int).min(-1) > 120).all()


def test_noise_of_black_is_not_that_of_the_paint_in_its_place() -> None:
    thing = disc(160, 120, 60)
    before = drawn((thing, (22, 22, 22)))
    after, _ = painted(before, [thing], "red")
    noise = [to_oklab(p)[100:140, 150:170, 0].std(0).mean() for p in (before, after)]
    assert noise[1] < noise[0]


def test_brown_on_brown_is_painted_up_to_an_edge_that_shows() -> None:
    thing, ground = disc(160, 120, 60), ~disc(160, 120, 64)
    ground[:125] = False
    before = drawn((thing, (110, 66, 34)), (ground, (110, 66, 34)), background=(90, 120, 170))
    after, _ = painted(before, [thing], "green")
    far = ground & ~disc(160, 120, 66)
    assert (after[far] == before[far]).all()
    assert survey_name(after, disc(160, 120, 54)) == "green"


@pytest.mark.parametrize("name", ["blue", "yellow", "white", "red"])
def test_a_rule_that_asks_beforehand_learns_what_the_editor_does(name: str) -> None:
    thing = disc(160, 120, 60)
    for pixels in (drawn((thing, RED)), drawn((thing, (30, 30, 30)))):
        edit = foil(pixels, [thing], (name,), was="not " + name)
        work = Recolour().load(Run(0, Path()))(edit, random.Random(0))
        assert can_paint(edit.scene, 0, "not " + name, name, Limits()) == isinstance(work, Painted)


def test_people_are_left_to_another_editor() -> None:
    edit = foil(drawn((disc(160, 120, 60), RED)), [disc(160, 120, 60)], ("blue",))
    person = replace(edit.scene.regions[0], label="person")
    edit = replace(edit, scene=replace(edit.scene, regions=(person,)))
    assert Recolour().load(Run(0, Path()))(edit, random.Random(0)) == NOT_MINE
