"""Reports: what their tables say, and that their pages stand alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from counterfoil.evaluate.paired import Difference
from counterfoil.evaluate.report import Judged, write_report
from counterfoil.evaluate.report.plots import headline, pareto
from counterfoil.evaluate.report.tables import metrics, tables


def _rate(value: float, ties: int = 0) -> dict[str, Any]:
    return {
        "value": value, "low": value - 0.1, "high": value + 0.1, "n": 20, "ties": ties,
        "lenient": value + ties / 20,
    }  # fmt: skip


def _told(*, general: bool = False, **rates: dict[str, Any]) -> dict[str, Any]:
    return {
        "items": 20,
        "metrics": {name.replace("_", "/"): rate for name, rate in rates.items()},
        "weights": {"macro/group": {"swap": 1.0}} if "macro_group" in rates else {},
        "chance": dict.fromkeys(["group", "swap/group"], 1 / 6),
        "controls": {"constant": {"group": 0.0}},
        "general": general,
        "source": "a paper",
        "licence": "CC0-1.0",
    }


def _model(label: str, against: dict[str, dict[str, Difference]], **benchmarks: dict[str, Any]) -> Judged:
    return Judged(label=label, results={"benchmarks": benchmarks}, against=against)


@pytest.fixture
def judged() -> list[Judged]:
    better = Difference(0.25, 0.05, 0.45, 6, 1, 0.125)
    return [
        _model("base", {}, quads=_told(swap_group=_rate(0.25), group=_rate(0.25), macro_group=_rate(0.25))),
        _model(
            "tuned <script>",
            {"quads": {"group": better}},
            quads=_told(swap_group=_rate(0.5, ties=2), group=_rate(0.5), macro_group=_rate(0.5)),
        ),
    ]


def test_the_summary_has_whole_benchmarks_and_means_but_no_parts(judged: list[Judged]) -> None:
    summary, _ = tables(judged)
    assert [row[0] for row in summary.rows] == ["quads: group", "quads: macro/group"]
    assert summary.rows[0][1:] == (
        "25.0 (15.0 to 35.0)",
        "50.0 (40.0 to 60.0)",
        "+25.0 (+5.0 to +45.0), p 0.12",
    )


def test_a_benchmark_shows_chance_controls_and_ties(judged: list[Judged]) -> None:
    _, quads = tables(judged)
    assert quads.head[:3] == ("metric", "chance", "constant")
    group, _, swap = quads.rows
    assert group[:3] == ("group", "16.7", "0.0")
    assert swap[-3:] == ("20", "0 / 2", "25.0 / 60.0")


def test_metrics_stand_in_the_order_of_their_numbers() -> None:
    told = {"benchmarks": {"gallery": {"metrics": dict.fromkeys(["text@10", "image@1", "text@5"])}}}
    assert metrics("gallery", [Judged(label="a", results=told, against={})]) == [
        "image@1",
        "text@5",
        "text@10",
    ]


def test_the_page_stands_alone_and_shows_names_as_text(judged: list[Judged], tmp_path: Path) -> None:
    page = write_report(judged, tmp_path / "both.json").read_text()
    assert "tuned &lt;script&gt;" in page
    assert "<script" not in page
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)""", page)
    assert {path.name for path in tmp_path.iterdir()} == {"both.html", "both.md", "both.png"}
    with Image.open(tmp_path / "both.png") as plot:
        assert plot.size[0] > 600
    assert "| quads: group | 25.0 (15.0 to 35.0) |" in (tmp_path / "both.md").read_text()


def test_gain_is_plotted_against_loss_where_both_were_measured(judged: list[Judged]) -> None:
    assert pareto(judged) is None
    gallery = {"text@1": _rate(0.8), "image@1": _rate(0.7)}
    both = [
        _model(model.label, {}, **model.results["benchmarks"], gallery=_told(general=True, **gallery))
        for model in judged
    ]
    figure = pareto(both)
    assert figure is not None
    points = [np.asarray(line.get_xydata()).tolist() for line in figure.axes[0].lines]
    assert points == [[[80.0, 25.0]], [[80.0, 50.0]]]


def test_the_headline_is_the_strictest_metric(judged: list[Judged]) -> None:
    assert headline("quads", judged) == "group"


def test_a_model_that_was_not_asked_leaves_its_cell_empty(judged: list[Judged]) -> None:
    summary, *_ = tables([*judged, _model("other", {}, gallery=_told(group=_rate(0.1)))])
    assert summary.rows[0][-1] == ""
    assert summary.rows[-1][:2] == ("gallery: group", "")
