"""Scenes by key: the same one every time, and nothing for what is no key."""

import subprocess
import sys

import pytest

from counterfoil.errors import DataError
from counterfoil.world.deal import check_split, deal, keys
from counterfoil.world.paint import paint
from counterfoil.world.splits import SPLITS, held_out

DIGEST = """
import hashlib
from counterfoil.world.deal import deal
from counterfoil.world.paint import paint
dealt = [deal(f"{split}-3-{number:06}") for split in ("train", "held_out") for number in range(5)]
digest = hashlib.sha256()
for one in dealt:
    digest.update(repr((one.drawing, one.captions)).encode() + paint(one.drawing, 64).tobytes())
print(digest.hexdigest())
"""


def test_keys_are_numbered_from_zero() -> None:
    assert list(keys("train", 7, 3)) == ["train-7-000000", "train-7-000001", "train-7-000002"]
    assert list(keys("held_out", 0, 0)) == []


def test_every_key_of_every_split_is_dealt() -> None:
    for split in SPLITS:
        for key in keys(split, 2, 5):
            assert deal(key).key == key


def test_a_scene_does_not_depend_on_the_process_or_on_what_was_dealt_before() -> None:
    for number in range(3):
        deal(f"test-3-{number:06}")
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": "", "OPENBLAS_NUM_THREADS": "1"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert len(digests.pop()) == 65


def test_dealing_again_gives_the_same_scene() -> None:
    first = deal("train-0-000012")
    deal.cache_clear()
    again = deal("train-0-000012")
    assert again is not first
    assert again == first
    assert (paint(again.drawing, 64) == paint(first.drawing, 64)).all()


def test_what_a_split_lacks_is_said_with_its_scenes() -> None:
    assert deal("train-5-000000").lacking == held_out(5)
    assert deal("test-5-000000").lacking == held_out(5)
    assert deal("held_out-5-000000").lacking is None


@pytest.mark.parametrize(
    "key",
    ["", "train", "train-0", "train-0-12", "train--000012", "train-0-000012x", "000012", "a/train-0-000012",
     "train-0-000012\n", "train-x-000012", "train-0--00012", "train-0.5-000012"],
)  # fmt: skip
def test_what_is_no_key_is_refused_with_an_example(key: str) -> None:
    with pytest.raises(DataError, match="'train-0-000012'") as caught:
        deal(key)
    assert repr(key) in str(caught.value)


def test_a_key_of_an_unknown_split_names_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"'trian': did you mean 'train'.*held_out, test, train, validation"):
        deal("trian-0-000012")


def test_the_nearest_split_is_offered() -> None:
    with pytest.raises(DataError, match="did you mean 'held_out'"):
        check_split("heldout")


@pytest.mark.parametrize(("seed", "number"), [(-1, 5), (0, -1), (-3, -3)])
def test_seeds_and_numbers_below_zero_are_refused(seed: int, number: int) -> None:
    with pytest.raises(DataError, match=f"{seed} and {number}"):
        keys("train", seed, number)


@pytest.mark.parametrize("key", ["train-00-000012", "train-0-0000012", "train-\u0660-000012"])
def test_a_scene_has_one_key(key: str) -> None:
    with pytest.raises(DataError, match="no key of the drawn world"):
        deal(key)


def test_a_seed_that_is_too_large_is_refused_before_the_first_scene() -> None:
    with pytest.raises(DataError, match="seed"):
        keys("train", 10**18, 1)
