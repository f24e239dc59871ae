"""Shards a few at a time: what comes of them, whatever stops the run and however many ranks share it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from runs import difference, model_file, small_encoder, small_recipe, start_ranks, weights
from train.small import Plain, dataset, greys

from counterfoil.errors import DataError, RecipeError
from counterfoil.train.batches import Batch
from counterfoil.train.batching import Batching
from counterfoil.train.collate import Batches
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.loader import Loader
from counterfoil.train.loop import train
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.stream import StreamLoader, open_stream

BATCHING = Batching(key="picture", foils=2, pairs=1, groups=4)


def loader(folder: Path, rank: int = 0, world: int = 1, workers: int = 0) -> StreamLoader:
    def over(foils: FoilDataset) -> Loader:
        maker = Batches(foils=foils, batching=BATCHING, prepare=Plain(), seed=2)
        sampler = BATCHING.sampler_of(foils, seed=1, rank=rank, world_size=world)
        return Loader(maker, sampler, workers=workers, endless=False)

    return StreamLoader(open_stream([str(folder)], window=2), over, seed=1)


def told(batch: Batch) -> tuple[object, ...]:
    return batch.keys, greys(batch)


def foils_of(batch: Batch) -> list[str]:
    return [key for item in batch.keys for key in item.split(", ") if "/" in key]


def test_an_epoch_takes_every_group_once_and_whole_in_another_order_each_time(tmp_path: Path) -> None:
    batches = [foils_of(batch) for batch in islice(loader(dataset(tmp_path / "d")), 12)]
    for epoch in (batches[:6], batches[6:]):
        assert Counter(key for batch in epoch for key in batch) == Counter(
            f"s{n}/{k}" for n in range(24) for k in (1, 2)
        )
        for batch in epoch:
            assert set(Counter(key.split("/")[0] for key in batch).values()) == {2}
    assert batches[:6] != batches[6:]


@pytest.mark.parametrize("workers", [0, 1])
def test_it_goes_on_behind_any_batch(tmp_path: Path, workers: int) -> None:
    folder = dataset(tmp_path / "d")
    whole = [told(batch) for batch in islice(loader(folder), 9)]
    for done in (1, 2, 5, 6, 7):
        one = loader(folder, workers=workers)
        list(islice(one, done))
        other = loader(folder)
        other.load_state_dict(one.state_dict())
        assert [told(batch) for batch in islice(other, 9 - done)] == whole[done:]


def test_ranks_share_each_batch_and_one_rank_has_what_two_have(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d")
    for one, *two in islice(zip(loader(folder), *(loader(folder, r, 2) for r in (0, 1)), strict=True), 7):
        first, second = (set(foils_of(batch)) for batch in two)
        assert not first & second
        assert first | second == set(foils_of(one))


def test_held_out_shards_are_not_trained_on(tmp_path: Path) -> None:
    learned, held = open_stream([str(dataset(tmp_path / "d"))], window=2).split(0.3, seed=0)
    assert (len(learned.shards), len(held.shards)) == (4, 2)
    assert not set(learned.shards) & set(held.shards)
    with pytest.raises(DataError, match="1 shards cannot be divided"):
        open_stream([str(dataset(tmp_path / "one", shards=1))], window=2).split(0.3, seed=0)


class StoppedError(Exception):
    """A stop in the middle of a run."""


def stop_at(step: int) -> Callable[[str, int, int | None], None]:
    def progress(what: str, done: int, total: int | None) -> None:
        if done == step:
            raise StoppedError

    return progress


RECIPE = small_recipe(batching=BATCHING, window=2, steps=9, save_every=1, optimiser=Optimiser(rate=3e-4))


def learn(folder: Path, out: Path, stop: int = -1) -> None:
    stream = open_stream([str(folder)], window=2)
    train(RECIPE, stream, small_encoder(), out, progress=stop_at(stop))


def test_a_run_over_shards_goes_on_in_the_middle_of_an_epoch_to_the_same_bits(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d")
    learn(folder, tmp_path / "whole")
    with pytest.raises(StoppedError):
        learn(folder, tmp_path / "out", stop=4)
    learn(folder, tmp_path / "out")
    assert model_file(tmp_path / "out") == model_file(tmp_path / "whole")
    two = tmp_path / "two"
    ranks = start_ranks(2, learn, folder, two)
    for rank in ranks:
        rank.join(120)
    assert [rank.exitcode for rank in ranks] == [0, 0]
    (two / "training" / "done.json").unlink()
    (two / "training" / "checkpoints" / "00000009.json").unlink()
    learn(folder, two)
    assert difference(weights(tmp_path / "whole"), weights(two)) < 1e-6


def test_a_stream_needs_steps_and_other_data_are_another_run(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d")
    stream = open_stream([str(folder)], window=2)
    with pytest.raises(RecipeError, match="steps="):
        train(replace(RECIPE, steps=0), stream, small_encoder(), tmp_path / "a")
    (folder / "manifest.json").write_text('{"fingerprint": "other"}')
    assert open_stream([str(folder)], window=2).described() != stream.described()
