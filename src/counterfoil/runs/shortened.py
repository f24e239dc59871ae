"""The laboratory in minutes, for the demo: a base, continued without negatives and with those of both."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from counterfoil.recipes import lab
from counterfoil.runs.lab_report import brief, report
from counterfoil.runs.laboratory import Laboratory, runs
from counterfoil.train.loop import Progress

BASE_STEPS, STEPS = 550, 750
"""Of the base and of each arm: as many as four minutes on two cores have room for."""

ENCODER = "convolutional"
"""Of `lab.ENCODERS`; the other, which pools as CLIP does, needs more steps than that."""

_TOLD = """Negatives in both modalities, or none: the same base continued for equally many steps, pictures and
captions. Squares of swapped attributes and objects, of compositions that training shows (seen) and lacks
(held out), of which both captions and both pictures are told apart (by chance 16.7), and recall at 1 among
500 scenes; in %, with 95 % intervals:
"""


def shortened(laboratory: Laboratory, progress: Callable[[], AbstractContextManager[Progress]]) -> str:
    """Train and measure what is not yet, write table and plot beside the runs, and return what to tell.

    Args:
        laboratory: where runs are, and how long.
        progress: opens a bar for one of them.
    """
    from transformers.utils import logging

    logging.disable_progress_bar()  # those of transformers would break into ours
    for run in runs((ENCODER,), (0,), ("none", "both")):
        with progress() as bar:
            laboratory.do(run, bar)
    results, note = laboratory.results(), _note(laboratory)
    report(results, laboratory.out, note)
    return f"{_TOLD}\n{brief(results)}\n{note}"


def _note(laboratory: Laboratory) -> str:
    return (
        f"Shortened, and one seed, of the encoder {ENCODER!r}: {laboratory.base_steps:,} steps of the base "
        f"and {laboratory.steps:,} after it, where the laboratory has {lab.BASE_STEPS:,} and {lab.STEPS:,}: "
        "see docs/lab.md."
    )
