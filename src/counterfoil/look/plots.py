"""The summary's plots: counts in, inline SVG with a text alternative out.

Colours are placeholders that the page's style sheet fills in, so that plots follow dark mode; text
stays text in the page's own font.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from counterfoil.look.tally import Tally, Values
from counterfoil.records import KINDS, OPERATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, ACCENT, SECOND, FAINT = "#010203", "#020304", "#030405", "#040506"
COLOURS = {INK: "currentColor", ACCENT: "var(--accent)", SECOND: "var(--second)", FAINT: "var(--line)"}
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "text.parse_math": False,
}
WIDTH = 4.2
"""Inches; a plot's text is as large as the page's on a screen of 400 pixels."""


class Plot(NamedTuple):
    """A drawn plot: its title, and SVG to put into a page as it is."""

    title: str
    svg: str


class Bar(NamedTuple):
    """A bar before a paler one of length `of`, and the words above it."""

    words: str
    length: int
    of: int = 0


def plots(tally: Tally, stages: Sequence[Mapping[str, Any]]) -> list[Plot]:
    """All plots that the counts allow."""
    from matplotlib import rc_context  # takes half a second: only where something is drawn

    with rc_context(STYLE):  # type: ignore[arg-type]
        drawn = [
            _stages(stages),
            _reasons(tally),
            _cells(tally, "two-way"),
            _cells(tally, "text-only"),
            _editors(tally),
            _scores(tally),
        ]
    return [plot for plot in drawn if plot]


def _stages(stages: Sequence[Mapping[str, Any]]) -> Plot | None:
    rows = [
        Bar(f"{stage['name']}: {stage['in']:,} in, {stage['out']:,} out", stage["out"], stage["in"])
        for stage in stages
    ]
    return _bars("Yield per stage", rows)


def _reasons(tally: Tally) -> Plot | None:
    counts = tally.by("reason", verdict="rejected").most_common(16)
    return _bars("Why foils were rejected", [Bar(f"{reason}: {n:,}", n) for (reason,), n in counts])


def _editors(tally: Tally) -> Plot | None:
    kept = tally.by("editor", verdict="kept")
    counts = [(editor, kept[editor,], n) for (editor,), n in tally.by("editor").most_common() if editor]
    return _bars(
        "Kept per editor", [Bar(f"{name}: {few:,} of {many:,}", few, many) for name, few, many in counts]
    )


def _bars(title: str, rows: Sequence[Bar]) -> Plot | None:
    """Horizontal bars with their words above them, so that long names need no margin."""
    if not rows:
        return None
    figure = _figure(0.42 * len(rows) + 0.25)
    axes = figure.add_subplot()
    for place, bar in enumerate(rows):
        axes.barh(place, bar.of, height=0.4, color=FAINT)
        axes.barh(place, bar.length, height=0.4, color=ACCENT)
        axes.text(0, place - 0.28, bar.words, va="bottom", color=INK)
    axes.set_ylim(len(rows) - 0.6, -0.85)
    axes.set_axis_off()
    return Plot(title, _svg(figure, title, f"{title}. {'; '.join(bar.words for bar in rows)}"))


def _cells(tally: Tally, way: str) -> Plot | None:
    counts = tally.by("operation", "kind", verdict="kept", way=way)
    if not counts:
        return None
    figure = _figure(2.2)
    axes = figure.add_subplot()
    most = max(counts.values())
    for (operation, kind), count in sorted(counts.items()):
        x, y = KINDS.index(kind), OPERATIONS.index(operation)
        axes.barh(y, 0.94, left=x - 0.47, height=0.9, color=ACCENT, alpha=0.12 + 0.6 * count / most)
        axes.text(x, y, f"{count:,}", ha="center", va="center", color=INK)
    axes.set_xticks(range(len(KINDS)), KINDS)
    axes.set_yticks(range(len(OPERATIONS)), OPERATIONS)
    axes.set_xlim(-0.5, len(KINDS) - 0.5)
    axes.set_ylim(len(OPERATIONS) - 0.5, -0.5)
    title = f"Kept {way} foils"
    said = "; ".join(f"{operation} {kind} {count}" for (operation, kind), count in counts.most_common())
    return Plot(title, _svg(figure, title, f"{title} by operation and kind. {said}"))


def _scores(tally: Tally) -> Plot | None:
    names = sorted({name for name, _ in tally.scores})
    if not names:
        return None
    figure = _figure(0.95 * -(-len(names) // 2) + 0.2)
    for place, name in enumerate(names):
        axes = figure.add_subplot(-(-len(names) // 2), 2, place + 1)
        said_by = {
            verdict: tally.scores.get((name, verdict), Values()).kept for verdict in ("kept", "rejected")
        }
        _histogram(axes, list(said_by["kept"]), list(said_by["rejected"]))
        axes.set_title(name, fontsize=10, loc="left", pad=2)
    title = "Scores: kept (filled) and rejected (outlined)"
    return Plot(
        title, _svg(figure, title, f"Histograms of the scores {', '.join(names)}, each scaled to its peak")
    )


def _histogram(axes: Axes, kept: list[float], rejected: list[float]) -> None:
    import numpy as np

    every = np.array([*kept, *rejected])
    every = every[np.isfinite(every)]
    low, high = np.quantile(every, (0.005, 0.995)) if every.size else (0.0, 1.0)
    edges = np.linspace(low, high if high > low else low + 1, 31)
    for values, filled in ((kept, True), (rejected, False)):
        counts, _ = np.histogram(values, edges)
        if counts.any():
            colour = ACCENT if filled else SECOND
            axes.stairs(counts / counts.max(), edges, fill=filled, color=colour, alpha=0.7 if filled else 1)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=4)


def _figure(height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout="constrained")


def _svg(figure: Figure, title: str, said: str) -> str:
    """The figure as SVG; the same figure gives the same text."""
    from matplotlib import rc_context

    text = io.StringIO()
    with rc_context({"svg.hashsalt": title}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = text.getvalue()[text.getvalue().index("<svg") :]
    for placeholder, colour in COLOURS.items():
        svg = svg.replace(placeholder, colour)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: (\d+)px [^;\"]*", r"font-size: \1px", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(said)}" ', 1)
