"""counterfoil look, review, audit and export: what is done with a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.answering import answering, progress_bar
from counterfoil.cli.flags import Dataset


def look(
    dataset: Dataset,
    out: Annotated[Path | None, typer.Option("--out", help="Folder; DATASET/report by default.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N groups.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a report that opens from disk: every foil beside its original, and what was refused."""
    from counterfoil.look import look as write

    with answering():
        page = write(here(dataset, out), out, limit or 0)
    typer.echo(f"Report: {page}")
    if show:
        typer.launch(str(page))


def review(
    dataset: Dataset,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others than this machine need a token.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="[default: the first free from 8765 on]")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Serve a page to look at foils and judge them; verdicts go into DATASET/verdicts.jsonl.

    Example: counterfoil review foils --open
    """
    with answering():
        from counterfoil.review.serve import open_page

        with progress_bar() as progress:
            page = open_page(dataset, host=host, port=port, progress=progress)
        typer.echo(f"Review: {page.address}  (ends with Ctrl+C)")
        if show:
            typer.launch(page.address)
        page.run()


def audit(  # noqa: PLR0917 - typer reads the flags from here
    dataset: Dataset,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The audit.json to write; the report goes beside it. [DATASET/audit.json]"
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Another dataset, or files of a benchmark: what is in both?"),
    ] = None,
    balance: Annotated[
        Path | None,
        typer.Option("--balance", help="Folder to write: the foils that no blind reader can tell."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N groups.")] = None,
    language_model: Annotated[
        str, typer.Option("--language-model", help="Folder or hub id: ask it how likely captions are, too.")
    ] = "",
    roles: Annotated[
        bool, typer.Option("--roles", help="With --balance: each word as often true as negative, too.")
    ] = False,
    network: Annotated[
        bool,
        typer.Option(
            "--network",
            help="Let a small convolutional network read pictures, too; needs torch, takes minutes.",
        ),
    ] = False,
    pairs: Annotated[
        bool,
        typer.Option(
            "--pairs", help="With --balance: nor can any tell which of the two is the negative; keeps fewer."
        ),
    ] = False,
) -> None:
    """Can a foil be told by its captions alone, or by its pictures alone? By what?

    Example: counterfoil audit foils --balance even
    """
    with answering():
        asked = out, against, balance, limit, language_model, roles, network, pairs
        audited_as_asked(here(dataset, out), *asked)


def here(dataset: Path, out: Path | None) -> Path:
    """A dataset to read; where it lies in an object store, a copy, beside which nothing is to be written."""
    from counterfoil.errors import DataError
    from counterfoil.storage import fetched, in_store

    if in_store(dataset) and out is None:
        raise DataError(f"{dataset} lies in an object store: say with --out where to write")
    return fetched(dataset)


def audited_as_asked(dataset: Path, *asked: Any) -> None:
    """Let blind readers look at a dataset, and tell what they found."""
    from counterfoil.runs.auditing import Order, run, shown

    order = Order(dataset, *asked)
    with progress_bar() as progress:
        told = run(order, progress)
    typer.echo(shown(told))
    typer.echo(f"Report: {(order.out or dataset / 'audit.json').with_suffix('.html')}")


def export(
    dataset: Dataset,
    form: Annotated[
        str, typer.Option("--format", help="webdataset, open_clip, gnm, gnm_test or winoground.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
) -> None:
    """Write a mined dataset in a form that other programs read."""
    from counterfoil.errors import RecipeError, unknown
    from counterfoil.export import EXPORTS

    with answering():
        if form not in EXPORTS:
            raise RecipeError(unknown("format", form, EXPORTS))
        written = EXPORTS[form].write(here(dataset, out), out)
    typer.echo(f"{written} records in {out}")
