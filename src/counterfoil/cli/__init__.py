"""The commands, a file for each family. Few flags each: recipes carry the rest.

Nothing heavy is imported until it is needed, so that every --help answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil import __version__
from counterfoil.cli.dataset import audit, export, look, review
from counterfoil.cli.demo import demo
from counterfoil.cli.evaluate import compare, evaluate
from counterfoil.cli.mine import mine, refilter
from counterfoil.cli.train import train

app = typer.Typer(
    name="counterfoil",
    help="Hard negatives in both modalities: a caption wrong by one fact, and a picture by the same.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"counterfoil {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hard negatives in both modalities for vision-language models."""


for verb in (mine, refilter, look, review, audit, export, train, evaluate, compare, demo):
    app.command()(verb)


def main() -> None:
    """The command `counterfoil`."""
    app()
