"""Dyeing clothes: a drawn person in a shaded top, and what becomes of each of its pixels."""

import random
from pathlib import Path

import numpy as np
import pytest
from scenes import Colour, block, disc, ground, region, reworded

from counterfoil.mine.editors.clothes import Clothes, ClothesLimits, can_become, garment_mask, worn_by
from counterfoil.mine.editors.dye import DYES, dye, dyed
from counterfoil.mine.editors.editor import NOT_MINE, Painted, Refused
from counterfoil.mine.perceive.colour import NAMES, name_pixels
from counterfoil.mine.perceive.fabric import colours, likeness, tinted
from counterfoil.mine.perceive.oklab import from_oklab, to_lch, to_oklab
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, ImageFile, Mask, Pixels, Reworded, Scene

RUN = Run(0, Path())
SKIN, DARK, BLUE, WHITE = (205, 150, 120), (35, 33, 36), (30, 70, 170), (225, 225, 225)
HEAD, TOP, TROUSERS = disc(160, 40, 18), block(130, 58, 190, 140), block(135, 140, 185, 225)
PERSON = HEAD | TOP | TROUSERS


def street(top: Colour, extra: Mask | None = None, colour: Colour = BLUE) -> Scene:
    """The top lit from the left: from 75 % to 110 % across."""
    pixels = ground(90)
    for part, shown in ((HEAD, SKIN), (TOP, top), (TROUSERS, DARK)):
        pixels[part] = shown
    light = np.linspace(1.1, 0.75, 60)[None, :, None]
    pixels[58:140, 130:190] = np.clip(pixels[58:140, 130:190] * light, 0, 255)
    if extra is not None:
        pixels[extra] = colour
    return Scene(
        key="street",
        image=ImageFile("street"),
        captions=("A man.",),
        regions=(region("person", PERSON), region("car", block(0, 0, 20, 20))),
        pixels=pixels,
        parses=(),
        facts=(),
    )


def order(of: Scene, to: str, garment: int = 0, target: int = 0) -> Reworded:
    box = worn_by(of, 0)[garment].box
    edit = Edit(operation="replace", kind="attribute", before="old", after=to, box=box)
    return reworded(of, edit, (target,), (to,))


def painted(of: Scene, to: str) -> Pixels:
    work = Clothes().load(RUN)(order(of, to), random.Random(0))
    assert isinstance(work, Painted), work
    return work.patch.onto(of.pixels)


def named(pixels: Pixels, mask: Mask, name: str) -> float:
    return float((name_pixels(pixels)[mask] == NAMES.index(name)).mean())


@pytest.mark.parametrize("top", [BLUE, WHITE])
@pytest.mark.parametrize("to", ["red", "green"])
def test_the_whole_top_and_nothing_else_gets_the_colour(top: Colour, to: str) -> None:
    scene = street(top)
    now = painted(scene, to)
    moved = np.abs(now.astype(int) - scene.pixels).max(2) > 8
    assert named(now, TOP, to) > 0.97
    assert moved[TOP].mean() > 0.98
    assert moved[~TOP].sum() < 250  # less than a rim of one pixel: its outline is 284 pixels long


def test_what_is_darker_stays_darker() -> None:
    scene = street(WHITE)
    row = to_oklab(painted(scene, "green"))[100, 135:185, 0]
    assert (np.diff(row) <= 0.002).all()
    assert row[0] > row[-1] + 0.1


def test_dark_print_stays_dark() -> None:
    logo = block(150, 80, 170, 100)
    now = painted(street(WHITE, logo, (20, 20, 20)), "yellow")
    assert to_oklab(now)[..., 0][block(153, 83, 167, 97)].max() < 0.35


def test_a_small_thing_of_another_colour_is_left_as_it_is() -> None:
    badge = block(150, 80, 160, 90)
    scene = street(WHITE, badge, (200, 30, 40))
    now = painted(scene, "green")
    assert (now[83:87, 153:157] == scene.pixels[83:87, 153:157]).all()


