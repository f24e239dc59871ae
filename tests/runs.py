"""Small runs of training: real models with tiny random weights, and the drawn world in memory."""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor

from counterfoil.models import DualEncoder
from counterfoil.models.drawn import DrawnEncoder
from counterfoil.recipes.finetune import finetune
from counterfoil.train.batching import Batching
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.drawn import drawn_foils
from counterfoil.train.loop import train
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.schedule import Schedule

CELLS = (("replace", "attribute"), ("swap", "attribute"))


PRELOADED = ["counterfoil.train.loop", "counterfoil.recipes.finetune", "counterfoil.models.drawn", "peft"]
"""What the server of processes imports; it does not know the folder of the tests."""


@cache
def small_data() -> FoilDataset:
    """Forty scenes and sixteen squares, 32 pixels a side."""
    return drawn_foils("train", size=32, scenes=40, quads_per_cell=8, cells=CELLS)  # type: ignore[arg-type]


def small_encoder(kind: str = "clip") -> DualEncoder:
    """A stock CLIP or SigLIP with one narrow layer a tower."""
    sizes = DrawnEncoder(kind=kind, image_size=16, width=16, layers=1, heads=2, embed_dim=16)
    return sizes.build(seed=0)


def small_recipe(**changes: Any) -> TrainRecipe:
    """Six steps over batches of four squares and four scenes, with nothing written between."""
    recipe = replace(
        finetune(),
        batching=Batching(foils=1, pairs=1, groups=4),
        optimiser=Optimiser(rate=3e-3),
        schedule=Schedule(shape="cosine", warm_up=2),
        steps=6,
        save_every=0,
        log_every=1,
        trackers=(),
    )
    return replace(recipe, **changes)


def run(out: Path, recipe: TrainRecipe | None = None, **more: Any) -> dict[str, Any]:
    """Train by a recipe into a folder."""
    return train(recipe or small_recipe(), small_data(), small_encoder(), out, **more)


def model_file(out: Path) -> bytes:
    """The weights of the model in a folder, to the bit."""
    return (out / "model.safetensors").read_bytes()


def weights(out: Path) -> dict[str, Tensor]:
    """The weights of the model in a folder."""
    return load_file(out / "model.safetensors")


def difference(one: dict[str, Tensor], other: dict[str, Tensor]) -> float:
    """The largest of any weight."""
    assert one.keys() <= other.keys()
    return max((one[name] - other[name]).abs().max().item() for name in one)


def start(act: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Another process, from a server that has imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(target=act, args=arguments)
    process.start()
    return process


def start_ranks(world: int, act: Callable[..., None], *arguments: Any) -> list[BaseProcess]:
    """Processes that find each other as those of torchrun do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return [start(_rank, rank, world, port, act, *arguments) for rank in range(world)]


def _rank(rank: int, world: int, port: str, act: Callable[..., None], *arguments: Any) -> None:
    told: dict[str, object] = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": world}
    told |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    os.environ.update({name: str(value) for name, value in told.items()})
    act(*arguments)
