"""Weights spread over ranks: what one rank that holds all of them would learn."""

import itertools
import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from runs import difference, model_file, small_data, small_encoder, small_recipe, start_ranks, weights
from torch.distributed.tensor import DTensor

from counterfoil.errors import RecipeError
from counterfoil.models import DualEncoder
from counterfoil.models.ranks import joined
from counterfoil.train.collate import Batches
from counterfoil.train.forgetting import Forgetting
from counterfoil.train.loader import Loader
from counterfoil.train.log import read
from counterfoil.train.loop import train
from counterfoil.train.losses import LOSSES
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.training import Training

RECIPE = small_recipe(
    optimiser=Optimiser(rate=3e-4, clip=0.5), shard=True, save_every=1, probe_every=3, keep=6
)


def of_weights(encoder: DualEncoder) -> dict[str, float]:
    """A measurement that knows all weights."""
    return {"foils/sum": float(sum(value.double().sum() for value in encoder.state_dict().values()))}


def learn(out: Path, recipe: TrainRecipe, kind: str = "clip") -> None:
    train(recipe, small_data(), small_encoder(kind), out, probe=of_weights)


def on_two_ranks(out: Path, recipe: TrainRecipe, *more: Any) -> Path:
    ranks = start_ranks(2, learn, out, recipe, *more)
    for rank in ranks:
        rank.join(180)
    assert [rank.exitcode for rank in ranks] == [0, 0]
    return out


def numbers(out: Path) -> list[dict[str, Any]]:
    return [
        {k: v for k, v in line.items() if k != "items_per_s"} for line in read(out / "training" / "log.jsonl")
    ]


HELD = {
    "chunks, a teacher, a frozen tower": replace(
        RECIPE,
        chunk=3,
        loss=LOSSES["de_gla"],
        forgetting=Forgetting(average=0.9, teacher="average", freeze=("image",), wise_ft=(0.5,)),
    ),
    "adapters and an average": replace(RECIPE, forgetting=Forgetting(lora_rank=2, average=0.9)),
}


@pytest.mark.parametrize("how", HELD)
def test_two_ranks_that_share_the_weights_learn_what_one_learns(tmp_path: Path, how: str) -> None:
    learn(tmp_path / "one", HELD[how])
    on_two_ranks(tmp_path / "two", HELD[how])
    assert difference(weights(tmp_path / "one"), weights(tmp_path / "two")) < 1e-6
    one, two = numbers(tmp_path / "one"), numbers(tmp_path / "two")
    assert [line["step"] for line in one] == [line["step"] for line in two]
    for ours, theirs in zip(one, two, strict=True):
        assert theirs == pytest.approx(ours, rel=1e-5, abs=1e-6)


def die_on_rank_one(out: Path) -> None:
    encoder, steps = small_encoder(), itertools.count()

    def die(*_: Any) -> None:
        if os.environ["RANK"] == "1" and next(steps) == 4:
            os.kill(os.getpid(), signal.SIGKILL)

    encoder.model.text_model.register_forward_hook(die)
    train(RECIPE, small_data(), encoder, out, probe=of_weights)


def checkpoint(out: Path, step: int) -> dict[str, Any]:
    state = torch.load(out / "training" / "checkpoints" / f"{step:08}.pt", weights_only=True)
    run: dict[str, Any] = state["run"]
    return run


def test_killed_and_run_again_by_as_many_ranks_the_bits_are_the_same_and_by_others_nearly(
    tmp_path: Path,
) -> None:
    whole = on_two_ranks(tmp_path / "whole", RECIPE)
    ranks = start_ranks(2, die_on_rank_one, tmp_path / "two")
    for rank in ranks:
        rank.join(180)
    assert ranks[1].exitcode == -signal.SIGKILL
    assert not (tmp_path / "two" / "training" / "done.json").exists()
    shutil.copytree(tmp_path / "two", tmp_path / "one")
    on_two_ranks(tmp_path / "two", RECIPE)
    assert model_file(tmp_path / "two") == model_file(whole)
    learn(tmp_path / "one", RECIPE)
    assert difference(weights(tmp_path / "one"), weights(whole)) < 1e-6
    one, two = checkpoint(tmp_path / "one", 6), checkpoint(tmp_path / "two", 6)
    torch.testing.assert_close(two, one, rtol=1e-3, atol=1e-6)


def test_each_rank_holds_its_share_of_the_blocks_and_of_their_moments(tmp_path: Path) -> None:
    ranks = start_ranks(2, tell_sizes, tmp_path)
    for rank in ranks:
        rank.join(180)
    sizes = [json.loads((tmp_path / f"{number}").read_text()) for number in (0, 1)]
    whole = sum(weight.numel() for weight in small_encoder().parameters())
    blocks = sum(of["blocks"] for of in sizes)
    assert blocks > whole / 2
    for of in sizes:
        assert of["blocks"] == pytest.approx(blocks / 2, rel=0.1)
        assert of["moments"] == 2 * (of["blocks"] + whole - blocks)


def tell_sizes(out: Path) -> None:
    with joined() as ranks:
        training = Training(RECIPE, small_encoder(), 6, 0, ranks)
        batches = Batches(foils=small_data(), batching=RECIPE.batching, prepare=training.encoder.prepare)
        sampler = RECIPE.batching.sampler_of(small_data(), rank=ranks.rank, world_size=2)
        training.step(next(iter(Loader(batches, sampler, workers=0))))
        blocks = [w.to_local().numel() for w in training.encoder.parameters() if isinstance(w, DTensor)]
        held = training._optimiser.state.values()
        moments = sum(state[name].numel() for state in held for name in ("exp_avg", "exp_avg_sq"))
        (out / str(ranks.rank)).write_text(json.dumps({"blocks": sum(blocks), "moments": moments}))


def test_what_cannot_be_shared_is_refused() -> None:
    with pytest.raises(RecipeError, match="precision=bf16"):
        small_recipe(shard=True, precision="fp16")
