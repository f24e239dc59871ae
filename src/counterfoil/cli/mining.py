"""An order to mine, carried out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from counterfoil.cli.answering import progress_bar
from counterfoil.cli.configured import mine_recipe
from counterfoil.errors import RecipeError

if TYPE_CHECKING:
    from counterfoil.mine.run import Engine, MineRecipe
    from counterfoil.sources.source import Source


class Order(NamedTuple):
    """What was asked of `mine`."""

    source: str
    out: Path
    recipe: str = ""
    settings: Sequence[str] = ()
    limit: int | None = None
    seed: int = 0
    workers: int | None = None
    engine: str = "local"
    address: str = ""


def estimated(order: Order) -> str:
    """What a run would ask of its language model, and what that would cost."""
    from counterfoil.mine.estimate import estimate

    return str(estimate(*opened(order), seed=order.seed, limit=order.limit))


def opened(order: Order) -> tuple[Source, MineRecipe]:
    """The source and the recipe, with their settings."""
    from counterfoil.sources import open_source

    told = by_whom(order.settings)
    source = open_source(order.source, dict(setting.split("=", 1) for setting in told["source"]))
    return source, mine_recipe(order.recipe or getattr(source, "recipe", "photos"), told["recipe"])


def mined(order: Order) -> None:
    """Mine, with a bar of progress, and tell what came of it."""
    from counterfoil.mine.run import mine as run

    source, recipe = opened(order)
    engine = engine_of(order)
    with progress_bar() as progress:
        manifest = run(
            source, recipe, order.out, engine, seed=order.seed, limit=order.limit, progress=progress
        )
    tell(manifest, order.out)


def by_whom(settings: Sequence[str]) -> dict[str, list[str]]:
    """Settings by whom they are for: "source.NAME=value", "engine.NAME=value", and the recipe's."""
    told: dict[str, list[str]] = {"source": [], "engine": [], "recipe": []}
    for setting in settings:
        whose, _, rest = setting.partition(".")
        if whose in {"source", "engine"} and "=" in rest:
            told[whose].append(rest)
        else:
            told["recipe"].append(setting)
    return told


def engine_of(order: Order) -> Engine:
    """The engine that is asked for, with its settings."""
    from counterfoil.config import load_object, with_settings
    from counterfoil.mine.engines import ENGINES

    told: dict[str, Any] = {} if order.workers is None else {"workers": order.workers}
    told |= {"address": order.address} if order.address else {}
    try:
        engine: Engine = load_object(order.engine, ENGINES, "engine")(**told)
    except TypeError as error:
        raise RecipeError(f"--engine {order.engine}: {error}") from error
    return with_settings(engine, by_whom(order.settings)["engine"])


def tell(manifest: dict[str, Any], out: Path) -> None:
    """Say how many foils a dataset has, and how much was refused."""
    counts = manifest["counts"]
    typer.echo(
        f"{counts['foils']} foils ({counts['two_way']} two-way) of {counts['samples']} pictures: {out}"
    )
    typer.echo(
        f"Refused, each with its reason: {counts['rejected']} foils, {counts['samples_rejected']} inputs"
    )
