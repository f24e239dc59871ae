"""Pixels: the same every time, the same elsewhere, and clear enough for a person to tell every fact."""

import itertools
import tracemalloc
from dataclasses import replace
from random import Random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import covered, item, scenes
from xkcd import survey_name

from counterfoil.errors import DataError
from counterfoil.records import Mask, Pixels
from counterfoil.world.drawing import Background, Drawing, Item
from counterfoil.world.layout import fillings_of, lay_out
from counterfoil.world.paint import BACKGROUNDS, RGB, footprint, paint, visible
from counterfoil.world.words import COLOURS, FILLINGS, SHAPES, Colour, Filling, Shape


def lab(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(colours.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def alone(one: Item, palette: int = 0) -> Drawing:
    return Drawing(Background(palette, 45.0, 0.15, 123456789), (one,))


def test_a_picture_is_square_rgb_and_the_same_every_time() -> None:
    drawing = lay_out(Random(1), None)
    for side in (32, 33, 64, 100, 224, 512):
        picture = paint(drawing, side)
        assert picture.shape == (side, side, 3)
        assert picture.dtype == np.uint8
        assert picture.tobytes() == paint(drawing, side).tobytes()


def test_large_pictures_keep_no_more_in_memory_than_small_ones() -> None:
    many = [
        alone(item("square", "red", 0.5, 0.5, "large", filling="striped", radius=0.3 - n / 1000))
        for n in range(60)
    ]
    tracemalloc.start()
    for drawing in many:
        paint(drawing, 512)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # each of the sixty stamps takes 512^2 x 0.6^2 / 2 pixels of 16 bytes: 0.75 MB and more, 45 MB in all
    assert kept < 30e6


def test_painting_others_in_between_changes_nothing() -> None:
    drawing = lay_out(Random(2), None)
    before = paint(drawing, 64)
    for seed in range(600):
        paint(lay_out(Random(seed), None), 64)
    assert (paint(drawing, 64) == before).all()


@pytest.mark.parametrize("side", [31, 513, 0, 10_000, -64])
def test_a_side_that_nothing_is_drawn_at_is_refused(side: int) -> None:
    with pytest.raises(DataError, match=f"32 to 512 pixels wide, not {side}: set source.size"):
        paint(lay_out(Random(1), None), side)


@pytest.mark.parametrize(("side", "number"), [(32, 300), (64, 300), (224, 60)])
def test_drawings_that_differ_in_one_item_have_the_same_pixels_elsewhere(side: int, number: int) -> None:
    rng = Random(side)
    for seed in range(number):
        drawing = lay_out(Random(seed), None)
        index = rng.randrange(len(drawing.items))
        fresh = rng.choice(lay_out(Random(seed + 10_000), None).items)
        other = replace(drawing, items=(*drawing.items[:index], fresh, *drawing.items[index + 1 :]))
        elsewhere = ~footprint(drawing.items[index], side) & ~footprint(fresh, side)
        before, after = paint(drawing, side), paint(other, side)
        assert (before[elsewhere] == after[elsewhere]).all(), seed
        assert (before != after).any(), seed


@pytest.mark.parametrize("side", [32, 64, 224])
def test_an_items_pixels_are_those_of_its_border_to_a_pixel(side: int) -> None:
    for seed in range(40):
        one = lay_out(Random(seed), None).items[0]
        if one.filling == "outlined":
            continue
        touched = footprint(one, side)
        share = covered(one, 4 * side).reshape(side, 4, side, 4).mean((1, 3))
        near = cv2.dilate((share > 0).view(np.uint8), np.ones((3, 3), np.uint8)) > 0
        assert touched[share == 1].all(), one
        assert not touched[~near].any(), one


def test_nothing_is_painted_where_no_item_is() -> None:
    for seed in range(60):
        drawing = lay_out(Random(seed), None)
        empty = paint(replace(drawing, items=()), 64)
        painted = paint(drawing, 64)
        free = ~np.any([footprint(one, 64) for one in drawing.items], 0)
        assert (empty[free] == painted[free]).all()
        for one in drawing.items:
            inside = footprint(one, 64)
            assert (np.abs(empty.astype(int) - painted)[inside].max(-1) > 12).mean() > 0.6, one


def test_what_is_seen_of_an_item_is_its_own_less_what_is_painted_later() -> None:
    back = item("square", "red", 0.4, 0.5, radius=0.2)  # 0.2 to 0.6
    front = item("square", "blue", 0.6, 0.5, radius=0.1)  # 0.5 to 0.7, half of it on the other
    drawing = Drawing(Background(0, 0, 0, 0), (back, front))
    # 0.4 x 100 a side, and up to a pixel of shade on each; a tenth of the width less, in half of the rows
    assert visible(drawing, 100)[0].sum() == pytest.approx(40 * 40 - 10 * 20, rel=0.08)
    assert visible(drawing, 100)[1].sum() == pytest.approx(20 * 20, rel=0.12)
    assert not (visible(drawing, 100)[0] & visible(drawing, 100)[1]).any()


@pytest.mark.parametrize("shape", SHAPES)
def test_edges_are_smooth(shape: Shape) -> None:
    """Along a black thing's border on a light ground, pixels take values in between."""
    one = replace(item(shape, "white", 0.5, 0.5, "large"), angle=7.0, tint=(0, 0, 0))
    picture = paint(Drawing(Background(0, 0.0, 0.0, 5), (replace(one, colour="black"),)), 64)
    grey = picture.mean(-1)
    in_between = ((grey > 60) & (grey < 120)).sum()
    assert in_between > 15
    # a smooth border is about a pixel wide
    around = np.linalg.norm(np.diff(np.vstack([one.polygon, one.polygon[:1]]), axis=0), axis=1).sum() * 64
    assert in_between < 2 * around


def test_the_same_scene_is_the_same_at_any_resolution() -> None:
    for seed in range(60):
        drawing = lay_out(Random(seed), None)
        small = paint(drawing, 64).astype(float)
        large = cv2.resize(paint(drawing, 256), (64, 64), interpolation=cv2.INTER_AREA).astype(float)
        for index, one in enumerate(drawing.items):
            if one.filling == "plain":
                middle = cv2.erode(visible(drawing, 64)[index].view(np.uint8), np.ones((7, 7), np.uint8)) > 0
                if middle.any():
                    away = np.abs(small[middle].mean(0) - large[middle].mean(0))
                    assert away.max() < 4 + 20 / np.sqrt(middle.sum()), (seed, one)
        # blotches of 20 grey levels at most, and noise of 5
        assert np.abs(small - large).mean() < 15, seed


def named(picture: Pixels, mask: Mask) -> str:
    """By a namer that was made from what people call colours, and knows nothing of this world.

    To the survey, "pale grey" is (253, 253, 254): what is lighter than any grey of ours counts as white.
    """
    name = survey_name(picture, mask)
    light = float(lab(np.median(picture[mask], 0)[None, None].astype(np.uint8))[0, 0, 0])
    return "white" if name == "grey" and light > 80 else name


def test_the_background_is_the_same_at_any_resolution() -> None:
    for seed in range(20):
        background = replace(lay_out(Random(seed), None).background, slope=0.0)
        small = paint(Drawing(background, ()), 64)
        large = cv2.resize(paint(Drawing(background, ()), 256), (64, 64), interpolation=cv2.INTER_AREA)
        # both blurred, so that blotches are compared and not the noise
        one, other = (cv2.blur(picture, (9, 9))[..., 0].ravel() for picture in (small, large))
        assert np.corrcoef(one, other)[0, 1] > 0.9, seed


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_is_named_as_itself_on_every_background(colour: Colour) -> None:
    for palette, grey in itertools.product(range(len(BACKGROUNDS)), (-8, 8)):
        one = replace(item("circle", colour, 0.5, 0.5, "large"), tint=(grey, grey, grey))
        drawing = Drawing(Background(palette, 50.0 * palette, 0.22, 99), (one,))
        assert named(paint(drawing, 64), covered(one, 64)) == colour, (palette, grey)


def test_plain_things_of_drawn_scenes_are_named_as_their_colours() -> None:
    right = []
    for dealt in scenes("train", 120):
        picture = paint(dealt.drawing, 64)
        for index, one in enumerate(dealt.drawing.items):
            seen = visible(dealt.drawing, 64)[index]
            middle = cv2.erode(seen.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
            if one.filling == "plain" and middle.any():
                right.append(named(picture, middle) == one.colour)
    assert len(right) > 180
    assert sum(right) / len(right) > 0.98


def test_every_colour_stands_out_from_every_other_and_from_every_background() -> None:
    """A difference of 2.3 in CIELAB can just be noticed; these are eight times that at least."""
    colours = lab(np.array([[RGB[colour] for colour in COLOURS]], np.uint8))[0]
    backgrounds = lab(np.array([BACKGROUNDS], np.uint8))[0]
    between = np.linalg.norm(colours[:, None] - colours, axis=-1) + 1000 * np.eye(len(COLOURS))
    assert between.min() > 23
    assert np.linalg.norm(colours[:, None] - backgrounds, axis=-1).min() > 18.4


TOLD: tuple[Shape, ...] = ("circle", "square", "triangle", "heart", "cross", "arrow", "crescent", "drop")


@pytest.mark.parametrize("filling", [filling for filling in FILLINGS if filling != "plain"])
@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("side", [64, 224])
def test_a_filling_can_be_seen(filling: Filling, colour: Colour, side: int) -> None:
    for shape, size, palette in itertools.product(TOLD, ("medium", "large"), (0, 3)):
        if filling not in fillings_of(shape, size):  # type: ignore[arg-type]
            continue
        plain = item(shape, colour, 0.5, 0.5, size)  # type: ignore[arg-type]
        filled = replace(plain, filling=filling)
        inner = cv2.erode(covered(plain, side).view(np.uint8), np.ones((3, 3), np.uint8)) > 0
        one, other = (paint(alone(i, palette), side).astype(int) for i in (plain, filled))
        changed = (np.abs(one - other).max(-1) > 24)[inner].mean()
        low, high = {"striped": (0.2, 0.7), "dotted": (0.1, 0.72), "outlined": (0.15, 0.75)}[filling]
        assert low < changed < high, (shape, size, palette, changed)


def test_a_star_is_never_outlined_as_its_line_would_fill_it() -> None:
    assert "outlined" not in fillings_of("star", "large")
    assert "outlined" in fillings_of("circle", "large")


def test_stripes_dots_and_outlines_are_not_mistaken_for_each_other() -> None:
    for shape, size in itertools.product(("circle", "heart"), ("medium", "large")):
        pictures = [
            paint(alone(item(shape, "blue", 0.5, 0.5, size, filling=filling)), 64).astype(int)  # type: ignore[arg-type]
            for filling in FILLINGS
        ]
        inside = covered(item(shape, "blue", 0.5, 0.5, size), 64)  # type: ignore[arg-type]
        for one, other in itertools.combinations(pictures, 2):
            assert (np.abs(one - other).max(-1) > 24)[inside].mean() > 0.15


def test_one_sees_through_an_outline() -> None:
    ring = item("circle", "red", 0.5, 0.5, "large", filling="outlined", radius=0.3)
    drawing = alone(ring)
    painted, empty = paint(drawing, 128), paint(replace(drawing, items=()), 128)
    middle = covered(replace(ring, radius=0.15), 128)
    assert (painted[middle] == empty[middle]).all()
    assert not visible(drawing, 128)[0][middle].any()


def test_backgrounds_have_light_texture_and_noise() -> None:
    dark, light = (
        paint(Drawing(Background(0, 0.0, 0.2, 5), ()), 64)[:, c].mean() for c in (slice(8), slice(56, 64))
    )
    assert 0.13 < (light - dark) / ((light + dark) / 2) < 0.25
    flat = paint(Drawing(Background(0, 0.0, 0.0, 5), ()), 64).astype(int)
    assert 1.5 < np.abs(np.diff(flat, axis=0)).mean() < 8
    other = paint(Drawing(Background(0, 0.0, 0.0, 977_000_111), ()), 64).astype(int)
    assert (flat != other).mean() > 0.5
