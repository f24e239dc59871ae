"""Measuring painted colours: shares counted by hand on plain squares."""

from pathlib import Path

import numpy as np
import pytest

from counterfoil.mine.score.colour import ColourVerified
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Foil, ImageFile, Kind, Mask, Operation, Patch, Pixels, Region, Scene

RED, BLUE = (190, 10, 40), (0, 110, 195)


def square(value: tuple[int, int, int]) -> Pixels:
    return np.full((100, 200, 3), value, np.uint8)


def foil(
    before: Pixels,
    after: Pixels | None,
    values: tuple[str, ...],
    what: tuple[Operation, Kind],
    was: str = "a",
) -> Foil:
    scene = Scene(
        key="k",
        image=ImageFile("k.png"),
        captions=("c",),
        regions=(Region(label="car", box=(0, 0, 0.5, 1)), Region(label="bus", box=(0.5, 0, 1, 1))),
        pixels=before,
        parses=(),
        facts=(),
    )
    mask: Mask = np.ones((100, 200), bool)
    return Foil(
        key="k/0",
        scene=scene,
        edit=Edit(operation=what[0], kind=what[1], before=was, after="b"),
        proposer="p",
        caption=0,
        negative_changes=(),
        targets=tuple(range(len(values))),
        values=values,
        true_caption="t",
        negative_caption="n",
        patch=None if after is None else Patch(left=0, top=0, pixels=after, mask=mask),
        editor="recolour",
    )


def measured(of: Foil) -> dict[str, float]:
    return ColourVerified().load(Run(0, Path()))(of)


def test_a_wholly_painted_thing_has_all_of_the_new_and_none_of_the_old_colour() -> None:
    scores = measured(foil(square(RED), square(BLUE), ("blue",), ("replace", "attribute")))
    assert scores == {"colour.share": 1.0, "colour.old_share": 0.0}


def test_a_thing_painted_in_half_has_half_of_each() -> None:
    after = square(BLUE)
    after[:50] = RED
    scores = measured(foil(square(RED), after, ("blue",), ("replace", "attribute")))
    assert scores == {"colour.share": pytest.approx(0.5), "colour.old_share": pytest.approx(0.5)}


def test_the_new_colour_counts_against_what_had_the_old_one() -> None:
    before, after = square((60, 60, 60)), square((60, 60, 60))
    before[:40], after[:40] = RED, BLUE  # the rest is chrome, and stays so
    scores = measured(foil(before, after, ("blue",), ("replace", "attribute"), was="red"))
    assert scores == {"colour.share": pytest.approx(1.0), "colour.old_share": 0.0}
    after[20:40] = RED
    scores = measured(foil(before, after, ("blue",), ("replace", "attribute"), was="red"))
    assert scores == {
        "colour.share": pytest.approx(0.5, abs=0.05),
        "colour.old_share": pytest.approx(0.2, abs=0.05),
    }


def test_of_a_swap_the_worse_side_counts() -> None:
    before, after = square(RED), square(BLUE)
    before[:, 100:] = BLUE
    after[:, 100:] = BLUE  # the right thing stayed as it was
    scores = measured(foil(before, after, ("blue", "red"), ("swap", "attribute")))
    assert scores == {"colour.share": 0.0, "colour.old_share": 1.0}


def test_other_edits_and_words_alone_are_not_measured() -> None:
    assert measured(foil(square(RED), square(BLUE), ("bus",), ("replace", "object"))) == {}
    assert measured(foil(square(RED), None, ("blue",), ("replace", "attribute"))) == {}
