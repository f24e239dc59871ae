from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from torch.utils.data import ConcatDataset, DataLoader, Dataset

from counterfoil.errors import DataError, RecipeError
from counterfoil.train.batching import BATCHINGS, Batching
from counterfoil.train.samplers import GroupSampler

KEYS = ["cat", "dog", "cat", "owl", "fox", "dog", "cat", "elk", "bee", "ant", "cod", "ape"]
"""Twelve foils of nine groups: three cats, two dogs."""
CATS, DOGS = {0, 2, 6}, {1, 5}


def sampler(rank: int = 0, world_size: int = 1, **more: object) -> GroupSampler:
    settings: dict[str, object] = {
        "foils_per_group": 2,
        "ordinary": 7,
        "ordinary_per_group": 1,
        "groups_per_batch": 4,
        "seed": 5,
    }
    return GroupSampler(KEYS, rank=rank, world_size=world_size, **(settings | more))  # type: ignore[arg-type]


def epochs(of: GroupSampler, number: int) -> list[list[int]]:
    return [batch for _ in range(number) for batch in of]


def foils_of(batches: Sequence[Sequence[int]]) -> list[int]:
    return [index for batch in batches for index in batch if index < len(KEYS)]


def pairs_of(batches: Sequence[Sequence[int]]) -> list[int]:
    return [index - len(KEYS) for batch in batches for index in batch if index >= len(KEYS)]


def test_every_group_comes_once_in_an_epoch_with_its_foils_in_one_batch() -> None:
    batches = sampler(drop_last=False).order(0)
    assert [len({KEYS[i] for i in foils_of([batch])}) for batch in batches] == [4, 4, 1]
    seen = Counter(KEYS[index] for index in foils_of(batches))
    assert seen == dict.fromkeys(KEYS, 1) | {"cat": 2, "dog": 2}
    for batch in batches:
        assert len(CATS.intersection(batch)) in (0, 2)
        assert len(DOGS.intersection(batch)) in (0, 2)


def test_a_group_smaller_than_asked_for_brings_all_of_its_foils() -> None:
    batches = sampler(foils_per_group=9, drop_last=False).order(0)
    assert sorted(foils_of(batches)) == list(range(12))


def test_groups_that_fill_no_batch_are_left_out_if_wished_and_others_in_each_epoch() -> None:
    one = sampler()
    assert len(one) == 2
    left_out = {frozenset(KEYS) - {KEYS[i] for i in foils_of(one.order(epoch))} for epoch in range(20)}
    assert {len(groups) for groups in left_out} == {1}
    assert len(left_out) > 4


def test_ordinary_pairs_come_from_a_permutation_that_is_renewed_when_used_up() -> None:
    pairs = pairs_of(
        epochs(sampler(), 7)
    )  # 8 an epoch, of 7: the fourth epoch begins within the fourth round
    assert len(pairs) == 56
    rounds = [tuple(pairs[start : start + 7]) for start in range(0, 56, 7)]
    assert all(sorted(one) == list(range(7)) for one in rounds)
    assert len(set(rounds)) == 8


def test_a_batch_has_as_many_ordinary_pairs_as_its_groups_bring() -> None:
    batches = sampler(ordinary_per_group=3, ordinary=20).order(0)
    assert [len(pairs_of([batch])) for batch in batches] == [12, 12]


def test_the_order_follows_from_seed_and_epoch_alone() -> None:
    one, other = sampler(), sampler()
    list(one)
    assert one.order(3) == other.order(3)
    assert len({str(sampler(seed=seed).order(epoch)) for seed in (0, 1) for epoch in (0, 1)}) == 4


