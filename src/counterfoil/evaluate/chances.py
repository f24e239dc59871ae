"""What random scores get of a choice where items differ in their number of options."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from counterfoil.evaluate.benchmark import Item, mean_name, parts_of
from counterfoil.evaluate.rates import Mean, Rate


def choice_chance(items: Iterable[Item], means: Mapping[str, Mean]) -> dict[str, float]:
    """Of "accuracy" over all items, over each part, and in each mean of parts.

    Args:
        items: of which each picture has one text of its own, and is right once in as many as there are; or
            one text that has one of several pictures.
        means: the benchmark's.
    """
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for item in items:
        for name in ("accuracy", *(f"{part}/accuracy" for part in parts_of(item))):
            shares[name].extend(_shares(len(item.pictures), len(item.texts)))
    rates = {name: _expected(some) for name, some in shares.items()}
    of_parts = {mean_name(name, mean.metric): rate for name, mean in means.items() if (rate := mean(rates))}
    return {name: rate.value for name, rate in (rates | of_parts).items()}


def _shares(pictures: int, texts: int) -> list[float]:
    return [1 / pictures] if texts == 1 else [1 / texts] * pictures


def _expected(shares: list[float]) -> Rate:
    value = sum(shares) / len(shares)
    return Rate(value, value, value, len(shares), 0, value)
