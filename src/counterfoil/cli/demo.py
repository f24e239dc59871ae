"""counterfoil demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.answering import answering, progress_bar
from counterfoil.cli.flags import Workers
from counterfoil.cli.mining import Order, mined


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")] = Path("demo"),
    workers: Workers = 1,
    training: Annotated[
        bool, typer.Option("--training/--no-training", help="Train, too; needs counterfoil[torch].")
    ] = True,
) -> None:
    """Mine real photos that come with scikit-image, and show what came out; then train on drawn scenes.

    The training is a shortened run of the laboratory, up to four minutes on two cores: a small CLIP learns
    from ordinary pairs, and is continued without negatives and with those of both modalities. Table and
    plot of what either has learned lie in OUT/lab. Interrupted, the same command goes on.
    """
    from counterfoil.demo import demo_source
    from counterfoil.look import look as write

    with answering():
        mined(Order(f"coco:{demo_source(out / 'photos')}", out / "foils", workers=workers))
        typer.echo(f"Report: {write(out / 'foils').resolve()}")
        if training:
            _shortened(out / "lab")


def _shortened(out: Path) -> None:
    from counterfoil.errors import ModelError

    try:
        from counterfoil.runs.laboratory import Laboratory
        from counterfoil.runs.shortened import BASE_STEPS, STEPS, shortened
    except ModelError as missing:
        typer.echo(f"The demo's training is left out: {missing}")
        return
    typer.echo(shortened(Laboratory(out=out, base_steps=BASE_STEPS, steps=STEPS), progress_bar))
    typer.echo(f"Table and plot: {out.resolve() / 'lab_table.md'}, {out.resolve() / 'lab.png'}")
