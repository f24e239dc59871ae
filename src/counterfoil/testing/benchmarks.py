"""What holds of every benchmark, whatever it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from counterfoil.errors import ScoreError
from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.scorers.bounds import chance, constant, oracle
from counterfoil.evaluate.verdicts import Scores


def check_benchmark(benchmark: Benchmark) -> None:
    """An oracle has 1, a constant 0 and only ties, chance what is said of it; order changes nothing.

    Args:
        benchmark: some tens of items suffice; they are read several times.

    Raises:
        AssertionError: a law is broken, or nothing and no number are not refused.
    """
    name = benchmark.name
    values = {metric: rate.value for metric, rate in evaluate(benchmark, oracle).metrics.items()}
    assert set(values.values()) == {1.0}, f"{name}: an oracle has {values}"
    for metric, rate in evaluate(benchmark, constant).metrics.items():
        assert rate.value == 0, f"{name}: a constant has {rate.value} of {metric}"
        assert rate.ties == rate.n, (
            f"{name}: of a constant's {rate.n} answers to {metric} {rate.ties} are ties"
        )
    _check_chance(benchmark)
    assert _refuses(replace(benchmark, items=list), oracle, "no items"), f"{name}: no items are no error"
    assert _refuses(benchmark, _no_numbers, "NaN"), f"{name}: NaN is no error"


def _check_chance(benchmark: Benchmark) -> None:
    """Within two standard errors, and the same in whatever order."""
    name, found = benchmark.name, evaluate(benchmark, chance)
    turned = replace(benchmark, items=lambda: reversed(list(benchmark.items())))
    other = evaluate(turned, chance)
    assert (found.items, set(found.metrics)) == (other.items, set(other.metrics)), f"{name}: order counts"
    for metric, rate in found.metrics.items():
        reach, said = max(rate.value - rate.low, rate.high - rate.value), benchmark.chance_of(metric)
        assert abs(rate.value - said) <= 2 * reach, f"{name}: chance has {rate.value} of {metric}, not {said}"
        assert abs(rate.value - other.metrics[metric].value) < 1e-12, f"{name}: order counts for {metric}"


def _no_numbers(items: Iterable[Item]) -> Iterator[Scores]:
    return (scores * float("nan") for scores in constant(items))


def _refuses(benchmark: Benchmark, scorer: object, words: str) -> bool:
    try:
        evaluate(benchmark, scorer)  # type: ignore[arg-type]
    except ScoreError as error:
        return words in str(error)
    return False
