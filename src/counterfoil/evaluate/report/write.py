"""A report's files: a page that opens from disk with its plots inside, and the same as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from counterfoil.evaluate.report.plots import bars, pareto
from counterfoil.evaluate.report.tables import Judged, tables
from counterfoil.page import write_page


def write_report(judged: Sequence[Judged], page: Path) -> Path:
    """Write PAGE.html, PAGE.md and the plots PAGE.png and, where there is one, PAGE.pareto.png.

    Args:
        judged: models, the one that others are compared with first.
        page: where, with or without an ending.

    Returns:
        The path of the page.

    Raises:
        DataError: the folder cannot be written.
    """
    return write_page(
        page,
        title=" and ".join(model.label for model in judged),
        command="evaluate",
        tables=tables(judged),
        plots={
            ".png": ("Rates with 95 % intervals", bars(judged)),
            ".pareto.png": ("Gain and loss", pareto(judged)),
        },
    )
