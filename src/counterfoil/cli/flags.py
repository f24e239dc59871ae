"""The flags that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.storage import place

Out = Annotated[
    Path,
    typer.Option("--out", parser=place, help="Folder to write; run the same command again to go on."),
]
Recipe = Annotated[str, typer.Option("--recipe", help="A built-in recipe, or module:function of your own.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="path=value of the recipe, source.NAME=, engine.NAME=, or models=tiny. Repeatable."
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Same input and seed, same bytes.")]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0 mines in this one.")]
Reviewed = Annotated[
    str, typer.Option("--reviewed", help="Of judged foils: accepted, or not-rejected. [default: all]")
]
Dataset = Annotated[Path, typer.Argument(parser=place, help="A folder that mine has written.")]
