"""Pictures of a run: its curves over steps, and what interpolation keeps against what it learns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil import shards

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Measured = Mapping[str, float]


def curves(lines: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Plot loss and terms, learning rate, gradient norm and measurements of a log over its steps."""
    panels: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for line in lines:
        for name, value in line.items():
            if name not in {"step", "time", "note"}:
                panels.setdefault(name.partition("/")[0], {}).setdefault(name, []).append(
                    (line["step"], value)
                )
    if not panels:
        return
    figure = _figure(len(panels))
    for axes, (title, shown) in zip(figure.axes, panels.items(), strict=True):
        for name, points in shown.items():
            axes.plot(
                *zip(*points, strict=True),
                label=name.partition("/")[2] or name,
                marker="." * (len(points) < 30),
            )
        axes.set(title=title, xlabel="step")
        if len(shown) > 1:
            axes.legend(fontsize="small")
    _save(figure, path)


def pareto(sweep: Mapping[str, Measured], path: Path) -> None:
    """Plot the mean of what is learned over the mean of what may be lost, for each share.

    Args:
        sweep: measurements by share; names that begin with "foils" are what is learned.
        path: of the PNG.
    """
    points = {share: halves(measured) for share, measured in sweep.items()}
    figure = _figure(1)
    axes = figure.axes[0]
    axes.plot(*zip(*points.values(), strict=True), marker="o")
    for share, point in points.items():
        axes.annotate(share, point, textcoords="offset points", xytext=(6, 4))
    axes.set(
        title="WiSE-FT: share of what was learned",
        xlabel="retrieval and classification, mean",
        ylabel="foils, mean",
    )
    _save(figure, path)


def halves(measured: Measured) -> tuple[float, float]:
    """The mean of what may be lost, and of what is learned."""
    foils = [value for name, value in measured.items() if name.startswith("foils")]
    others = [value for name, value in measured.items() if not name.startswith("foils")]
    return _mean(others), _mean(foils)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _figure(number: int) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5 * number, 4), layout="constrained")
    figure.subplots(1, number)
    return figure


def _save(figure: Figure, path: Path) -> None:
    with shards.atomic(path) as unfinished:
        figure.savefig(unfinished, format="png", dpi=100)
