"""No side of a mined foil gives itself away to a reader who sees only the words."""

from functools import cache

import numpy as np
from world_cues import accuracy, first, interval, texts

from counterfoil.records import Scored


@cache
def mined() -> tuple[Scored, ...]:
    return tuple(first("test", 0, 2500))


def test_a_reader_of_words_alone_is_at_chance() -> None:
    foils = mined()
    mean, error = interval(foils, accuracy(foils, texts))
    assert abs(mean - 0.5) <= error
    assert error < 0.03


def test_the_same_reader_finds_a_cue_where_there_is_one() -> None:
    """Of things that go alone it soon learns that the one with "no" is the negative."""
    gone = [foil for foil in mined() if foil.edit.operation == "remove"]
    assert np.mean(accuracy(gone, texts)) > 0.9


def test_what_goes_and_what_comes_follow_captions_of_one_form_as_often() -> None:
    """ "There is a heart." becoming "There is no heart." after a caption without "a" is told by the "a"."""
    said = [foil for foil in mined() if foil.scene.captions[foil.caption].startswith("The ")]
    goes, comes = (sum(foil.edit.operation == way for foil in said) for way in ("remove", "add"))
    assert abs(goes - comes) <= 2 * (goes + comes) ** 0.5
    assert goes + comes > 100
