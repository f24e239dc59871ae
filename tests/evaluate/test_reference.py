"""Published figures: that they agree with each other, with what is read, and with results by hand."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from official import WRITERS

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.reference import Check, check, reference
from counterfoil.evaluate.scorers.bounds import constant

PUBLISHED: dict[str, Any] = reference()["benchmarks"]


def _rate(value: float, n: int, lenient: float | None = None) -> dict[str, float]:
    return {"value": value, "low": 0, "high": 1, "n": n, "ties": 0, "lenient": lenient or value}


def _found(**metrics: dict[str, Any]) -> dict[tuple[str, str], Check]:
    results = {"benchmarks": {name: {"items": 1, "metrics": found} for name, found in metrics.items()}}
    return {(one.benchmark, one.metric): one for one in check(results)}


def test_a_figure_is_compared_in_items() -> None:
    found = _found(sugarcrepe={"replace_obj/accuracy": _rate(1500 / 1652, 1652)})
    one = found["sugarcrepe", "replace_obj/accuracy"]
    assert one.expected == 1502 / 1652
    assert one.items_off == pytest.approx(-2)
    assert one.within
    assert one.same_n


def test_a_part_may_differ_by_its_tolerance_or_by_three_items() -> None:
    # half a percent of 1,652 items are 8, of 245 items 1: three are allowed
    one = _found(sugarcrepe={"replace_obj/accuracy": _rate(1511 / 1652, 1652)})
    assert one["sugarcrepe", "replace_obj/accuracy"].within is False
    for right, within in ((153, True), (154, False)):
        found = _found(sugarcrepe={"swap_obj/accuracy": _rate(right / 245, 245)})
        assert found["sugarcrepe", "swap_obj/accuracy"].within is within


def test_another_number_of_items_is_told_even_where_the_share_agrees() -> None:
    found = _found(sugarcrepe={"swap_obj/accuracy": _rate(150 / 245, 246)})
    one = found["sugarcrepe", "swap_obj/accuracy"]
    assert (one.within, one.same_n) == (True, False)


def test_where_ties_were_published_as_right_the_lenient_rate_is_compared() -> None:
    one = _found(coco_order={"accuracy": _rate(0.4, 25010, lenient=11894 / 25010)})["coco_order", "accuracy"]
    assert one.items_off == pytest.approx(0)
    assert one.within


def test_what_was_not_measured_is_listed_as_such() -> None:
    found = _found(winoground={"text": _rate(125 / 400, 400)})
    assert len(found) == sum(len(one["metrics"]) for one in PUBLISHED.values())
    assert {key for key, one in found.items() if one.measured is not None} == {("winoground", "text")}
    image = found["winoground", "image"]
    assert (image.items_off, image.within, image.same_n) == (None, None, None)


def test_results_of_another_form_are_an_error() -> None:
    with pytest.raises(DataError, match=r"is it a results\.json"):
        check({"sugarcrepe": {}})


def test_a_figure_of_an_unknown_number_of_items_says_nothing_of_theirs() -> None:
    one = _found(spec={"macro-12/accuracy": _rate(0.32, 5000)})["spec", "macro-12/accuracy"]
    assert (one.within, one.same_n) == (True, None)


@pytest.mark.parametrize(
    ("name", "total", "mean"),
    [
        ("sugarcrepe", 7511, "macro-7"),
        ("valse", 7702, "macro-11"),
        ("svo_probes", 22162, "macro-3"),
        ("whatsup", 4958, "macro-6"),
    ],
)
def test_the_published_counts_give_the_published_mean(name: str, total: int, mean: str) -> None:
    metrics = PUBLISHED[name]["metrics"]
    parts = [(one["right"], one["n"]) for key, one in metrics.items() if "right" in one and "/" in key]
    assert sum(n for _, n in parts) == total
    published = metrics[f"{mean}/accuracy"]["value"]
    assert sum(right / n for right, n in parts) / len(parts) == pytest.approx(published, abs=5e-4)


def test_the_counts_of_bivlc_are_those_of_its_published_results(shared_data: Path) -> None:
    whole = {"I2T": "text_score", "T2I": "image_score", "group": "group_score"}
    finer = {"Ipos2T": "text_score_i0", "Ineg2T": "text_score_i1", "Tpos2I": "image_score_c0"}
    finer |= {"Tneg2I": "image_score_c1"}
    counts: Counter[str] = Counter()
    with (shared_data / "benchmarks" / "bivlc" / "results_ViT-B-32.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            for metric, column in (whole | finer).items():
                counts[metric] += row[column] == "True"
            for metric, column in whole.items():
                counts[f"{row['type']}/{metric}"] += row[column] == "True"
    assert counts == {name: one["right"] for name, one in PUBLISHED["bivlc"]["metrics"].items()}


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_figure_has_the_name_that_results_give_it(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    found = evaluate(BENCHMARKS[name].open(Data(tmp_path)), constant)
    assert PUBLISHED[name]["metrics"].keys() <= found.metrics.keys()
