"""counterfoil train: foils to a dual encoder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.answering import answering, progress_bar
from counterfoil.cli.configured import configured
from counterfoil.cli.flags import Out, Recipe, Reviewed

if TYPE_CHECKING:
    from counterfoil.train.recipe import TrainRecipe


def train(  # noqa: PLR0917 - typer reads the flags from here
    data: Annotated[
        list[str], typer.Argument(help="Folders that mine has written, Parquet files, or drawn:SPLIT.")
    ],
    model: Annotated[
        str,
        typer.Option(
            "--model",
            help="Folder or hub id of a dual encoder, file of weights, or drawn[:NAME] from scratch.",
        ),
    ],
    out: Out,
    recipe: Recipe = "finetune",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="path=value of the recipe, model.activation=, data.scenes= and kin. Repeatable.",
        ),
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option("--pairs", help="Photos with captions beside the foils; sources of mine. Repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of all chance.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Processes that read pictures.")] = 2,
    reviewed: Reviewed = "",
) -> None:
    """Foils and a dual encoder in, a fine-tuned one out.

    OUT is a folder that from_pretrained of transformers opens; its README.md has a table of what the model
    could before and can now. Interrupt it whenever you like: the same command goes on from the last
    checkpoint. With several GPUs or processes: torchrun --nproc-per-node N -m counterfoil train ...

    Example: counterfoil train foils --model openai/clip-vit-base-patch32 --out ckpt --set optimiser.rate=5e-6
    """
    with answering():
        from counterfoil.runs.training import Order, run
        from counterfoil.train.card import before_after

        beside = [setting for setting in settings or [] if setting.startswith(("data.", "model."))]
        of_recipe = [setting for setting in settings or [] if setting not in beside]
        order = Order(data, pairs or [], model, out, beside, seed, workers, reviewed)
        with progress_bar() as progress:
            told = run(order, _train_recipe(recipe, of_recipe), progress)
        if os.environ.get("RANK", "0") == "0":
            typer.echo(before_after(told["before"], told["after"]))
            typer.echo(f"Model: {out}")


def _train_recipe(name: str, settings: Sequence[str]) -> TrainRecipe:
    from counterfoil.recipes import TRAIN_RECIPES
    from counterfoil.train.recipe import TrainRecipe

    return configured(name, settings, TRAIN_RECIPES, TrainRecipe)
