"""What others measured of OpenAI CLIP ViT-B/32, and whether a run on that model agrees: is the harness right?

The figures stand in reference.json, each benchmark's with its source, its tolerance, and whether a tie
counted as right. A correct harness may differ by a few items: half precision and resizing decide near ties.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from counterfoil.errors import DataError

FEW = 3
"""Items by which any part may differ, however small it is."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A published figure beside a measured one.

    Args:
        benchmark, metric: as results.json names them.
        source: who published it.
        expected: the published share, 0..1.
        expected_n: of how many answers; None where that is not known.
        tolerance: the share by which a correct harness may differ.
        measured: the share in the results, ties as the publication counts them; None if it is not there.
        n: of how many answers; 0 if it was not measured.
        note: what to set or to know.
    """

    benchmark: str
    metric: str
    source: str
    expected: float
    expected_n: int | None
    tolerance: float
    measured: float | None
    n: int
    note: str

    @property
    def items_off(self) -> float | None:
        """How many answers more were right than published, of as many as measured; None if not measured."""
        return None if self.measured is None else round((self.measured - self.expected) * self.n, 6)

    @property
    def within(self) -> bool | None:
        """Whether it is off by no more than the tolerance or a few items; None if not measured."""
        return None if self.items_off is None else abs(self.items_off) <= max(FEW, self.tolerance * self.n)

    @property
    def same_n(self) -> bool | None:
        """Whether as many answers were counted; None if not measured, or not known of the publication."""
        return None if self.measured is None or self.expected_n is None else self.n == self.expected_n


def check(results: Mapping[str, Any]) -> list[Check]:
    """Every published figure beside that of a run; what was not measured is listed as such.

    Args:
        results: what results.json holds.

    Raises:
        DataError: it is not of that form.
    """
    if not isinstance(results.get("benchmarks"), Mapping):
        raise DataError(
            f"results hold {', '.join(results) or 'nothing'}, not benchmarks: is it a results.json?"
        )
    return list(_checks(results["benchmarks"]))


@cache
def reference() -> dict[str, Any]:
    """What reference.json holds: "model", "sources" and "benchmarks"."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("reference.json").read_text("utf-8"))
    return found


def _checks(measured: Mapping[str, Any]) -> Iterator[Check]:
    known = reference()
    for name, published in known["benchmarks"].items():
        metrics = measured.get(name, {}).get("metrics", {})
        rate = "lenient" if published["ties"] == "right" else "value"
        for metric, figure in published["metrics"].items():
            found = metrics.get(metric, {})
            yield Check(
                benchmark=name,
                metric=metric,
                source=known["sources"][published["source"]],
                expected=figure["value"] if "value" in figure else figure["right"] / figure["n"],
                expected_n=figure["n"],
                tolerance=published["tolerance"],
                measured=found.get(rate),
                n=found.get("n", 0),
                note=published["note"],
            )
