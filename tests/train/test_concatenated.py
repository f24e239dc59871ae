from pathlib import Path
from random import Random

import pytest
from train.small import Plain, greys, mined, sample, texts

from counterfoil.errors import DataError
from counterfoil.train.batches import FALSE, TRUE, Batch, truth
from counterfoil.train.batching import Batching
from counterfoil.train.collate import Batches, Chosen
from counterfoil.train.concatenated import Concatenated, exchange
from counterfoil.train.open import open_foils

ROWS = [
    sample("a", 10, ["A dog sits on a red mat.", "A dog."]),
    sample("b", 20, ["A cat sleeps in a blue box.", "A cat."]),
    sample("c", 30, ["A horse."]),
    sample("d", 40, ["A bird."]),
]


def batch(tmp_path: Path, step: int, indices: list[int]) -> Batch:
    batching = Batching(foils=0, pairs=2, groups=2, compose=Concatenated())
    foils = open_foils(mined(tmp_path / "d", ROWS))
    return Batches(foils=foils, batching=batching, prepare=Plain(), seed=3)[Chosen(step, 0, indices)]


def test_pictures_stand_two_by_two_with_their_captions_both_ways(tmp_path: Path) -> None:
    made = batch(tmp_path, 0, [0, 1, 2, 3])
    assert made.keys == ("a | b", "c | d")
    assert greys(made) == [15, 35]
    said, layout = texts(made), made.layout
    first, other = said[0].split(".")[0] + ".", said[0].split(".")[1].strip() + "."
    assert first in ROWS[0]["captions"]
    assert other in ROWS[1]["captions"]
    one = [said[number] for number in layout.positive_text_NP[0]]
    spare = [next(c for c in row["captions"] if c not in (first, other)) for row in ROWS[:2]]
    assert one == [f"{other} {first}", f"{spare[0]} {spare[1]}", f"{spare[1]} {spare[0]}"]
    assert layout.positive_text_NP[1].tolist()[1:] == [-1, -1]  # no other captions
    assert said[layout.text_N[1]] == "A horse. A bird."


def test_an_exchange_that_only_turns_the_captions_round_is_no_negative(tmp_path: Path) -> None:
    made = batch(tmp_path, 0, [0, 1, 2, 3])  # "A bird. A horse." is true of horse and bird
    assert made.layout.negative_text_NK.tolist()[1] == [-1]
    assert made.layout.negative_image_NK.tolist() == [[-1], [-1]]


def test_all_captions_of_the_two_are_true_of_both_and_the_exchange_is_false(tmp_path: Path) -> None:
    made = batch(tmp_path, 0, [0, 1, 2, 3])
    known, layout = truth(made.layout), made.layout
    own = [int(layout.text_N[0]), *layout.positive_text_NP[0].tolist()]
    assert (known[0, own] == TRUE).all()
    assert (known[1, own] == FALSE).all()
    assert known[0, layout.text_N[1]] == FALSE


def test_pairs_that_share_a_picture_are_strangers(tmp_path: Path) -> None:
    made = batch(tmp_path, 0, [2, 3, 2, 0])  # horse and bird, horse and dog
    assert truth(made.layout)[0, made.layout.text_N[1]] == FALSE


def test_every_second_step_shows_single_pictures(tmp_path: Path) -> None:
    made = batch(tmp_path, 1, [0, 1, 2, 3])
    assert greys(made) == [10, 20, 30, 40]
    assert made.layout.positive_text_NP.shape == (4, 3)
    assert (made.layout.positive_text_NP == -1).all()


def test_an_odd_number_of_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="3 pictures do not go two by two"):
        batch(tmp_path, 0, [0, 1, 2])


def test_words_change_places_with_words_of_their_kind() -> None:
    first, other = "The dog is sitting near a red mat.", "A cat is sleeping."
    assert {exchange(first, other, Random(seed)) for seed in range(40)} == {
        "The cat is sitting near a red mat. A dog is sleeping.",
        "The dog is sitting near a red cat. A mat is sleeping.",
        "The dog is sleeping near a red mat. A cat is sitting.",
    }


def test_without_two_words_of_a_kind_nothing_is_exchanged() -> None:
    assert exchange("A dog.", "Very nice.", Random(0)) is None
    assert exchange("A dog.", "The dog.", Random(0)) is None
