"""The laboratory as a table and a plot: measured runs in; lab.json, lab_table.md and lab.png out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from counterfoil.markdown import table
from counterfoil.runs.laboratory import MAIN, REPORT
from counterfoil.shards import write_json, write_text

Rows = Mapping[tuple[str, str, str], Mapping[str, "Figure"]]
"""Figures by name, of each encoder, arm and loss."""

Result = Mapping[str, Any]

SEEN, UNSEEN, GALLERY = "drawn-duo-quads-test", "drawn-duo-quads-held_out", "drawn-duo-retrieval-test"
SWAPS = ("swap attribute", "swap object")
SWAPPED = tuple(f"{cell}, {split}" for cell in SWAPS for split in ("seen", "held out"))
REPLACEMENTS = ("replace attribute", "replace object", "replace relation")


class Figure(NamedTuple):
    """A share over seeds: its mean, and the lowest and highest end of the seeds' 95 % intervals."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """In percent."""
        return f"{100 * self.value:.1f} ({100 * self.low:.0f}-{100 * self.high:.0f})"


def report(results: Sequence[Result], folder: Path, note: str = "") -> str:
    """Write lab.json, lab_table.md and lab.png into a folder, and return the table, under a note."""
    found = _by_run(results)
    rows = {key: _figures(seeds) for key, seeds in found.items()}
    told = {
        " ".join(key): {name: figure._asdict() for name, figure in row.items()} for key, row in rows.items()
    }
    page = (f"{note}\n\n" if note else "") + _whole(rows, found)
    write_json(folder / f"{REPORT}.json", {"figures": told, "runs": list(results)})
    write_text(folder / "lab_table.md", page)
    _plot(rows, folder / "lab.png")
    return page


def brief(results: Sequence[Result]) -> str:
    """The swaps and retrieval of one encoder, by arm: what a console has room for."""
    rows = {arm: _figures(seeds) for (_, arm, _), seeds in _by_run(results).items()}
    names = (*SWAPPED, "text@1", "image@1")
    return table(
        ("negatives", *names), [(arm, *(str(row[name]) for name in names)) for arm, row in rows.items()]
    )


def _by_run(results: Sequence[Result]) -> dict[tuple[str, str, str], list[Result]]:
    """The seeds of each encoder, arm and loss; arms in their order."""
    order = ("base", "none", "text", "image", "both")
    found: defaultdict[tuple[str, str, str], list[Result]] = defaultdict(list)
    for result in sorted(results, key=lambda r: (r["encoder"], r["loss"] != MAIN, order.index(r["arm"]))):
        found[result["encoder"], result["arm"], result["loss"]].append(result)
    return found


def _figures(seeds: Sequence[Result]) -> dict[str, Figure]:
    cells = {
        f"{cell}, {split}": [seed["measured"][name]["metrics"][f"{cell}/group"] for seed in seeds]
        for cell in (*SWAPS, *REPLACEMENTS)
        for split, name in (("seen", SEEN), ("held out", UNSEEN))
    }
    gallery = [seed["measured"][GALLERY]["metrics"] for seed in seeds]
    cells["text@1"] = [metrics["text@1"] for metrics in gallery]
    cells["image@1"] = [metrics["image@1"] for metrics in gallery]
    return {name: _over_seeds(rates) for name, rates in cells.items()}


def _over_seeds(rates: Sequence[Mapping[str, float]]) -> Figure:
    return Figure(
        mean(rate["value"] for rate in rates),
        min(rate["low"] for rate in rates),
        max(rate["high"] for rate in rates),
    )


def _whole(rows: Rows, runs: Mapping[tuple[str, str, str], list[Result]]) -> str:
    names = list(next(iter(rows.values()), {}))
    minutes = {key: mean(run["processor_seconds"] for run in found) / 60 for key, found in runs.items()}
    return table(
        ("encoder", "negatives", "loss", "seeds", *names, "minutes"),
        [
            (*key, str(len(runs[key])), *(str(row[name]) for name in names), f"{minutes[key]:.1f}")
            for key, row in rows.items()
        ],
    )


def _plot(rows: Rows, path: Path) -> None:
    """Group scores of the swaps by arm, an encoder a panel, with the intervals of the table."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    encoders = list(dict.fromkeys(encoder for encoder, _, _ in rows))
    figure, panels = plt.subplots(1, max(len(encoders), 1), sharey=True, squeeze=False, figsize=(10, 4))
    for panel, encoder in zip(panels[0], encoders, strict=False):
        arms = {arm: row for (name, arm, loss), row in rows.items() if (name, loss) == (encoder, MAIN)}
        for place, name in enumerate(SWAPPED):
            shares = [row[name] for row in arms.values()]
            ends = [[max(s.value - s.low, 0) for s in shares], [max(s.high - s.value, 0) for s in shares]]
            at = [index + 0.2 * (place - 1.5) for index in range(len(arms))]
            panel.bar(at, [s.value for s in shares], 0.18, yerr=ends, label=name, capsize=2)
        panel.set_xticks(range(len(arms)), list(arms))
        panel.set_title(encoder)
    panels[0][0].set_ylabel("group score (chance 1/6)")
    # Below the panels: within one it would hide a bar.
    figure.legend(*panels[0][0].get_legend_handles_labels(), loc="lower center", ncols=4, fontsize=8)
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    figure.savefig(path, dpi=120, metadata={"Software": None})
    plt.close(figure)
