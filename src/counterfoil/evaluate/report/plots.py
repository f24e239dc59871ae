"""Results as plots: bars with intervals for each benchmark, and what was learned against what was kept."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import TYPE_CHECKING, Any

from counterfoil.evaluate.report.tables import Judged, benchmarks, chance, metrics, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_BARS = 16
_HEADLINES = ("group", "accuracy", "text@1")
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""Okabe and Ito's, which colour-blind readers can tell."""


def bars(judged: Sequence[Judged]) -> Figure:
    """A panel for each benchmark: its metrics, and the parts of its headline, of every model."""
    from matplotlib.figure import Figure

    shown = {name: _shown(name, judged) for name in benchmarks(judged)}
    heights = [0.9 + (0.16 + 0.16 * len(judged)) * len(names) for names in shown.values()]
    figure = Figure(figsize=(8, sum(heights) + 0.4), layout="constrained")
    panels = figure.subplots(len(shown), 1, squeeze=False, height_ratios=heights)
    for axes, (name, names) in zip(panels[:, 0], shown.items(), strict=True):
        _panel(axes, name, names, judged)
    handles = panels[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper left", ncols=3, fontsize="small", frameon=False)
    return figure


def headline(name: str, judged: Sequence[Judged]) -> str:
    """The metric that stands for a benchmark: the strictest one that it has."""
    every = whole(name, judged)
    return next((metric for metric in _HEADLINES if metric in every), every[0])


def pareto(judged: Sequence[Judged]) -> Figure | None:
    """Each model's mean of headlines: compositional benchmarks over general ones; None where they lack."""
    from matplotlib.figure import Figure

    names = [name for name in benchmarks(judged) if all(model.told(name) for model in judged)]
    general = [name for name in names if judged[0].told(name).get("general")]
    others = [name for name in names if name not in general]
    if not general or not others:
        return None
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.subplots()
    for colour, model in enumerate(judged):
        point = _mean(model, general, judged), _mean(model, others, judged)
        axes.plot(*point, "o", color=_COLOURS[colour % len(_COLOURS)])
        axes.annotate(model.label, point, textcoords="offset points", xytext=(6, 4))
    axes.set(xlabel=f"mean of {', '.join(general)} (%)", ylabel=f"mean of {len(others)} compositional (%)")
    axes.margins(0.25)
    axes.grid(alpha=0.3)
    return figure


def _mean(model: Judged, names: Sequence[str], judged: Sequence[Judged]) -> float:
    rates = [model.rate(name, headline(name, judged)) for name in names]
    return 100 * float(mean(rate["value"] for rate in rates if rate))


def _shown(name: str, judged: Sequence[Judged]) -> list[str]:
    ending = f"/{headline(name, judged)}"
    of_whole = whole(name, judged)
    parts = [m for m in metrics(name, judged) if m.endswith(ending) and m not in of_whole]
    return [*of_whole, *parts][:_MOST_BARS]


def _panel(axes: Axes, name: str, names: Sequence[str], judged: Sequence[Judged]) -> None:
    width = 0.8 / len(judged)
    for number, model in enumerate(judged):
        found: list[tuple[int, dict[str, Any]]] = [
            (row, dict(rate)) for row, metric in enumerate(names) if (rate := model.rate(name, metric))
        ]
        value = [100 * rate["value"] for _, rate in found]
        low = [100 * max(0.0, rate["value"] - rate["low"]) for _, rate in found]
        high = [100 * max(0.0, rate["high"] - rate["value"]) for _, rate in found]
        axes.barh(
            [row - 0.4 + width * (number + 0.5) for row, _ in found],
            value,
            height=0.9 * width,
            xerr=(low, high),
            label=model.label,
            color=_COLOURS[number % len(_COLOURS)],
            error_kw={"lw": 1, "alpha": 0.7},
        )
    told = next(model.told(name) for model in judged if model.told(name))
    for row, metric in enumerate(names):
        if (level := chance(told, metric)) is not None:
            axes.plot([100 * level] * 2, [row - 0.45, row + 0.45], "k:", lw=1.5)
    axes.set(title=f"{name} (dotted: chance)", xlim=(0, 100), ylim=(len(names) - 0.5, -0.5))
    axes.set_yticks(range(len(names)), names, fontsize="small")
    axes.grid(axis="x", alpha=0.3)
