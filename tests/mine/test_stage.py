"""What holds of every pipeline: the order fits, nothing is lost, chance belongs to the record."""

import re

import pytest

from counterfoil.chance import rng_for
from counterfoil.errors import MiningError, RecipeError
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.filter import Filter
from counterfoil.mine.score.measure import Score
from counterfoil.mine.stage import check_conserved, check_order
from counterfoil.records import ImageFile, Rejected, Sample


def sample(key: str) -> Sample:
    return Sample(key=key, image=ImageFile(f"{key}.jpg"), captions=("A dog.",))


def test_a_wrong_order_is_refused_before_anything_is_loaded() -> None:
    check_order([Draw(), Score(), Filter()])
    with pytest.raises(
        RecipeError, match=re.escape("Filter takes Scored, but the stage before it, Draw, gives Foil")
    ):
        check_order([Draw(), Filter()])
    check_order([Score(), Draw()])  # a scored foil is a reworded proposal too


def test_a_record_that_vanishes_is_an_error() -> None:
    a, b = sample("a"), sample("b")
    check_conserved("s", [a, b], [a, Rejected(record=b, key="b", stage="s", reason="r")])
    with pytest.raises(MiningError, match="stage s lost 1 of 2 records, 'b' among them"):
        check_conserved("s", [a, b], [a])


def test_children_account_for_their_parent_and_strangers_do_not() -> None:
    a = sample("x/a")
    check_conserved("s", [a], [sample("x/a/0"), sample("x/a/1")])
    with pytest.raises(MiningError, match="nobody gave it, 'z'"):
        check_conserved("s", [a], [a, sample("z/0")])


def test_chance_depends_on_seed_record_and_stage_only() -> None:
    first = rng_for(0, "a", "draw").random()
    assert rng_for(0, "a", "draw").random() == first
    assert (
        len({first, *(rng_for(*x).random() for x in [(1, "a", "draw"), (0, "b", "draw"), (0, "a", "score")])})
        == 4
    )
