import os
from dataclasses import replace
from itertools import islice
from multiprocessing import parent_process
from pathlib import Path

import pytest
import torch
from train.small import RED, Plain, foil, greys, mined, sample, texts

from counterfoil.errors import DataError
from counterfoil.records import Pixels
from counterfoil.train.batches import Batch
from counterfoil.train.batching import BATCHINGS, Batching
from counterfoil.train.collate import Batches
from counterfoil.train.compose import Squares
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.loader import Loader
from counterfoil.train.open import open_foils

BATCHING = Batching(key="picture", foils=2, pairs=1, groups=4, compose=Squares(num_positives=1))


@pytest.fixture
def foils(tmp_path: Path) -> FoilDataset:
    rows = [
        sample(
            str(n),
            n,
            [RED, "Something.", str(n)],
            [foil(f"{n}/{k}", RED, f"{k}", 50 * k + n) for k in (1, 2)],
        )
        for n in range(1, 15)
    ]
    return open_foils(mined(tmp_path / "d", rows[:9], rows[9:]))


def loader(foils: FoilDataset, workers: int = 0) -> Loader:
    maker = Batches(foils=foils, batching=BATCHING, prepare=Plain(), seed=2)
    return Loader(maker, BATCHING.sampler_of(foils, seed=1), workers=workers)


def told(batch: Batch) -> tuple[object, ...]:
    tables = {name: tensor.tolist() for name, tensor in vars(batch.layout).items()}
    return batch.keys, greys(batch), texts(batch), tables


def test_batches_do_not_depend_on_the_number_of_workers(foils: FoilDataset) -> None:
    alone, two = ([told(batch) for batch in islice(loader(foils, n), 7)] for n in (0, 2))
    assert alone == two
    assert len({str(batch) for batch in alone}) == 7


def test_it_goes_on_after_the_last_batch_that_was_handed_out(foils: FoilDataset) -> None:
    whole = [told(batch) for batch in islice(loader(foils), 7)]
    for done in (0, 2, 3, 5):
        one = loader(foils, workers=2)
        list(islice(one, done))
        other = loader(foils)
        other.load_state_dict(one.state_dict())
        assert [told(batch) for batch in islice(other, 7 - done)] == whole[done:]


def test_epochs_follow_each_other_without_end(foils: FoilDataset) -> None:
    one = loader(foils)
    assert len(one) == 3
    list(islice(one, 8))
    assert (one.sampler.epoch, one.sampler.batch) == (2, 2)


def test_it_leaves_the_chance_of_training_alone(foils: FoilDataset) -> None:
    before = torch.get_rng_state()
    list(islice(loader(foils, workers=1), 2))
    assert torch.equal(torch.get_rng_state(), before)


def test_an_error_in_a_worker_arrives_as_it_was(foils: FoilDataset, tmp_path: Path) -> None:
    row = sample("x", 5, [RED]) | {"image": {"bytes": b"no picture", "path": None}}
    broken = open_foils(mined(tmp_path / "broken", [row] * 4))
    batching = Batching(foils=0, pairs=1, groups=2)
    maker = Batches(foils=broken, batching=batching, prepare=Plain())
    with pytest.raises(DataError, match=r"^\S+00000\.parquet, x: cannot be decoded"):
        next(iter(Loader(maker, batching.sampler_of(broken), workers=1)))


class Deadly:
    """Pictures that kill the process that asks for them, if it is a worker."""

    def __len__(self) -> int:
        return 1000

    def __getitem__(self, number: int) -> Pixels:
        assert parent_process() is not None
        os._exit(9)


def test_a_worker_that_dies_is_told_of(foils: FoilDataset) -> None:
    with pytest.raises(DataError, match="a process that reads pictures died"):
        next(iter(loader(replace(foils, pictures=Deadly()), workers=1)))


def test_gnm_trains_on_what_a_score_named_itm_draws(foils: FoilDataset) -> None:
    with pytest.raises(DataError, match=r"unknown score 'itm\.mean'"):
        BATCHINGS["item_based"].sampler_of(foils)


def test_a_batch_moves_as_a_whole(foils: FoilDataset) -> None:
    batch = next(iter(loader(foils))).to("meta")
    tensors = [batch.pixels_ICHW, *batch.tokens.values(), *vars(batch.layout).values()]
    assert {tensor.device.type for tensor in tensors} == {"meta"}
