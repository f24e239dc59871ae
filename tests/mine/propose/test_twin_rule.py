"""Proposing one more of what is there: drawn floors with drawn things."""

import random
from pathlib import Path

import numpy as np
import pytest
from standing import BLUE, GREEN, HEIGHT, RED, WIDTH, Thing, scene

from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.twin import Twin, contact
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Scene

DOG = Thing("dog", RED, (60, 120, 120, 170))
OTHER_DOG = Thing("dog", BLUE, (300, 120, 360, 170))


def drafts(of: Scene) -> list[Draft]:
    return list(Twin().load(Run(0, Path()))(of, random.Random(0)))


def said(of: Scene, draft: Draft, *, negative: bool) -> str:
    caption = of.captions[draft.caption]
    for start, end, text in sorted(draft.negative_changes if negative else draft.true_changes, reverse=True):
        caption = caption[:start] + text + caption[end:]
    return caption


def pixels(box: Box | None) -> np.ndarray:
    assert box is not None
    return np.array(box) * (WIDTH, HEIGHT, WIDTH, HEIGHT)


def test_two_dogs_become_three() -> None:
    made = scene("A view of a floor.", DOG, OTHER_DOG)
    (draft,) = drafts(made)
    assert (draft.edit.operation, draft.edit.kind) == ("replace", "count")
    assert (draft.edit.before, draft.edit.after) == ("two", "three")
    assert draft.values == ("dog",)
    assert draft.two_way
    assert "two dogs" in said(made, draft, negative=False).lower()
    assert "three dogs" in said(made, draft, negative=True).lower()


def test_the_copy_has_the_size_of_its_donor_and_stands_on_its_level_beside_it() -> None:
    (draft,) = drafts(scene("A view of a floor.", DOG))
    new, old = pixels(draft.edit.box), np.array(DOG.box)
    assert new[2:] - new[:2] == pytest.approx(old[2:] - old[:2])
    assert abs(new[3] - old[3]) <= 0.08 * (old[3] - old[1]) + 1e-6
    assert new[0] >= old[2] or new[2] <= old[0]


def test_the_copy_covers_nothing() -> None:
    made = scene("A view of a floor.", DOG, Thing("person", GREEN, (140, 60, 180, 172)))
    new = pixels(next(d for d in drafts(made) if d.values == ("dog",)).edit.box).astype(int)
    assert not made.mask(1)[new[1] : new[3], new[0] : new[2]].any()


def test_the_copy_stays_on_ground_that_looks_alike() -> None:
    made = scene("A view of a floor.", DOG)
    made.pixels[:, 135:] = (20, 60, 200)
    assert drafts(made) == []


@pytest.mark.parametrize(
    ("caption", "things"),
    [
        ("a dog at the edge", [Thing("dog", RED, (0, 120, 60, 170))]),
        ("a large dog", [Thing("dog", RED, (40, 40, 240, 200))]),
        ("what has no table entry", [Thing("oven", RED, (60, 120, 120, 170))]),
        ("a crowd", [DOG, Thing("dog", BLUE, (300, 120, 360, 170), crowd=True)]),
        ("six dogs", [Thing("dog", RED, (10 + 64 * i, 120, 60 + 64 * i, 160)) for i in range(6)]),
        ("a dog behind another thing", [DOG, Thing("person", BLUE, (100, 100, 150, 190))]),
    ],
)
def test_what_is_not_copied(caption: str, things: list[Thing]) -> None:
    assert [d for d in drafts(scene("A view of a floor.", *things)) if d.values[0] == things[0].label] == []


def test_contact_is_the_share_of_the_rim_on_other_things() -> None:
    apart = scene("A floor.", DOG, OTHER_DOG)
    held = scene("A floor.", DOG, Thing("person", BLUE, (110, 90, 170, 180)))
    assert contact(apart, 0) == 0
    assert 0.1 < contact(held, 0) < 0.5


def test_none_comes_where_another_that_looks_alike_was_not_annotated() -> None:
    made = scene("A view of a floor.", DOG)
    assert drafts(made) != []
    left_out = scene("A view of a floor.", DOG)
    left_out.pixels[110:180, 290:370] = left_out.pixels[110:180, 50:130]
    assert drafts(left_out) == []
