"""Another colour for stuff: words have to speak for it, and the caption has to stay true."""

import random
from pathlib import Path

import numpy as np
import pytest
from scenes import HEIGHT, WIDTH, Colour, perceived, scene

from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.stuff import RecolourStuff
from counterfoil.mine.reword import changed
from counterfoil.mine.stage import Run
from counterfoil.records import Pixels, Scene

BLUE, GREY, DARK, GREEN = (110, 160, 225), (140, 140, 143), (70, 55, 45), (85, 115, 45)
MIDDLE = HEIGHT // 2


def halves(above: Colour, below: Colour) -> Pixels:
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:MIDDLE], pixels[MIDDLE:] = above, below
    return pixels


def drafts(above: Colour, below: Colour, *captions: str) -> tuple[Scene, list[Draft]]:
    told = perceived(scene(pixels=halves(above, below), captions=captions))
    return told, list(RecolourStuff(per_stuff=3).load(Run(0, Path()))(told, random.Random(0)))


def said(of: Scene, draft: Draft) -> tuple[str, str]:
    caption = of.captions[draft.caption]
    true = changed(caption, draft.true_changes) if draft.true_changes else caption
    negative = changed(caption, draft.negative_changes)
    assert isinstance(true, str)
    assert isinstance(negative, str)
    return true, negative


def test_a_stated_colour_is_changed_where_it_stands() -> None:
    of, found = drafts(BLUE, DARK, "A plane in the blue sky.")
    assert {said(of, draft) for draft in found} == {
        ("A plane in the blue sky.", f"A plane in the {colour} sky.")
        for colour in ("orange", "pink", "purple")
    }


def test_a_bare_sky_gets_its_colour_in_both_captions() -> None:
    of, found = drafts(BLUE, DARK, "A plane in the sky.")
    assert ("A plane in the blue sky.", "A plane in the pink sky.") in {said(of, d) for d in found}


def test_a_sky_that_no_caption_names_gets_a_sentence() -> None:
    of, found = drafts(GREY, DARK, "A plane on a runway")
    assert ("A plane on a runway. The sky is grey.", "A plane on a runway. The sky is blue.") in {
        said(of, d) for d in found
    }


def test_the_weather_of_a_caption_is_not_belied() -> None:
    _, found = drafts(GREY, DARK, "A plane under a cloudy sky.", "A plane on a runway.")
    assert {draft.caption for draft in found} == {1}


def test_a_smooth_wall_is_no_sky() -> None:
    assert drafts(BLUE, DARK, "A cat on a bed in a bedroom.")[1] == []
    assert drafts(BLUE, DARK, "A cat looks at the camera.")[1] == []


def test_a_photo_without_colour_gets_none() -> None:
    assert drafts((150, 150, 150), (60, 60, 60), "A plane in the sky.")[1] == []


def test_a_caption_that_disagrees_silences_the_rule() -> None:
    assert drafts(BLUE, DARK, "A plane in the grey sky.", "A plane in the sky.")[1] == []


def test_grass_may_dry_unless_it_is_lush() -> None:
    of, found = drafts(GREY, GREEN, "A zebra stands on the grass.")
    assert ("A zebra stands on the green grass.", "A zebra stands on the brown grass.") in {
        said(of, d) for d in found if d.values[0] == "grass"
    }
    _, lush = drafts(GREY, GREEN, "A zebra stands on lush grass.")
    assert not [d for d in lush if d.values[0] == "grass"]


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_colours_than_asked_for(most: int) -> None:
    told = perceived(scene(pixels=halves(BLUE, DARK), captions=("A plane in the sky.",)))
    assert len(list(RecolourStuff(per_stuff=most).load(Run(0, Path()))(told, random.Random(0)))) == most


def test_the_box_is_that_of_the_stuff() -> None:
    _, found = drafts(BLUE, DARK, "A plane in the sky.")
    left, top, right, bottom = found[0].edit.box or (0, 0, 0, 0)
    assert (left, top, right) == (0, 0, 1)
    assert bottom == pytest.approx(0.5, abs=0.02)
