"""A benchmark in windows: as many items at a time as fit into memory with the bytes of their pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterfoil.evaluate.benchmark import Item
from counterfoil.evaluate.pictures import has_bytes

WEIGHT = 2**20
"""Of a window, in texts: most benchmarks are one window, so that batches are full and of one length."""

BYTES = 2**9
"""Texts that a picture weighs which holds its bytes: 2,048 such pictures fill a window."""


def windows(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Lists of neighbouring items, each as long as `WEIGHT` allows."""
    window: list[Item] = []
    left = WEIGHT
    for item in items:
        window.append(item)
        left -= len(item.texts) + BYTES * sum(map(has_bytes, item.pictures))
        if left <= 0:
            yield window
            window, left = [], WEIGHT
    if window:
        yield window


def sentences(item: Item) -> list[str]:
    """The texts of an item in each of its templates, text by text."""
    return [template.replace("{}", text) for text in item.texts for template in item.templates]
