"""Models that describe, find, outline and paint: real classes with tiny random weights, on the real path."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from counterfoil.errors import ModelError
from counterfoil.models.captioner import Captioner
from counterfoil.models.chat import Chat
from counterfoil.models.detector import Detected
from counterfoil.models.florence import Florence2
from counterfoil.models.grounding_dino import GroundingDino, _named
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.inpainter import Inpainter, Painting
from counterfoil.models.owlv2 import OwlV2
from counterfoil.models.sam import Sam, Sam2
from counterfoil.models.sam3 import Sam3
from counterfoil.records import Pixels


def tiny(unit: Any, role: str = "", **settings: Any) -> Any:
    return unit(checkpoint=Checkpoint(model=f"tiny:{role or unit.tiny}", batch=2), **settings)


@cache
def pictures() -> tuple[Pixels, ...]:
    """Three, of two shapes, smooth and coloured."""
    shapes = ((120, 160), (160, 120), (120, 160))
    return tuple(_smooth(height, width, seed) for seed, (height, width) in enumerate(shapes))


def _smooth(height: int, width: int, seed: int) -> Pixels:
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    rows, columns = np.arange(height) * 6 // height, np.arange(width) * 8 // width
    return coarse[rows][:, columns]


@pytest.mark.parametrize(
    "describer",
    [
        tiny(Captioner, beams=1, most=6),
        tiny(Captioner, beams=2, most=6),
        tiny(Florence2, beams=1, most=6),
        tiny(Chat, most=6),
    ],
    ids=["blip", "blip-beams", "florence2", "chat"],
)
def test_a_describer_says_of_each_picture_what_it_says_of_it_alone(describer: Any) -> None:
    describe = describer.load()
    together = describe(pictures())
    assert together == [described for picture in pictures() for described in describe([picture])]
    assert all(said.caption for said in together)
    assert len({said.caption for said in together}) > 1


@pytest.mark.parametrize(
    "detector",
    [tiny(GroundingDino, box=0.2, text=0.1), tiny(OwlV2, box=0.2), tiny(Sam3, box=0.2)],
    ids=["dino", "owlv2", "sam3"],
)
def test_a_detector_gives_boxes_within_the_picture_called_by_words_that_were_asked_for(detector: Any) -> None:
    detect = detector.load()
    asked = [(picture, ["cat", "red hat"] if n else ["table"]) for n, picture in enumerate(pictures())]
    found = detect(asked)
    assert any(found)
    for things, (picture, words) in zip(found, asked, strict=True):
        for thing in things:
            left, top, right, bottom = thing.box
            assert thing.label in words
            assert 0 <= left < right <= 1
            assert 0 <= top < bottom <= 1
            assert thing.score >= detector.box
            assert (thing.mask is None) != isinstance(detector, Sam3)
            assert thing.mask is None or thing.mask.shape == picture.shape[:2]
    alone = [things for one in asked for things in detect([one])]
    assert [[thing.label for thing in things] for things in found] == [
        [thing.label for thing in things] for things in alone
    ]
    for together, single in zip(found, alone, strict=True):
        np.testing.assert_allclose([t.box for t in together], [t.box for t in single], atol=1e-4)


def test_a_phrase_is_called_by_the_word_that_it_shares_most_with() -> None:
    found = [Detected(label, (0, 0, 1, 1), 0.5) for label in ("hydrant", "red fire", "zebra", "")]
    words = ["fire hydrant", "red fire truck"]
    assert [thing.label for thing in _named(found, words)] == ["fire hydrant", "red fire truck"]


@pytest.mark.parametrize("segmenter", [tiny(Sam), tiny(Sam2)], ids=["sam", "sam2"])
def test_a_segmenter_gives_a_mask_of_the_pictures_size_for_each_box(segmenter: Any) -> None:
    segment = segmenter.load()
    boxed = [
        (picture, [(0.1, 0.2, 0.6, 0.7), (0.5, 0.5, 0.9, 1.0)][: n + 1])
        for n, picture in enumerate(pictures())
    ]
    found = segment(boxed)
    assert [len(masks) for masks in found] == [1, 2, 2]
    for masks, (picture, _) in zip(found, boxed, strict=True):
        assert all(mask.shape == picture.shape[:2] and mask.dtype == bool for mask in masks)
    alone = [masks for one in boxed for masks in segment([one])]
    for together, single in zip(found, alone, strict=True):
        assert np.mean(np.stack(together) != np.stack(single)) < 0.001


@pytest.mark.parametrize("role", ["sd_inpaint", "sdxl_inpaint"])
def test_an_inpainter_paints_each_by_its_own_chance_at_the_pictures_own_size(role: str) -> None:
    paint = tiny(Inpainter, role, steps=2).load()
    mask = np.zeros(pictures()[0].shape[:2], bool)
    mask[40:80, 60:120] = True
    paintings = [Painting(pictures()[0], mask, "a red cup", seed) for seed in (1, 2, 1)]
    first, second, again = paint(paintings)
    assert first.shape == pictures()[0].shape
    assert np.abs(first.astype(int) - again).max() <= 1  # batches differ by how sums are rounded
    assert np.abs(first.astype(int) - second).mean() > 1
    assert np.abs(first.astype(int) - paint(paintings[:1])[0]).max() <= 1


def test_a_model_of_another_architecture_is_refused() -> None:
    with pytest.raises(ModelError, match="tiny:blip is no SamModel"):
        Sam(checkpoint=Checkpoint(model="tiny:blip")).load()
