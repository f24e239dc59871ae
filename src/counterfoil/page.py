"""A report's files: a page that opens from disk with its plots inside, and the same as Markdown."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.markdown import table
from counterfoil.shards import atomic, write_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table, with what stands above it.

    Args:
        title: its heading.
        notes: sentences below the heading.
        head: of the columns; the first column names the row.
        rows: their cells, as plain text.
    """

    title: str
    notes: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def write_page(
    page: Path,
    *,
    title: str,
    command: str,
    tables: Sequence[Table],
    plots: Mapping[str, tuple[str, Figure | None]],
) -> Path:
    """Write PAGE.html, PAGE.md and its plots.

    Args:
        page: where, with or without an ending.
        title: of the page.
        command: that wrote it ("evaluate").
        tables: the first is the summary; plots follow it.
        plots: by ending (".png"), what it shows, and the figure, or None where there is none.

    Returns:
        The path of the page.

    Raises:
        DataError: the folder cannot be written.
    """
    made = {page.with_suffix(end): (what, _png(figure)) for end, (what, figure) in plots.items() if figure}
    for path, (_, png) in made.items():
        with atomic(path) as unfinished:
            unfinished.write_bytes(png)
    names = {path.name: what for path, (what, _) in made.items()}
    write_text(page.with_suffix(".md"), _markdown(tables, names))
    encoded = [(what, b64encode(png).decode()) for what, png in made.values()]
    write_text(page.with_suffix(".html"), _html(title, command, tables, encoded))
    return page.with_suffix(".html")


def _markdown(tables: Sequence[Table], plots: Mapping[str, str]) -> str:
    first, *others = [
        "\n".join([f"## {t.title}\n", *(f"{_plain(note)}\n" for note in t.notes), _table(t)]) for t in tables
    ]
    return "\n".join([first, *(f"![{what}]({name})\n" for name, what in plots.items()), *others])


def _table(told: Table) -> str:
    return table(told.head, [[_plain(cell) for cell in row] for row in told.rows])


def _plain(text: str) -> str:
    """Text that no reader of Markdown takes for HTML."""
    return html.escape(text, quote=False)


def _html(title: str, command: str, tables: Sequence[Table], plots: Sequence[tuple[str, str]]) -> str:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
    )
    template = environment.get_template("page.html")
    return template.render(title=title, command=command, tables=tables, plots=plots)


def _png(figure: Figure) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()
