"""Seams that show, and seams that do not."""

from pathlib import Path

import numpy as np
from scenes import block, disc, foil, ground, scene

from counterfoil.mine.score.seam import Outlined, Seam, bands, steepness
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Mask, Patch, Pixels

EDIT = Edit(operation="remove", kind="object", before="ball", after="no ball")
measure = Seam().load(Run(0, Path()))
HOLE = disc(160, 120, 30)


def ratio(after: Pixels, mask: Mask = HOLE) -> float:
    patch = Patch(left=100, top=60, pixels=after[60:180, 100:220].copy(), mask=mask[60:180, 100:220])
    return measure(foil(scene(), EDIT, patch))["seam.ratio"]


def test_the_same_ground_inside_shows_no_seam() -> None:
    after = np.where(HOLE[..., None], ground(seed=1), ground())
    assert abs(ratio(after) - 1) < 0.1


def test_a_step_of_forty_grey_levels_shows() -> None:
    after = np.where(HOLE[..., None], ground(grey=168, seed=1), ground())
    assert ratio(after) > 2


def test_the_larger_the_step_the_larger_the_ratio() -> None:
    steps = [
        ratio(np.where(HOLE[..., None], ground(grey=128 + step, seed=1), ground()))
        for step in (0, 15, 40, 90)
    ]
    assert steps == sorted(steps)


def test_the_outline_of_another_thing_is_no_seam() -> None:
    of = scene(("ball", HOLE, (128, 128, 128)), ("box", block(185, 60, 220, 180), (20, 20, 220)))
    mask = HOLE & ~block(185, 60, 220, 180)
    after = np.where(mask[..., None], ground(seed=1), of.pixels)
    patch = Patch(left=100, top=60, pixels=after[60:180, 100:220].copy(), mask=mask[60:180, 100:220])
    without_regions = scene(pixels=of.pixels)
    assert measure(foil(of, EDIT, patch, (0,)))["seam.ratio"] < 1
    assert measure(foil(without_regions, EDIT, patch))["seam.ratio"] > 1.1


def test_a_whole_picture_and_a_text_foil_have_no_seam() -> None:
    whole = Patch(left=0, top=0, pixels=ground(), mask=np.ones((240, 320), bool))
    assert measure(foil(scene(), EDIT, whole)) == {}
    assert measure(foil(scene(), EDIT, None)) == {}


def test_a_slope_of_five_grey_levels_per_pixel_is_five_steep() -> None:
    slope = np.tile((np.arange(40) * 5).astype(np.uint8), (40, 1))
    assert np.allclose(steepness(slope)[5:-5, 5:-5], 5)


def test_the_edge_is_two_pixels_wide_and_nearby_leaves_it_out() -> None:
    mask = block(100, 60, 200, 160)
    edge, nearby = bands(Outlined(mask), 10)
    assert np.flatnonzero(edge[110]).tolist() == [99, 100, 199, 200]
    assert bands(Outlined(mask.copy()), 10)[0] is edge, "looked at again"
    assert np.flatnonzero(nearby[110])[:14].tolist() == [*range(90, 97), *range(103, 110)]


def test_a_mask_is_known_again_by_its_pixels_and_its_shape() -> None:
    mask = block(100, 60, 200, 160)
    other = mask.copy()
    other[60, 100] = False
    assert Outlined(mask) == Outlined(mask.copy()) != Outlined(other)
    assert hash(Outlined(mask)) == hash(Outlined(mask.copy()))
    assert Outlined(mask) != Outlined(mask.reshape(-1, 2))
