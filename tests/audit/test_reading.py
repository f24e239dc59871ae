"""The parts of an audit, by numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from vision_language import write_language_model

from counterfoil.audit.audit import audit
from counterfoil.audit.intervals import Interval, auc, share
from counterfoil.audit.leaning import leanings
from counterfoil.audit.likelihood import Likelihood
from counterfoil.audit.likeness import Print
from counterfoil.audit.picture_cues import PICTURE_CUES, PictureCue
from counterfoil.audit.reader import Reader, Sides
from counterfoil.audit.text_cues import TEXT_CUES
from counterfoil.models.language_model import load_language_model


def test_the_auc_is_the_share_of_pairs_in_order_and_ties_are_half() -> None:
    # pairs: 1 < 2, 1 < 3, 2 = 2 (half), 2 < 3: 3.5 of 4
    found = auc(np.array([1.0, 2.0]), np.array([2.0, 3.0]), np.array([0, 1]))
    assert found.value == 3.5 / 4
    assert found.low <= found.value <= found.high


def test_foils_of_one_group_are_one_draw() -> None:
    right = np.array([1.0] * 50 + [0.0] * 50)
    alone, together = share(right, np.arange(100)), share(right, np.repeat([0, 1], 50))
    assert alone.value == together.value == 0.5
    assert alone.high - alone.low < 0.25
    assert (together.low, together.high) == (0, 1)


def test_a_reader_never_learns_from_the_group_that_it_is_asked_about() -> None:
    """A mark that only one group has says nothing to who has not seen the group."""
    groups = np.repeat(np.arange(20), 5)
    marks = np.zeros((100, 20))
    marks[np.arange(100), groups] = 1
    said = Reader().read(Sides(np.zeros((100, 20)), marks, tuple(map(str, range(20)))), groups)
    assert np.ptp(said.gap) < 1e-9


def test_a_reader_finds_what_all_negatives_share() -> None:
    groups = np.arange(40)
    noise = np.random.default_rng(0).normal(size=(2, 40, 3))
    noise[1, :, 1] += 3
    said = Reader().read(Sides(noise[0], noise[1], ("a", "b", "c")), groups)
    assert said.alone().low > 0.9
    assert said.together().value > 0.95


def test_leaning_counts_groups_and_not_foils() -> None:
    # "a": more in 3 negatives of one group and 1 of another; "b": more in one true side
    true = np.array([[0, 0], [0, 0], [0, 0], [0, 1], [0, 0.0]])
    negative = np.array([[1, 0], [1, 0], [1, 0], [1, 0], [0, 0.0]])
    a, b = leanings(Sides(true, negative, ("a", "b")), np.array([0, 0, 0, 1, 2]))
    assert (a.name, a.negative, a.true, a.groups, a.only) == ("a", 4, 0, 2, True)
    assert (b.name, b.negative, b.true, b.groups, b.only) == ("b", 0, 1, 1, False)
    assert a.chance == 1.0  # 2 groups of 2: p = 2 * 1/4, times two features


def test_the_sign_test_over_twelve_groups() -> None:
    sides = Sides(np.zeros((12, 1)), np.ones((12, 1)), ("word",))
    assert leanings(sides, np.arange(12))[0].chance == pytest.approx(2 / 2**12)


def test_a_picture_saved_anew_is_a_near_duplicate_and_its_mirror_image_is_none() -> None:
    shade = np.linspace(20, 220, 64)[None, :, None] + np.linspace(0, 30, 48)[:, None, None]
    pixels = np.repeat(shade, 3, axis=2).astype(np.uint8)
    one = Print.of("one", pixels)
    assert one.like(Print.of("same", pixels)) == "exact"
    assert one.like(Print.of("brighter", pixels + 2)) == "near"
    assert one.like(Print.of("turned", np.ascontiguousarray(pixels[:, ::-1]))) == ""


@pytest.mark.parametrize("cue", PICTURE_CUES.values(), ids=list(PICTURE_CUES))
def test_a_picture_cue_has_the_same_names_and_finite_numbers_whatever_it_sees(cue: PictureCue) -> None:
    shapes = [(16, 16, 3), (48, 33, 3), (120, 200, 3)]
    pictures = [np.zeros(shape, np.uint8) for shape in shapes]
    pictures += [np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8) for shape in shapes]
    read = [
        cue.read(pixels, box) for pixels in pictures for box in (None, (0.2, 0.2, 0.7, 0.9), (0, 0, 1, 1))
    ]
    assert len({tuple(features) for features in read}) == 1
    assert np.isfinite([list(features.values()) for features in read]).all()
    assert cue.local or all(cue.read(p, None) == cue.read(p, (0.2, 0.2, 0.7, 0.9)) for p in pictures)


@pytest.mark.parametrize("name", TEXT_CUES)
def test_a_text_cue_has_a_row_for_each_caption_and_a_name_for_each_column(name: str) -> None:
    captions = ["A red dog.", "A blue dog.", "", "!", "A red dog."]
    read = TEXT_CUES[name].read(captions)
    assert read.matrix.shape == (5, len(read.names))
    assert (read.matrix[0] != read.matrix[4]).nnz == 0


def test_the_best_of_several_has_a_wider_interval() -> None:
    # of 4 at 95 % each may err by 0.0125: 2.4977 standard errors of one side, not 1.9600
    found = Interval(0.544, 0.506, 0.590).best_of(4)
    assert found.low == pytest.approx(0.544 - 0.038 * 2.4977 / 1.9600, abs=1e-4)
    assert found.high == pytest.approx(0.544 + 0.046 * 2.4977 / 1.9600, abs=1e-4)
    assert Interval(0.6, 0.5, 0.7).best_of(1) == pytest.approx((0.6, 0.5, 0.7))


def test_a_language_model_is_one_more_reader_of_captions(clean: Path, tmp_path: Path) -> None:
    write_language_model(tmp_path)
    captions = ["a red star", "a moon", "a red star"]
    read = Likelihood(model=str(tmp_path)).read(captions)
    asked = load_language_model(str(tmp_path)).likelihoods(captions)
    assert read.matrix.ravel() == pytest.approx(asked)
    told, readings = audit(clean, language_model=str(tmp_path))
    assert {cue["name"] for cue in told["cues"]["text"]} == {"words", "characters", "length", "likelihood"}
    first, seen = readings.seen.foils[0], readings.seen.texts["likelihood"]
    expected = load_language_model(str(tmp_path)).likelihoods([first.true, first.negative])
    assert [seen.true[0, 0], seen.negative[0, 0]] == pytest.approx(expected, abs=1e-5)
