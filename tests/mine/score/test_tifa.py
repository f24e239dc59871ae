"""Questions about edits, and how many a looker answers right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import block, foil, scene
from variations import COLOURS, ball, in_words, variation
from vision_language import write_llava

from counterfoil.mine.score.questions import Question, is_right, questions
from counterfoil.mine.score.tifa import Tifa, around_box, shares_right
from counterfoil.mine.score.views import Pair
from counterfoil.mine.stage import Run
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.vqa import load_vqa
from counterfoil.records import Edit, Foil, Kind, Operation, Patch, Pixels

DOGS = scene(
    *(("dog", block(80 * n, 96, 80 * n + 48, 144), (90, 90, 90)) for n in range(2)),
    ("car", block(200, 20, 300, 80), (200, 20, 20)),
)
WHOLE = Patch(left=0, top=0, pixels=DOGS.pixels, mask=np.ones((240, 320), bool))
CAR, DOG = DOGS.regions[2].box, DOGS.regions[0].box


def edited(operation: Operation, kind: Kind, words: str, targets: tuple[int, ...], values: str = "") -> Foil:
    before, after = words.split(" > ")
    box = DOGS.regions[targets[0]].box if targets else None
    edit = Edit(operation=operation, kind=kind, before=before, after=after, box=box)
    return foil(DOGS, edit, WHOLE, targets, tuple(filter(None, values.split(","))))


def test_an_object_is_there_and_the_other_is_not() -> None:
    assert questions(edited("replace", "object", "car > a red truck", (2,), "a truck that is red")) == [
        Question("Is there a red truck in the picture?", "yes", "no", CAR),
        Question("Is there a car in the picture?", "no", "yes", CAR),
    ]
    assert questions(edited("remove", "object", "car > no car", (2,))) == [
        Question("Is there a car in the picture?", "no", "yes", CAR)
    ]
    assert questions(edited("add", "object", "no apples > apples", ())) == [
        Question("Are there apples in the picture?", "yes", "no", None)
    ]


def test_the_whole_picture_is_not_asked_for_one_of_two_dogs() -> None:
    _, gone = questions(edited("replace", "object", "dog > owl", (0,), "owl"))
    assert gone == Question("Is there a dog in the picture?", "no", "yes", DOG, everywhere=False)


def test_attributes_counts_and_all_else() -> None:
    assert questions(edited("replace", "attribute", "red > blue", (2,), "blue")) == [
        Question("What colour is the car?", "blue", "red", CAR)
    ]
    swap = edited("swap", "attribute", "red car, grey dog > grey car, red dog", (2, 0), "grey,red")
    assert questions(swap) == [
        Question("What colour is the car?", "grey", "red", CAR),
        Question("What colour is the dog?", "red", "grey", DOG),
    ]
    assert [q.text for q in questions(edited("replace", "attribute", "old > new", (2,), "new"))] == [
        "Is the car new?",
        "Is the car old?",
    ]
    assert questions(edited("replace", "count", "two > one", (0,))) == [
        Question("How many dogs are in the picture?", "one", "two")
    ]
    assert questions(edited("replace", "relation", "left of > right of", (0, 2))) == [
        Question('Does the picture show "Another photo."?', "yes", "no"),
        Question('Does the picture show "A photo."?', "no", "yes"),
    ]


@pytest.mark.parametrize(
    ("said", "answer", "right"),
    [
        ("Yes.", "yes", True),
        ("No, there is no cat", "yes", False),
        ("There is none", "no", False),
        ("The car is gray", "grey", True),
        ("3", "three", True),
        ("There are 13 dogs", "three", False),
        ("bluebell", "blue", False),
        ("", "no", False),
    ],
)
def test_answers_are_read_word_by_word(said: str, answer: str, right: bool) -> None:
    assert is_right(said, answer) is right


def nearest(pictures: Sequence[Pixels], asked: Sequence[Pair]) -> list[str]:
    """Looks at the pixel in the middle of what it is shown, and names its colour; of grey it says grey."""
    known = COLOURS | {"grey": (120, 120, 125)}
    said = []
    for number, _ in asked:
        height, width, _ = pictures[number].shape
        middle = pictures[number][height // 2, width // 2].astype(int)
        said.append(min(known, key=lambda name: float(np.abs(middle - known[name]).sum())))
    return said


def test_who_looks_answers_right_of_the_part_the_whole_and_the_original() -> None:
    of = ball("one")
    foils: list[Foil] = [variation(of, "red", 0), in_words(of, 1)]
    right = {"tifa.local": 1.0, "tifa.global": 1.0, "tifa.original": 1.0}
    assert shares_right(foils, nearest, 8, 0.25) == [right, {}]
    assert foils[0].patch is not None
    unpainted = replace(foils[0], patch=replace(foils[0].patch, pixels=of.pixels[80:165, 100:230]))
    assert shares_right([unpainted], nearest, 8, 0.25) == [right | {"tifa.local": 0.0, "tifa.global": 0.0}]


def test_a_part_is_seen_with_a_rim_of_its_longer_side_and_not_beyond_the_picture() -> None:
    # 320 x 240 pixels: a box of 160 x 2 pixels has a rim of 40.
    thin = around_box(DOGS, (0.25, 0.5, 0.75, 0.5 + 2 / 240), 0.25)
    assert thin == pytest.approx((0.125, 80 / 240, 0.875, 162 / 240))
    assert around_box(DOGS, (0, 0, 1, 1), 0.25) == (0, 0, 1, 1)


def test_a_model_is_asked_in_batches_what_it_is_asked_alone(tmp_path: Path) -> None:
    write_llava(tmp_path)
    checkpoint = Checkpoint(model=str(tmp_path), device="cpu", dtype="fp32", batch=2)
    model, of = load_vqa(checkpoint), ball("one")
    pictures = [of.pixels, 255 - of.pixels]
    asked = [(0, "Is there a ball?"), (1, "What colour is the ball?"), (1, "Is there a ball?")]
    together = model.answers(pictures, asked)
    assert together == [model.answers([pictures[n]], [(0, text)])[0] for n, text in asked]
    assert all(together)
    scores = Tifa(checkpoint=checkpoint).load(Run(0, Path()))([variation(of, "red", 0)])
    assert set(scores[0]) == {"tifa.local", "tifa.global", "tifa.original"}
