"""BiVLC: its names for Winoground's verdicts, and its published results recomputed through ours."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from official import bivlc
from official.pictures import png

from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.benchmarks.bivlc import BiVlc, both_ways
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.verdicts import Scores
from counterfoil.records import ImageFile

ANSWERS = ("text_score_i0", "text_score_i1", "image_score_c0", "image_score_c1")
"""Of a row of published results: whether each picture chose its text, and each text its picture."""


@pytest.fixture
def benchmark(tmp_path: Path) -> Benchmark:
    bivlc.write(tmp_path)
    return BiVlc().open(Data(tmp_path))


def test_a_record_is_a_square_with_its_type_and_subtype_as_parts(benchmark: Benchmark) -> None:
    items = list(benchmark.items())
    assert [item.key for item in items] == [str(number) for number in range(60)]
    assert items[1].texts == ("A man 1 throws a ball.", "A man 1 throws a stone.")
    assert items[1].parts == ("replace", "replace att")
    assert [p.image.data for p in items[1].pictures if isinstance(p, Stored)] == [
        png(2),
        png(3),
    ]


def test_each_of_the_four_questions_is_a_metric() -> None:
    # the photo prefers its text by 0.2, the made picture the wrong one by 0.1; the made picture is the
    # nearest to both texts, by 0.4 and by 0.5
    margins = both_ways(np.array([[[0.4, 0.2], [0.8, 0.7]]], np.float32), np.array([0, 1]))
    found = {metric: round(margin.item(), 6) for metric, margin in margins.items()}
    assert found == {
        "Ipos2T": 0.2,
        "Ineg2T": -0.1,
        "Tpos2I": -0.4,
        "Tneg2I": 0.5,
        "I2T": -0.1,
        "T2I": -0.4,
        "group": -0.4,
    }


def _scores(answers: tuple[bool, ...]) -> Scores:
    """Scores of a square that give these answers."""
    for order in permutations(range(4)):
        (a, b), (c, d) = scores = np.array(order, np.float32).reshape(2, 2)
        if (a > b, d > c, a > c, d > b) == answers:
            return scores
    raise AssertionError(answers)


def test_the_published_results_of_vit_b_32_come_to_the_published_aggregates(
    benchmark: Benchmark, shared_data: Path
) -> None:
    path = shared_data / "benchmarks" / "bivlc" / "results_ViT-B-32.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    items = [
        Item(
            key=str(number),
            pictures=(Stored(ImageFile(f"{number}")), Stored(ImageFile(f"{number}n"))),
            texts=(row["caption"], row["negative_caption"]),
            owners=(0, 1),
            parts=(row["type"], f"{row['type']} {row['subtype']}"),
        )
        for number, row in enumerate(rows)
    ]

    def published(asked: Iterable[Item]) -> Iterator[Scores]:
        return (_scores(tuple(rows[int(item.key)][name] == "True" for name in ANSWERS)) for item in asked)

    found = evaluate(replace(benchmark, items=lambda: items), published)
    assert found.items == 2933
    right = {name: round(found.metrics[name].value * 2933) for name in ("I2T", "T2I", "group")}
    assert right == {"I2T": 2224, "T2I": 1537, "group": 1439}
    of_parts = {"replace": (82.1, 60.4, 57.3), "swap": (46.5, 16.2, 13.7), "add": (70.3, 44.6, 39.6)}
    for part, percent in of_parts.items():
        found_here = [100 * found.metrics[f"{part}/{name}"].value for name in right]
        assert found_here == pytest.approx(percent, abs=0.06)
    sizes = {part: found.metrics[f"{part}/group"].n for part in of_parts}
    assert sizes == {"replace": 2099, "swap": 359, "add": 475}
