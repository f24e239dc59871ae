"""A report's files: a page that opens from disk with its plots inside, and the same as Markdown."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.evaluate.report.plots import bars, pareto
from counterfoil.evaluate.report.tables import Judged, Table, tables
from counterfoil.markdown import table
from counterfoil.shards import atomic, write_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    made = {
        ".png": ("Rates with 95 % intervals", bars(judged)),
        ".pareto.png": ("Gain and loss", pareto(judged)),
    }
    plots = {page.with_suffix(end): (what, _png(figure)) for end, (what, figure) in made.items() if figure}
    for path, (_, png) in plots.items():
        with atomic(path) as unfinished:
            unfinished.write_bytes(png)
    found = tables(judged)
    write_text(
        page.with_suffix(".md"), _markdown(found, {path.name: what for path, (what, _) in plots.items()})
    )
    encoded = [(what, b64encode(png).decode()) for what, png in plots.values()]
    write_text(page.with_suffix(".html"), _html(judged, found, encoded))
    return page.with_suffix(".html")


def _markdown(found: Sequence[Table], plots: dict[str, str]) -> str:
    first, *others = [
        "\n".join([f"## {t.title}\n", *(f"{note}\n" for note in t.notes), table(t.head, t.rows)])
        for t in found
    ]
    return "\n".join([first, *(f"![{what}]({name})\n" for name, what in plots.items()), *others])


def _html(judged: Sequence[Judged], found: Sequence[Table], plots: Sequence[tuple[str, str]]) -> str:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
    )
    title = " and ".join(model.label for model in judged)
    return environment.get_template("page.html").render(title=title, tables=found, plots=plots)


def _png(figure: Figure) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()
