"""Results as tables: a summary of whole benchmarks, and each benchmark with its parts and controls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterfoil.evaluate.paired import Difference
from counterfoil.page import Table

Told = Mapping[str, Any]
"""A benchmark as results.json has it."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A model and what it got.

    Args:
        label: what tables call it.
        results: a results.json.
        against: of each benchmark and metric its difference to the first model; empty for the first.
    """

    label: str
    results: Mapping[str, Any]
    against: Mapping[str, Mapping[str, Difference]]

    def told(self, benchmark: str) -> Told:
        """What it got on a benchmark; empty where it was not asked."""
        told: Told = self.results["benchmarks"].get(benchmark, {})
        return told

    def rate(self, benchmark: str, metric: str) -> Mapping[str, Any] | None:
        """A metric's value, interval, n, ties and lenient value."""
        rate: Mapping[str, Any] | None = self.told(benchmark).get("metrics", {}).get(metric)
        return rate


_COMPARED = (
    "Differences are to the first model on the same items; p is McNemar's, for one comparison: of a hundred "
    "metrics some five are below 0.05 by chance.",
)


def tables(judged: Sequence[Judged]) -> list[Table]:
    """The summary first, then every benchmark that any of the models was asked."""
    return [_summary(judged), *(_benchmark(name, judged) for name in benchmarks(judged))]


def benchmarks(judged: Sequence[Judged]) -> list[str]:
    """Names of benchmarks, in the order in which they were asked."""
    return list(dict.fromkeys(name for model in judged for name in model.results["benchmarks"]))


def metrics(name: str, judged: Sequence[Judged]) -> list[str]:
    """Of a benchmark: of the whole first, means of parts next, then the parts in their order."""
    every = dict.fromkeys(metric for model in judged for metric in model.told(name).get("metrics", {}))
    means = {mean for model in judged for mean in model.told(name).get("weights", {})}
    return sorted(every, key=lambda metric: (1 if metric in means else 2 * ("/" in metric), _natural(metric)))


def whole(name: str, judged: Sequence[Judged]) -> list[str]:
    """Of these the ones that are of the whole benchmark."""
    means = {mean for model in judged for mean in model.told(name).get("weights", {})}
    return [metric for metric in metrics(name, judged) if "/" not in metric or metric in means]


def chance(told: Told, metric: str) -> float | None:
    """What random scores get of a metric."""
    value: float | None = told.get("chance", {}).get(metric)
    return value


def _natural(name: str) -> list[tuple[int, str]]:
    """For sorting: "text@5" before "text@10"."""
    return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in re.split(r"(\d+)", name)]


def _summary(judged: Sequence[Judged]) -> Table:
    rows = [
        (f"{name}: {metric}", *_cells(name, metric, judged))
        for name in benchmarks(judged)
        for metric in whole(name, judged)
    ]
    notes = ["In %, with 95 % intervals; a tie is wrong.", *_COMPARED[: len(judged) - 1]]
    return Table(title="Summary", notes=notes, head=("benchmark", *_head(judged)), rows=rows)


def _benchmark(name: str, judged: Sequence[Judged]) -> Table:
    told = next(model.told(name) for model in judged if model.told(name))
    controls = list(told.get("controls", {}))
    rows = [
        (
            metric,
            _percent(chance(told, metric)),
            *(_percent(told["controls"][control].get(metric)) for control in controls),
            *_cells(name, metric, judged),
            *_counts(name, metric, judged),
        )
        for metric in metrics(name, judged)
    ]
    head = ("metric", "chance", *controls, *_head(judged), "answers", "ties", "with ties right")
    return Table(title=name, notes=[*_notes(told)], head=head, rows=rows)


def _notes(told: Told) -> Iterator[str]:
    items = f"{told['items']:,} item{'s' * (told['items'] > 1)}"
    yield f"{items}. {told.get('source', '')}. Licence: {told.get('licence', '')}."
    if told.get("missing"):
        yield f"{told['missing']:,} more were left out: their pictures are missing."
    if told.get("truncated"):
        yield f"{told['truncated']:,} texts are longer than the model reads, and were cut."


def _head(judged: Sequence[Judged]) -> Iterator[str]:
    for number, model in enumerate(judged):
        yield model.label
        if number and model.against:
            yield "difference (p)"


def _cells(name: str, metric: str, judged: Sequence[Judged]) -> Iterator[str]:
    for number, model in enumerate(judged):
        yield _rate(model.rate(name, metric))
        if number and model.against:
            yield _change(model.against.get(name, {}).get(metric))


def _counts(name: str, metric: str, judged: Sequence[Judged]) -> Iterator[str]:
    """Answers, ties, and the lenient values: of each model, where they differ."""
    rates = [rate for model in judged if (rate := model.rate(name, metric))]
    yield " / ".join(dict.fromkeys(f"{rate['n']:,}" for rate in rates))
    yield " / ".join(f"{rate['ties']:,}" for rate in rates) if any(rate["ties"] for rate in rates) else ""
    yield (
        " / ".join(_percent(rate["lenient"]) for rate in rates) if any(rate["ties"] for rate in rates) else ""
    )


def _rate(rate: Mapping[str, Any] | None) -> str:
    if rate is None:
        return ""
    return f"{_percent(rate['value'])} ({_percent(rate['low'])} to {_percent(rate['high'])})"


def _change(found: Difference | None) -> str:
    if found is None:
        return ""
    said = f"{100 * found.value:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})"
    return said if found.p is None else f"{said}, p {found.p:.2g}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"
