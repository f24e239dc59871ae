"""Records: edits that change something, patches that change nothing else, growth that keeps all."""

import itertools

import numpy as np
import pytest

from counterfoil.errors import EditError
from counterfoil.frozen import grow
from counterfoil.records import Edit, ImageFile, Patch, Pictured, Sample


def test_an_edit_that_changes_nothing_is_refused() -> None:
    with pytest.raises(EditError, match="before and after are both 'red'"):
        Edit(operation="replace", kind="attribute", before="red", after="red")


@pytest.mark.parametrize(
    ("operation", "inverse"), [("add", "remove"), ("remove", "add"), ("swap", "swap"), ("replace", "replace")]
)
def test_the_inverse_of_an_edit_takes_it_back(operation: str, inverse: str) -> None:
    edit = Edit(operation=operation, kind="object", before="no dog", after="dog")  # type: ignore[arg-type]
    assert (edit.inverse.operation, edit.inverse.before, edit.inverse.after) == (inverse, "dog", "no dog")
    assert edit.inverse.inverse == edit


def test_a_patch_changes_its_rectangle_and_no_pixel_else() -> None:
    picture = np.arange(5 * 6 * 3, dtype=np.uint8).reshape(5, 6, 3)
    patch = Patch(left=2, top=1, pixels=np.full((2, 3, 3), 255, np.uint8), mask=np.ones((2, 3), bool))
    painted = patch.onto(picture)
    outside = np.ones((5, 6), bool)
    outside[1:3, 2:5] = False
    assert (painted[1:3, 2:5] == 255).all()
    assert (painted[outside] == picture[outside]).all()
    assert picture[1, 2, 0] == (1 * 6 + 2) * 3, "the original was written to"


def test_a_patch_of_a_whole_picture_replaces_all_of_it() -> None:
    picture, other = np.zeros((5, 6, 3), np.uint8), np.full((5, 6, 3), 255, np.uint8)
    patch = Patch.whole(other)
    assert patch.window() == (slice(0, 5), slice(0, 6))
    assert patch.mask.all()
    assert (patch.onto(picture) == 255).all()
    assert not picture.any(), "the original was written to"


def test_a_patch_is_everywhere_where_its_mask_is() -> None:
    pixels, mask = np.zeros((2, 3, 3), np.uint8), np.ones((2, 3), bool)
    assert Patch.whole(pixels).is_everywhere
    assert Patch(left=4, top=5, pixels=pixels, mask=mask).is_everywhere
    assert not Patch(left=4, top=5, pixels=pixels, mask=mask & [True, True, False]).is_everywhere


def test_a_window_of_a_patched_picture_is_cut_from_the_whole() -> None:
    picture = np.arange(5 * 6 * 3, dtype=np.uint8).reshape(5, 6, 3)
    patch = Patch(left=2, top=1, pixels=np.full((2, 3, 3), 255, np.uint8), mask=np.ones((2, 3), bool))
    ends = [(start, stop) for stop in range(1, 6) for start in range(stop)]
    for (top, bottom), (left, right) in itertools.product(ends, repeat=2):
        window = slice(top, bottom), slice(left, right)
        assert (patch.onto(picture, window) == patch.onto(picture)[window]).all()
    assert picture.max() < 255, "the original was written to"


def test_what_a_whole_patch_gives_may_be_painted_on() -> None:
    patch = Patch.whole(np.full((5, 6, 3), 255, np.uint8))
    patch.onto(np.zeros((5, 6, 3), np.uint8))[:] = 7
    assert (patch.pixels == 255).all(), "the patch was written to"


def test_a_record_that_grows_keeps_every_field() -> None:
    sample = Sample(key="a", image=ImageFile("a.jpg"), captions=("A dog.",), licence="CC0")
    pictured = grow(sample, Pictured, pixels=np.zeros((4, 8, 3), np.uint8))
    assert (pictured.key, pictured.captions, pictured.licence) == ("a", ("A dog.",), "CC0")
    assert (pictured.height, pictured.width) == (4, 8)


def test_what_is_told_anew_of_a_record_that_grows_is_kept_of_what_is_new() -> None:
    sample = Sample(key="a", image=ImageFile("a.jpg"), captions=("A dog.",))
    pictured = grow(sample, Pictured, captions=("A cat.",), pixels=np.zeros((4, 8, 3), np.uint8))
    assert (sample.captions, pictured.captions) == (("A dog.",), ("A cat.",))
