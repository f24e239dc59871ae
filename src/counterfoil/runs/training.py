"""From what the command `train` is told to a run: data, model, recipe and measurements meet here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from counterfoil.config import with_settings
from counterfoil.errors import RecipeError
from counterfoil.judgements import reviewed
from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.models.activation import Activation
from counterfoil.runs.held_out import probe
from counterfoil.sources import open_source
from counterfoil.train.dataset import FoilDataset, join
from counterfoil.train.drawn import drawn_foils
from counterfoil.train.loop import Progress, train
from counterfoil.train.open import open_foils, open_pairs
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.stream import Stream, open_stream

_DRAWN = "drawn:"


class Order(NamedTuple):
    """What was asked of `train`: settings beside the recipe's; which foils, see `judgements.REVIEWED`."""

    data: Sequence[str]
    pairs: Sequence[str]
    model: str
    out: Path
    settings: Sequence[str] = ()
    seed: int = 0
    workers: int = 2
    reviewed: str = ""


@dataclass(frozen=True, kw_only=True)
class DrawnData:
    """How much of the drawn world there is: see `drawn_foils`."""

    seed: int = 0
    size: int = 64
    scenes: int = 1000
    quads_per_cell: int = 100


@dataclass(frozen=True, kw_only=True)
class Loading:
    """What a model's files do not tell: see `load_dual_encoder`."""

    activation: str | None = None
    tokenizer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What may be set beside the recipe."""

    data: DrawnData = DrawnData()
    model: Loading = Loading()


def run(order: Order, recipe: TrainRecipe, progress: Progress) -> dict[str, Any]:
    """Train as ordered, and return what `train` returns."""
    from transformers.utils import logging

    logging.disable_progress_bar()  # those of transformers would break into ours
    told = with_settings(Told(), list(order.settings))
    with _divided(order, told.data, recipe) as (learned, held):
        return train(
            recipe,
            learned,
            _model(order, told.model),
            order.out,
            seed=order.seed,
            workers=order.workers,
            probe=probe(held, drawn=any(place.startswith(_DRAWN) for place in order.data)),
            progress=progress,
        )


@contextlib.contextmanager
def _divided(
    order: Order, drawn: DrawnData, recipe: TrainRecipe
) -> Iterator[tuple[FoilDataset | Stream, FoilDataset]]:
    """What is trained on, and what is only measured: of a stream, the first of the shards held out."""
    if not recipe.window:
        yield _data(order, drawn).split(recipe.held_out, order.seed)
        return
    if order.reviewed or order.pairs or any(place.startswith(_DRAWN) for place in order.data):
        raise RecipeError(
            f"window={recipe.window} streams mined folders: leave out --reviewed, --pairs and drawn:SPLIT"
        )
    learned, held = open_stream(order.data, recipe.window).split(recipe.held_out, order.seed)
    with held.first() as measured:
        yield learned, measured


def _data(order: Order, drawn: DrawnData) -> FoilDataset:
    if order.reviewed and any(place.startswith(_DRAWN) for place in order.data):
        raise RecipeError("--reviewed chooses foils of mined folders: nobody judges drawn:SPLIT")
    foils = [
        drawn_foils(place.removeprefix(_DRAWN), **vars(drawn))
        if place.startswith(_DRAWN)
        else _reviewed(open_foils(place), place, order.reviewed)
        for place in order.data
    ]
    return join(*foils, *(open_pairs(open_source(place)) for place in order.pairs))


def _reviewed(foils: FoilDataset, place: str, which: str) -> FoilDataset:
    """The foils of a mined dataset that people left, if that is asked for."""
    if not which:
        return foils
    wanted = reviewed(Path(place), which)
    return foils.where(np.array([wanted(key) for key in foils.foils["key"].to_pylist()], np.bool_))


def _model(order: Order, loading: Loading) -> DualEncoder:
    activation = cast(Activation | None, loading.activation)
    return load_dual_encoder(order.model, activation=activation, tokenizer=loading.tokenizer, seed=order.seed)
