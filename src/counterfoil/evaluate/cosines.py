"""Products of embeddings whose last bits depend on the two alone, not on where they stand among others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from counterfoil.evaluate.verdicts import Scores

STRIP = 255
"""Pictures at a time: as many as a byte counts."""

Rows = NDArray[np.float32]
"""Embeddings, N x D."""

Exact = NDArray[np.float64]
"""The same in twice the precision: for texts that are asked about again and again."""


def strips(image_ID: Rows, text_TD: Rows | Exact) -> Iterator[tuple[slice, Scores]]:
    """The products of some pictures at a time with all texts, and which pictures; in memory used again.

    BLAS goes other ways at some places of a matrix, with other last bits on some processors: equal captions
    would not tie. It is done in twice the precision, and what differs is rounded away.
    """
    text_DT = text_TD.T.astype(np.float64, copy=False)
    exact_ST = np.empty((min(STRIP, len(image_ID)), len(text_TD)))
    score_ST = np.empty(exact_ST.shape, np.float32)
    for top in range(0, len(image_ID), STRIP):
        some_SD = image_ID[top : top + STRIP].astype(np.float64)
        np.matmul(some_SD, text_DT, out=exact_ST[: len(some_SD)])
        score_ST[: len(some_SD)] = exact_ST[: len(some_SD)]
        yield slice(top, top + len(some_SD)), score_ST[: len(some_SD)]


def cosines(image_ID: Rows, text_TD: Rows | Exact) -> Scores:
    """All products, I x T, float32."""
    score_IT = np.empty((len(image_ID), len(text_TD)), np.float32)
    for some, score_ST in strips(image_ID, text_TD):
        score_IT[some] = score_ST
    return score_IT
