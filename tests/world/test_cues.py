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
