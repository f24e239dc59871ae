"""What any benchmark is held against: the best there is, none at all, and chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

import numpy as np

from counterfoil.evaluate.benchmark import Item
from counterfoil.evaluate.verdicts import Scores


def oracle(items: Iterable[Item]) -> Iterator[Scores]:
    """Knows the truth: 1 for a picture and a text of its own, 0 for all others."""
    for item in items:
        yield (np.array(item.owners) == np.arange(len(item.pictures))[:, None]).astype(np.float32)


def constant(items: Iterable[Item]) -> Iterator[Scores]:
    """Sees no difference: what it gets right is a gift of the verdict."""
    return (np.zeros((len(item.pictures), len(item.texts)), np.float32) for item in items)


def chance(items: Iterable[Item]) -> Iterator[Scores]:
    """Scores by chance, the same for an item wherever it stands."""
    for item in items:
        rng = np.random.default_rng(Random(item.key).getrandbits(64))
        yield rng.random((len(item.pictures), len(item.texts)), np.float32)
