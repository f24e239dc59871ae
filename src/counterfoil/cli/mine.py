"""counterfoil mine, and refilter: photos to foils."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.answering import answering
from counterfoil.cli.configured import mine_recipe
from counterfoil.cli.dataset import audited_as_asked
from counterfoil.cli.flags import Dataset, Out, Recipe, Reviewed, Seed, Settings
from counterfoil.cli.mining import Order, estimated, mined, tell
from counterfoil.errors import RecipeError
from counterfoil.storage import place


def mine(  # noqa: PLR0917 - typer reads the flags from here
    source: Annotated[
        str,
        typer.Argument(help="Folder, table, COCO, Karpathy JSON, tars, dataset; KIND:PATH; drawn:SPLIT."),
    ],
    out: Out,
    recipe: Annotated[
        str,
        typer.Option(
            "--recipe",
            help="A built-in recipe, or module:function of your own. [default: what suits the source]",
        ),
    ] = "",
    settings: Settings = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N samples.")] = None,
    seed: Seed = 0,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, help="Processes; 0 mines in this one. [default: 1; ray: all CPUs]"),
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="local, or ray for a cluster.")] = "local",
    address: Annotated[
        str, typer.Option("--address", help="Of a Ray cluster: auto, ray://HOST:10001. [default: start one]")
    ] = "",
    audited: Annotated[
        bool, typer.Option("--audit", help="Let blind readers look at it, at the end.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what its language model would be asked, and the cost.")
    ] = False,
) -> None:
    """Photos with captions in, a dataset of foils out.

    Interrupt it whenever you like: the same command goes on where it stopped, and the dataset is the
    same as if it had never stopped. `counterfoil look OUT` shows the result.
    """
    order = Order(source, out, recipe, settings or [], limit, seed, workers, engine, address)
    with answering():
        if dry_run:
            typer.echo(estimated(order))
            return
        mined(order)
        if audited:
            audited_as_asked(out)
    typer.echo(f"Look at it: counterfoil look {out}")


def refilter(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("--out", parser=place, help="Folder to write.")],
    recipe: Recipe = "photos",
    settings: Settings = None,
    reviewed: Reviewed = "",
) -> None:
    """Other limits for a dataset that was mined already, or only what people left; nothing is painted again.

    Example: counterfoil refilter foils --out strict --set filter.seam.ratio.max=1.3
    """
    from counterfoil.mine.refilter import keep_reviewed
    from counterfoil.mine.refilter import refilter as judge

    with answering():
        if reviewed and settings:
            raise RecipeError("--reviewed and --set are two steps: refilter what the first one wrote")
        if reviewed:
            tell(keep_reviewed(dataset, reviewed, out), out)
        else:
            tell(judge(dataset, mine_recipe(recipe, settings or []), out), out)
