"""Several tries at an edit: which is kept, what is told of it, and the original painted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from scenes import HEIGHT, WIDTH, ground, reworded, scene
from variations import ball

from counterfoil.errors import RecipeError
from counterfoil.mine.editors.candidates import Attempt, Candidates
from counterfoil.mine.editors.editor import Refused
from counterfoil.mine.score.scorer import MeasureAll, Scores
from counterfoil.mine.score.tried import Tried
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Foil, Patch, Rejected, Reworded

RUN = Run(5, Path())
EDIT = Edit(operation="replace", kind="attribute", before="grey", after="red", box=(0, 0, 1, 1))


@dataclass(frozen=True, kw_only=True)
class Redness:
    """How red the middle of the negative picture is, 0..255."""

    version: ClassVar[int] = 1

    def load(self, run: Run) -> MeasureAll:
        return lambda foils: [self._measured(foil) for foil in foils]

    def _measured(self, foil: Foil) -> Scores:
        assert foil.patch is not None
        return {"red": float(foil.patch.onto(foil.scene.pixels)[120, 160, 0])}


def proposals(*keys: str) -> list[Reworded]:
    return [replace(reworded(ball(key), EDIT, (0,), ("red",)), key=f"{key}/0") for key in keys]


class Painter:
    """Paints a grey whose brightness the seed tells, dark for the original; refuses as told."""

    def __init__(self, refuses: Sequence[int] = ()) -> None:
        self.refuses = refuses
        self.seeds: list[int] = []
        self.originals: list[bool] = []

    def __call__(self, attempts: Sequence[Attempt]) -> list[Patch | Refused]:
        self.seeds += [attempt.seed for attempt in attempts]
        self.originals += [attempt.original for attempt in attempts]
        return [
            Refused("black_picture", f"number {number}") if number in self.refuses else grey(attempt)
            for number, attempt in enumerate(attempts)
        ]


def brightness(attempt: Attempt) -> int:
    return 7 if attempt.original else 10 + attempt.seed % 240


def grey(attempt: Attempt) -> Patch:
    pixels = np.full((HEIGHT, WIDTH, 3), brightness(attempt), np.uint8)
    return Patch(left=0, top=0, pixels=pixels, mask=np.ones((HEIGHT, WIDTH), bool))


FOUR = Candidates(tries=4, scorer=Redness(), by="red")


def shade(foil: Foil | Rejected) -> int:
    assert isinstance(foil, Foil)
    assert foil.patch is not None
    return int(foil.patch.pixels[0, 0, 0])


def test_the_best_of_four_is_kept_and_the_foil_tells_how_it_was_chosen() -> None:
    painter = Painter()
    foils = FOUR.load(RUN, "inpaint")(proposals("a", "b"), painter)
    assert len(set(painter.seeds)) == 8
    for foil, seeds in zip(foils, (painter.seeds[:4], painter.seeds[4:]), strict=True):
        shades = [10 + seed % 240 for seed in seeds]
        assert shade(foil) == max(shades)
        assert isinstance(foil, Foil)
        told = {"tried": 4, "refused": 0, "best": max(shades), "mean": sum(shades) / 4}
        assert foil.facts == {f"candidates.{name}": value for name, value in told.items()}
        assert Tried().load(RUN)(foil) == foil.facts
        assert foil.editor == "inpaint"


def test_what_is_refused_is_out_of_the_choice_and_all_refused_is_rejected() -> None:
    painter = Painter(refuses=(0, 2, 4, 5, 6, 7))
    first, second = FOUR.load(RUN, "inpaint")(proposals("a", "b"), painter)
    assert isinstance(first, Foil)
    assert first.facts["candidates.refused"] == 2
    assert shade(first) == max(10 + seed % 240 for seed in painter.seeds[1:4:2])
    assert isinstance(second, Rejected)
    assert (second.stage, second.reason, second.detail) == ("inpaint", "black_picture", "number 4")


def test_chance_is_that_of_the_record_and_the_first_try_is_the_same_of_one_or_many() -> None:
    many, one = Painter(), Painter()
    FOUR.load(RUN, "inpaint")(proposals("a", "b"), many)
    Candidates().load(RUN, "inpaint")(proposals("b"), one)
    assert one.seeds == many.seeds[4:5]


def test_one_try_is_kept_as_it_is_without_a_scorer() -> None:
    (foil,) = Candidates(scorer=Redness(), by="red").load(RUN, "inpaint")(proposals("a"), Painter())
    assert isinstance(foil, Foil)
    assert foil.facts == {}
    assert foil.positive is None


def test_the_original_fact_is_painted_again_once_for_each_foil_by_another_chance() -> None:
    painter = Painter(refuses=(5,))
    first, second = replace(FOUR, tries=2, positives=True).load(RUN, "inpaint")(proposals("a", "b"), painter)
    assert painter.originals == [False, False, True] * 2
    assert len(set(painter.seeds)) == 6
    assert isinstance(first, Foil)
    assert isinstance(second, Foil)
    assert first.positive is not None
    assert first.positive.pixels.max() == 7
    assert second.positive is None, "a refused positive is no loss of the foil"
    assert shade(first) > 7
    assert shade(second) > 7


def test_what_is_of_words_alone_passes_in_its_place() -> None:
    (painted,) = proposals("a")
    words = replace(reworded(scene(pixels=ground()), EDIT), two_way=False, key="w/0")
    out = Candidates().load(RUN, "inpaint")([words, painted], Painter())
    assert [record.key for record in out] == ["w/0", "a/0"]
    assert isinstance(out[0], Foil)
    assert (out[0].patch, out[0].editor) == (None, "")


def test_a_choice_that_nobody_can_make_is_an_error_before_anything_is_painted() -> None:
    with pytest.raises(RecipeError, match="tries is 3, but no scorer"):
        Candidates(tries=3)
    with pytest.raises(RecipeError, match="at least once"):
        Candidates(tries=0)
    with pytest.raises(RecipeError, match="did you mean 'red'"):
        replace(FOUR, by="rod").load(RUN, "inpaint")(proposals("a"), Painter())
