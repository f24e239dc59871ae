"""counterfoil evaluate, and compare: a dual encoder to rates."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.answering import answering, progress_bar
from counterfoil.cli.flags import Reviewed


def evaluate(  # noqa: PLR0917 - typer reads the flags from here
    model: Annotated[
        str,
        typer.Argument(
            help="Folder or hub id of a dual encoder or matcher, drawn[:NAME], scores:FILE, embeddings:DIR, "
            "or control:NAME."
        ),
    ],
    on: Annotated[
        str,
        typer.Option(
            "--on",
            help="Benchmarks, with commas between; foils:DIR for foils, gallery:SOURCE for retrieval.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The results.json to write; the report goes beside it.")],
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder with the benchmarks' files; they are found by their names."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="NAME.field=value of a benchmark, or model.precision=bf16 and kin. Repeatable."
        ),
    ] = None,
    allow_missing: Annotated[
        bool,
        typer.Option("--allow-missing", help="Leave out items whose pictures are missing, and count them."),
    ] = False,
    check_reference: Annotated[
        bool,
        typer.Option("--check-reference", help="Compare with published counts of OpenAI's CLIP ViT-B/32."),
    ] = False,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Folder that keeps embeddings for other runs.")
    ] = None,
    keep_scores: Annotated[
        Path | None,
        typer.Option("--keep-scores", help="Write every score to this csv, as scores:FILE reads it."),
    ] = None,
    reviewed: Reviewed = "",
) -> None:
    """A model and benchmarks in, rates with intervals out.

    Beside results.json stand a report (.html, .md, .png) and every item's answers as Parquet (.items).
    Nothing is downloaded: what is missing is named, with the command that gets it. With several GPUs:
    torchrun --nproc-per-node N -m counterfoil evaluate ...

    Example: counterfoil evaluate ckpt --on sugarcrepe,winoground --data benchmarks --out results.json
    """
    with answering():
        from counterfoil.runs.evaluation import Order, run

        order = Order(model, on, out, data, settings or [], allow_missing, cache, keep_scores, reviewed)
        with progress_bar() as progress:
            told = run(order, progress)
        if os.environ.get("RANK", "0") == "0":
            _show(told, out, check_reference)


def _show(told: dict[str, Any], out: Path, check_reference: bool) -> None:
    from counterfoil.runs.evaluation import reference_table, table

    typer.echo(table(told))
    typer.echo(f"Report: {out.with_suffix('.html')}")
    if check_reference:
        checked, agrees = reference_table(told)
        typer.echo(checked)
        if not agrees:
            raise typer.Exit(1)


def compare(
    results: Annotated[list[Path], typer.Argument(help="Two results.json or more; the first is the base.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Report to write, as OUT.html, .md and .png.")
    ] = None,
) -> None:
    """Models beside each other, with paired differences on the same items.

    Example: counterfoil compare before.json after.json --out compared
    """
    with answering():
        from counterfoil.runs.evaluation import compare as judge

        typer.echo(judge(results, out))
    if out:
        typer.echo(f"Report: {out.with_suffix('.html')}")
