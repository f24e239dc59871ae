"""The drawn benchmarks: their truth is the world's, and a bag of words does on them what it should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from counterfoil.evaluate.benchmark import Item, evaluate
from counterfoil.evaluate.benchmarks.drawn import DrawnClasses, DrawnQuads, DrawnRetrieval
from counterfoil.evaluate.pictures import Painted
from counterfoil.evaluate.verdicts import Scores
from counterfoil.world.bag import bag_score
from counterfoil.world.drawing import Drawing
from counterfoil.world.read import matches


def _drawings(item: Item) -> list[Drawing]:
    return [picture.drawing for picture in item.pictures if isinstance(picture, Painted)]


def bag_of_words(items: Iterable[Item]) -> Iterator[Scores]:
    """Knows of each word whether it is true of something in the drawing."""
    for item in items:
        yield np.array([[bag_score(t, d) for t in item.texts] for d in _drawings(item)], np.float32)


@pytest.mark.parametrize("split", ["test", "held_out"])
def test_the_truth_of_a_quad_is_on_its_diagonal(split: str) -> None:
    for item in DrawnQuads(split=split, number=5).open().items():
        told = [[matches(text, drawing) for text in item.texts] for drawing in _drawings(item)]
        assert told == [[True, False], [False, True]]


def test_a_bag_of_words_ties_on_swaps_and_knows_replacements() -> None:
    metrics = evaluate(DrawnQuads(split="test", number=20).open(), bag_of_words).metrics
    for kind in ("attribute", "object", "relation"):
        assert metrics[f"swap {kind}/group"].value == 0.0
        assert metrics[f"swap {kind}/group"].ties == 20
    assert metrics["replace object/group"].value == 1.0
    assert metrics["replace attribute/group"].value == 1.0


def test_a_caption_of_the_gallery_is_true_of_its_own_drawing_alone() -> None:
    (item,) = DrawnRetrieval(split="test", number=20).open().items()
    told = [[matches(text, drawing) for text in item.texts] for drawing in _drawings(item)]
    assert told == (np.eye(20) == 1).tolist()


def test_classification_asks_for_the_class_that_the_picture_is_of() -> None:
    for item in DrawnClasses(target="colour", split="test", per_class=2).open().items():
        (drawing,) = _drawings(item)
        assert drawing.items[0].colour in item.texts[item.owners.index(0)]
