"""Rules, editors and scores that are made for photos, held against scenes of which everything is known."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
from world_photos import (
    TO_COCO,
    TO_WORLD,
    called,
    edited,
    four,
    is_false,
    looks_right,
    pictured,
    truth,
    words,
)

from counterfoil.mine.filter import Filter
from counterfoil.mine.stage import Run
from counterfoil.recipes.photos import photos
from counterfoil.records import Scored
from counterfoil.world.deal import deal, keys

RUN = Run(0, Path())


@cache
def drawn() -> tuple[Scored, ...]:
    return tuple(edited(pictured("validation", 0, 16, 240), RUN))


def test_captions_are_called_to_coco_and_back_with_their_truth() -> None:
    for dealt in map(deal, keys("validation", 0, 100)):
        for caption in dealt.captions:
            if "shape" not in caption.text and "one" not in caption.text.lower().split():
                away = called(caption.text, TO_COCO)
                assert away == caption.text or not set(away.lower().split()) & {"circle", "hexagon", "drop"}
                assert called(away, TO_WORLD)[0].isupper()
                assert truth(away, dealt.drawing) is True, away


def test_rules_for_words_make_false_captions() -> None:
    """All but the scrambled order, some of which says the same: "solid and green", "green and solid"."""
    wrong = decided = 0
    for name, foils in words(pictured("validation", 0, 60, 64), RUN).items():
        answers = [answer for _, answer in foils if answer is not None]
        if name in ("replace_noun", "replace_preposition", "replace_number", "swap_nouns", "deny_noun"):
            assert True not in answers, name
        if name != "shuffle_order":
            wrong += answers.count(True)
            decided += len(answers)
    assert decided > 300
    assert wrong / decided < 0.02


def test_what_the_editors_paint_is_what_the_captions_say() -> None:
    judge = next(stage for stage in photos().stages if isinstance(stage, Filter))
    kept = [foil for foil in drawn() if judge.judge(foil.editor, foil.scores) is None]
    answers = [answer for answer in map(four, kept) if answer is not None and None not in answer]
    assert len(answers) > 60
    assert sum(map(is_false, answers)) / len(answers) < 0.02
    seen = defaultdict(list)
    for foil in kept:
        right = looks_right(foil)
        if right is not None:
            seen[foil.editor].append(right)
    assert np.mean(seen["mirror"]) == 1.0
    assert np.mean(seen["remove"]) > 0.9
    assert np.mean(seen["recolour"]) > 0.8


def test_scores_tell_what_is_true() -> None:
    """The share of the new colour, the side after an exchange, and the number that is left."""
    for foil in drawn():
        answers = four(foil)
        if answers is None or None in answers:
            continue
        for name in ("boxes.relation", "boxes.count"):
            if foil.scores.get(name) == 1.0:
                assert answers == [True, False, False, True], (foil.key, name)
        assert foil.scores["area.outside"] == 0.0