@pytest.mark.parametrize("world_size", [2, 4])
def test_ranks_share_the_batch_of_one_rank_by_groups(world_size: int) -> None:
    whole = sampler().order(2)
    parts = [sampler(rank, world_size).order(2) for rank in range(world_size)]
    for batch, *shares in zip(whole, *parts, strict=True):
        assert sorted(index for share in shares for index in share) == sorted(batch)
        groups = [{KEYS[i] for i in foils_of([share])} for share in shares]
        assert [len(group) for group in groups] == [4 // world_size] * world_size
        assert len(set.union(*groups)) == 4
        assert [len(pairs_of([share])) for share in shares] == [4 // world_size] * world_size


@pytest.mark.parametrize("done", range(7))
def test_it_goes_on_where_it_stopped(done: int) -> None:
    expected = epochs(sampler(), 3)
    one = sampler()
    for _ in range(done):
        next(iter(one))
    state = one.state_dict()
    other = sampler()
    other.load_state_dict(state)
    assert (state["epoch"], state["batch"]) == divmod(done, 2)
    assert epochs(other, 3)[: 6 - done] == expected[done:]


def test_it_goes_on_with_another_number_of_ranks() -> None:
    whole = sampler()
    next(iter(whole))
    ranks = [sampler(rank, 2) for rank in range(2)]
    for rank in ranks:
        rank.load_state_dict(whole.state_dict())
    rest = [index for rank in ranks for batch in rank for index in batch]
    assert sorted(rest) == sorted(index for batch in whole for index in batch)


def test_it_does_not_go_on_with_other_data() -> None:
    with pytest.raises(DataError, match="not those of the checkpoint"):
        sampler(ordinary=8).load_state_dict(sampler().state_dict())


Shares = dict[tuple[int, ...], float]


def chi_square(counts: Counter[tuple[int, ...]], expected: Shares) -> float:
    assert set(counts) <= set(expected)
    total = counts.total()
    return sum((counts[one] - total * share) ** 2 / (total * share) for one, share in expected.items())


def drawn(scores: Sequence[float] | None, foils: int, groups: int = 4000) -> Counter[tuple[int, ...]]:
    """What groups of three foils draw, as places in the group, in the order drawn."""
    keys = [group for group in range(groups) for _ in range(3)]
    all_scores = None if scores is None else [score - group for group in range(groups) for score in scores]
    one = GroupSampler(keys, foils_per_group=foils, groups_per_batch=1, scores=all_scores, seed=1)
    return Counter(tuple(index % 3 for index in batch) for batch in one.order(0))


def test_one_foil_is_drawn_by_its_score_above_the_smallest_and_a_half() -> None:
    # weights 0.5, 1.5, 2.5 of 4.5; 13.8 is exceeded once in a thousand by two degrees of freedom
    expected: Shares = {(0,): 1 / 9, (1,): 3 / 9, (2,): 5 / 9}
    assert chi_square(drawn([7.0, 8.0, 9.0], 1), expected) < 13.8


def test_further_foils_are_drawn_from_what_is_left_by_the_same_weights() -> None:
    weights = [0.5, 1.5, 2.5]
    expected: Shares = {
        (a, b): weights[a] / 4.5 * weights[b] / (4.5 - weights[a])
        for a in range(3)
        for b in range(3)
        if a != b
    }
    assert chi_square(drawn([7.0, 8.0, 9.0], 2), expected) < 20.5  # five degrees of freedom


def test_without_scores_foils_are_drawn_uniformly() -> None:
    assert chi_square(drawn(None, 1), {(place,): 1 / 3 for place in range(3)}) < 13.8


def test_without_foils_an_epoch_is_a_round_of_ordinary_pairs() -> None:
    one = sampler(foils_per_group=0, groups_per_batch=3, drop_last=False)
    assert [len(batch) for batch in one.order(0)] == [3, 3, 1]
    assert sorted(pairs_of(one.order(0))) == list(range(7))
    assert not foils_of(one.order(0))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"groups_per_batch": 10}, "a batch of 10 groups is larger than the data, which have 9"),
        ({"ordinary_per_group": 2}, "a batch of 8 ordinary pairs is larger than the data, which have 7"),
        ({"foils_per_group": 0, "groups_per_batch": 8}, "8 ordinary pairs is larger than the data"),
        ({"world_size": 3}, "3 ranks would get unequal data: batches have 4 groups"),
        ({"world_size": 2, "drop_last": False}, "unequal data.*the last one 1: set drop_last"),
        ({"scores": [1.0] * 11}, "11 scores for 12 foils"),
        ({"scores": [1.0] * 11 + [np.nan]}, "the score of foil 11 is nan"),
    ],
)
def test_data_that_do_not_fit_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        sampler(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "settings",
    [{"foils_per_group": 0, "ordinary_per_group": 0}, {"groups_per_batch": 0}, {"rank": 1}, {"rank": -1}],
)
def test_numbers_that_no_batch_can_have_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(RecipeError):
        sampler(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "foils", "pairs"), [("allinone", 100, 100), ("item_based", 40, 160)])
def test_gnm_batches_have_the_numbers_of_the_release(name: str, foils: int, pairs: int) -> None:
    keys = [f"photo {n // 6} item {n // 3}" for n in range(600)]
    batching: Batching = BATCHINGS[name]
    one = batching.sampler(range(600) if name == "allinone" else keys, ordinary=1000, scores=[0.0] * 600)
    for batch in one:
        assert (sum(i < 600 for i in batch), sum(i >= 600 for i in batch)) == (foils, pairs)


class Songs(Dataset[str]):
    """Somebody else's dataset, which knows nothing of this package."""

    def __init__(self, titles: Sequence[str]) -> None:
        self.titles = titles

    def __len__(self) -> int:
        return len(self.titles)

    def __getitem__(self, number: int) -> str:
        return self.titles[number]


def test_it_samples_anybodys_dataset() -> None:
    covers = Songs([f"{song} by {band}" for song in ("Help", "Blackbird", "Yesterday") for band in "ABC"])
    others = Songs([f"song {number}" for number in range(6)])
    keys = [title.split()[0] for title in covers.titles]
    one = GroupSampler(
        keys, foils_per_group=2, ordinary=len(others), ordinary_per_group=1, groups_per_batch=3
    )
    (batch,) = DataLoader(ConcatDataset([covers, others]), batch_sampler=one)
    words = Counter(title.split()[0] for title in batch)
    assert words == {"Help": 2, "Blackbird": 2, "Yesterday": 2, "song": 3}