def test_where_the_old_colour_would_stay_nothing_is_drawn() -> None:
    scene = street(BLUE)
    tight = Clothes(limits=ClothesLimits(max_left=-1.0)).load(RUN)(order(scene, "red"), random.Random(0))
    assert isinstance(tight, Refused)
    assert tight.reason == "colour_left_over"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (ClothesLimits(min_area=0.9), "too_small"),
        (ClothesLimits(min_light=0.9), "too_dark"),
        (ClothesLimits(max_blown=-1.0), "overexposed"),
        (ClothesLimits(min_contrast=1.1), "edge_not_visible"),
    ],
)
def test_what_would_not_look_well_is_refused(limits: ClothesLimits, reason: str) -> None:
    scene = street(BLUE)
    work = Clothes(limits=limits).load(RUN)(order(scene, "red"), random.Random(0))
    assert isinstance(work, Refused)
    assert work.reason == reason


def test_things_are_left_to_other_editors() -> None:
    scene = street(BLUE)
    assert Clothes().load(RUN)(order(scene, "red", target=1), random.Random(0)) == NOT_MINE
    assert garment_mask(order(scene, "red", target=1), 1) is None


def test_a_garment_that_nobody_wears_is_refused() -> None:
    scene = street(BLUE)
    elsewhere = Edit(operation="replace", kind="attribute", before="blue", after="red", box=(0, 0, 1, 1))
    work = Clothes().load(RUN)(reworded(scene, elsewhere, (0,), ("red",)), random.Random(0))
    assert isinstance(work, Refused)
    assert work.reason == "no_garment"


def test_the_mask_of_the_garment_is_the_top() -> None:
    scene = street(BLUE)
    mask = garment_mask(order(scene, "red"), 0)
    assert mask is not None
    assert (mask & TOP).sum() / (mask | TOP).sum() > 0.95


def test_yellow_does_not_go_on_dark_blue_but_on_white() -> None:
    assert not can_become(worn_by(street(BLUE), 0)[0], "yellow")
    assert can_become(worn_by(street(WHITE), 0)[0], "yellow")


@pytest.mark.parametrize("name", DYES)
@pytest.mark.parametrize("light", [0.6, 0.75, 0.92])
def test_a_dye_has_its_name_in_any_light(name: str, light: float) -> None:
    colour = from_oklab(dyed(np.array([0.9 * light, 0, 0], np.float32), name, light).reshape(1, 1, 3))
    assert NAMES[name_pixels(colour)[0, 0]] == name


def test_in_dim_light_a_dye_is_darker_and_less_vivid() -> None:
    white = np.array([0.9, 0, 0], np.float32)
    bright, dim = (to_lch(dyed(white, "red", light)) for light in (0.92, 0.7))
    assert dim[0] < bright[0]
    assert dim[1] < bright[1]
    assert dim[1] / dim[0] == pytest.approx(bright[1] / bright[0])


def test_dyeing_scales_the_new_colour_by_the_shading() -> None:
    old, new = np.array([0.8, 0, 0], np.float32), np.array([0.5, 0.15, 0.05], np.float32)
    lab = np.array([[[0.8, 0, 0], [0.4, 0, 0]]], np.float32)
    out = dye(lab, np.ones((1, 2), np.float32), np.ones((1, 2), np.float32), old, new)
    assert out[0, 0] == pytest.approx(new, abs=1e-5)
    assert out[1, 0] == pytest.approx(new / 2, abs=1e-5)


def test_a_tint_is_chroma_against_lightness() -> None:
    assert tinted(np.array([0.4, 0.1, -0.05], np.float32)) == pytest.approx((0.4, 0.2, -0.1))


def test_cloth_in_shade_is_like_itself_and_skin_is_not() -> None:
    pixels = np.array([[BLUE, (15, 35, 85), SKIN, WHITE]], np.uint8)
    lab = to_oklab(pixels)
    like = likeness(tinted(lab), lab[0, 0])[0]
    assert like[0] == 1
    assert like[1] > 0.5
    assert like[2] == like[3] == 0


def test_the_colours_of_a_mask_come_with_the_most_frequent_first() -> None:
    lab = to_oklab(street(WHITE).pixels)
    first, second, *_ = colours(lab, PERSON)
    assert first[0] > 0.7
    assert second[0] < 0.35
