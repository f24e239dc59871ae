"""The benchmarks, by name. A new one is a file here and a line in `BENCHMARKS`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.benchmarks.drawn import (
    drawn_choice,
    drawn_classes,
    drawn_quads,
    drawn_retrieval,
    duo_quads,
    duo_retrieval,
)
from counterfoil.world.tasks import TARGETS

_SPLITS = ("test", "held_out")

BENCHMARKS: dict[str, Callable[..., Benchmark]] = {
    **{f"drawn-quads-{split}": partial(drawn_quads, split) for split in _SPLITS},
    **{f"drawn-choice-{split}": partial(drawn_choice, split) for split in _SPLITS},
    **{f"drawn-retrieval-{split}": partial(drawn_retrieval, split) for split in _SPLITS},
    **{f"drawn-duo-quads-{split}": partial(duo_quads, split) for split in _SPLITS},
    **{f"drawn-duo-retrieval-{split}": partial(duo_retrieval, split) for split in _SPLITS},
    **{f"drawn-{t}-{split}": partial(drawn_classes, t, split) for t in TARGETS for split in _SPLITS},
}
"""What needs no data on disk; `foils` makes one of any mined dataset."""
