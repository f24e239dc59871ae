"""Whether all things of a category were annotated, on drawn pictures with things left out."""

from collections.abc import Sequence

import numpy as np
import pytest
from scenes import HEIGHT, WIDTH, block, disc, ground, perceived, region, scene

from counterfoil.mine.perceive.fellows import ALIKE, all_annotated, likeness
from counterfoil.records import Mask, Pixels, Scene

ROWS = np.indices((HEIGHT, WIDTH))[0]
BARS = np.where(ROWS[..., None] // 6 % 2, (200, 30, 30), (250, 220, 40)).astype(np.uint8)


def barred(*masks: Mask) -> Pixels:
    """Things with red and yellow bars."""
    picture = ground()
    for mask in masks:
        picture[mask] = BARS[mask]
    return picture


def photo(pixels: Pixels, label: str, masks: Sequence[Mask], *captions: str) -> Scene:
    drawn = scene(pixels=pixels, captions=captions or ("A green meadow.",))
    object.__setattr__(drawn, "regions", tuple(region(label, mask) for mask in masks))
    return perceived(drawn)


LEFT, RIGHT = disc(90, 120, 30), disc(220, 120, 30)


def test_a_copy_that_nobody_annotated_is_found() -> None:
    assert likeness(photo(barred(LEFT, RIGHT), "vase", [LEFT]), (0,)) > ALIKE


def test_a_copy_that_is_annotated_too_is_none() -> None:
    assert likeness(photo(barred(LEFT, RIGHT), "vase", [LEFT, RIGHT]), (0, 1)) < ALIKE


def test_a_mirror_image_is_found() -> None:
    left, right = (
        block(40, 60, 100, 110) | block(40, 110, 60, 160),
        block(200, 60, 260, 110) | block(240, 110, 260, 160),
    )
    assert likeness(photo(barred(left, right), "vase", [left]), (0,)) > ALIKE


def test_a_smaller_copy_is_found() -> None:
    picture, small = ground(), disc(220, 120, 23)
    for mask in (LEFT, small):
        picture[mask] = (200, 30, 30)
        picture[mask & (ROWS > 120)] = (250, 220, 40)
    assert likeness(photo(picture, "vase", [LEFT]), (0,)) > ALIKE


def test_a_thing_alone_has_no_fellow() -> None:
    assert likeness(photo(barred(LEFT), "vase", [LEFT]), (0,)) < 0


def test_a_vase_with_a_copy_beside_it_is_not_the_only_one() -> None:
    alone, with_copy = (photo(barred(*masks), "vase", [LEFT]) for masks in ((LEFT,), (LEFT, RIGHT)))
    assert all_annotated(alone, [0])
    assert not all_annotated(with_copy, [0])


@pytest.mark.parametrize(("label", "trusted"), [("dog", True), ("chair", False)])
def test_whether_few_small_things_are_all_depends_on_their_category(label: str, trusted: bool) -> None:
    masks = [disc(x, 120, 8) for x in (60, 120, 180, 240)]
    assert all_annotated(photo(barred(*masks), label, masks), [0, 1, 2, 3]) == trusted


def test_a_crowd_is_never_counted() -> None:
    drawn = scene(("dog", LEFT, (200, 30, 30)), ("dog", RIGHT, (200, 30, 30)), crowds=("dog",))
    assert not all_annotated(perceived(drawn), [0, 1])


@pytest.mark.parametrize(
    ("caption", "trusted"),
    [
        ("A green meadow.", True),
        ("Rows of animals in a meadow.", False),
        ("Rows of trees in a meadow.", True),
        ("A meadow and its reflection.", False),
    ],
)
def test_captions_that_tell_of_more_are_believed(caption: str, trusted: bool) -> None:
    assert all_annotated(photo(barred(LEFT, RIGHT), "dog", [LEFT, RIGHT], caption), [0, 1]) == trusted
