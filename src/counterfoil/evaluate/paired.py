"""Two models on the same items: what their difference is, and whether it could be chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from counterfoil.errors import DataError
from counterfoil.evaluate.results import answers_path

DRAWS = 10_000
"""Of the bootstrap."""

_FIXED = ("key", "parts", "pictures", "scores")


@dataclass(frozen=True, slots=True)
class Difference:
    """The second model's rate less the first's, on the same questions.

    Args:
        value: -1..1.
        low, high: its 95 % interval by a paired bootstrap over questions.
        better, worse: questions that the second alone, and the first alone, has right.
        p: McNemar's exact test of better against worse, two-sided; None for a mean of parts.
    """

    value: float
    low: float
    high: float
    better: int
    worse: int
    p: float | None


def differences(
    first: Path, second: Path, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, dict[str, Difference]]:
    """Of every benchmark that both have, the difference of every metric.

    Args:
        first: path of a results.json, with the answers beside it.
        second: of another.
        ours: what the first holds.
        theirs: what the second holds.

    Raises:
        DataError: a benchmark's answers are missing, or are to other questions.
    """
    found = {}
    for name, told in ours["benchmarks"].items():
        other = theirs["benchmarks"].get(name)
        if other is not None:
            if told["digest"] != other["digest"]:
                raise DataError(
                    f"{name}: {first} has answers to {told['items']} items and {second} to {other['items']}, "
                    "not the same ones: evaluate both on the same data, with the same settings"
                )
            found[name] = _differences(name, first, second, told.get("weights", {}))
    return found


def _differences(
    name: str, first: Path, second: Path, weights: Mapping[str, Mapping[str, float]]
) -> dict[str, Difference]:
    ours, theirs = _answers(answers_path(first, name)), _answers(answers_path(second, name))
    changes = {
        metric: change
        for column in ours.column_names
        if column not in _FIXED
        for metric, change in _changes(column, ours, theirs).items()
    }
    drawn = {metric: _draws(change) for metric, change in changes.items()}
    found = {metric: _difference(change, drawn[metric]) for metric, change in changes.items()}
    for mean, parts in weights.items():
        found[mean] = _mean(mean, parts, found, drawn)
    return found


def _answers(path: Path) -> pa.Table:
    """In the order of keys."""
    try:
        return pq.read_table(path).sort_by("key")
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read ({error}): evaluate again") from error


def _changes(metric: str, ours: pa.Table, theirs: pa.Table) -> dict[str, NDArray[np.int8]]:
    """The metric's and each part's: by question 1 where only the second is right, -1 where only the first."""
    change = (_margins(theirs, metric) > 0).astype(np.int8) - (_margins(ours, metric) > 0)
    asked = ours[metric].combine_chunks().value_lengths().to_numpy()
    item_Q = np.repeat(np.arange(len(asked)), asked)
    parts = ours["parts"].combine_chunks()
    row_P, name_P = parts.value_parent_indices().to_numpy(), parts.flatten().to_numpy(zero_copy_only=False)
    of_parts = {
        f"{part}/{metric}": change[np.isin(item_Q, row_P[name_P == part])] for part in dict.fromkeys(name_P)
    }
    return {metric: change} | of_parts


def _margins(table: pa.Table, metric: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = table[metric].combine_chunks().flatten().to_numpy()
    return values


def _draws(change: NDArray[np.int8]) -> NDArray[np.float64]:
    """Means of resampled changes; which question changed does not matter, so counts are drawn."""
    counts = np.array([(change == 1).sum(), (change == -1).sum(), (change == 0).sum()])
    drawn = np.random.default_rng(0).multinomial(len(change), counts / len(change), DRAWS)
    return (drawn[:, 0] - drawn[:, 1]) / len(change)


def _difference(change: NDArray[np.int8], drawn: NDArray[np.float64]) -> Difference:
    from scipy.stats import binomtest

    better, worse = int((change == 1).sum()), int((change == -1).sum())
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Difference(float(change.mean()), float(low), float(high), better, worse, p)


def _mean(
    mean: str,
    weights: Mapping[str, float],
    found: Mapping[str, Difference],
    drawn: Mapping[str, NDArray[np.float64]],
) -> Difference:
    metric = mean.rpartition("/")[2]
    of = {f"{part}/{metric}": weight for part, weight in weights.items()}
    low, high = np.quantile(sum(weight * drawn[name] for name, weight in of.items()), (0.025, 0.975))
    value = sum(weight * found[name].value for name, weight in of.items())
    better, worse = sum(found[name].better for name in of), sum(found[name].worse for name in of)
    return Difference(value, float(low), float(high), better, worse, None)
