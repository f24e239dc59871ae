"""One item's score matrix to margins: by how much the truth is ahead of what it has to beat.

Above 0 the answer is right, below 0 wrong, and at 0 it is a tie, which `benchmark.rate` counts as
wrong and reports. So no verdict decides ties, and none depends on the order of the options.

    I pictures   T texts
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
"""One item's scores, I x T."""

Owners = NDArray[np.int64]
"""Of each text the picture that it is true of; -1 where it is true of none."""

Margins = NDArray[np.float64]

Verdict = Callable[[Scores, Owners], Mapping[str, Margins]]
"""Scores and truth of an item to the margins of each metric, one for each question asked."""
QUAD_CHANCE = {"text": 1 / 4, "image": 1 / 4, "group": 1 / 6}
"""What random scores get of `two_by_two`."""


def two_by_two(score_IT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """Winoground's verdicts: `text`, `image`, and `group`, which asks for both.

    Source: Thrush et al., CVPR 2022, equations 1 to 3; strict ">", so that a constant model has 0.
    """
    text = texts_of_pictures(score_IT, owner_T).min(keepdims=True)
    image = pictures_of_texts(score_IT, owner_T).min(keepdims=True)
    return {"text": text, "image": image, "group": np.minimum(text, image)}


def choice(score_IT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """Whether each picture's own texts beat all others: a caption against its foils, a class against all.

    With several own texts all of them have to.
    """
    return {"accuracy": texts_of_pictures(score_IT, owner_T)}


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Retrieval: whether the truth is among the first `k` of a gallery, both ways.

    A picture is right if any of its own texts is (R@k of Karpathy and Fei-Fei, CVPR 2015).
    """

    ks: Sequence[int] = (1, 5, 10)

    def __call__(self, score_IT: Scores, owner_T: Owners) -> dict[str, Margins]:
        """One margin a picture for `text@k`, one a text for `image@k`."""
        own_IT = owner_T == np.arange(len(score_IT))[:, None]
        texts = _ahead(score_IT, own_IT, self.ks)
        images = _ahead(score_IT.T, own_IT.T, self.ks)
        named = zip(("text", "image"), (texts, images), strict=True)
        return {f"{asked}@{k}": margins[k] for asked, margins in named for k in self.ks}


def texts_of_pictures(score_IT: Scores, owner_T: Owners) -> Margins:
    """By how much the worst of each picture's own texts beats the best of all others, I."""
    own_IT = owner_T == np.arange(len(score_IT))[:, None]
    return _least(score_IT, own_IT) - _most(score_IT, ~own_IT)


def pictures_of_texts(score_IT: Scores, owner_T: Owners) -> Margins:
    """By how much each text's picture beats the best of all others; a text of no picture is not asked."""
    asked = owner_T >= 0
    own_TI = owner_T[asked, None] == np.arange(len(score_IT))
    score_TI = score_IT.T[asked]
    return _least(score_TI, own_TI) - _most(score_TI, ~own_TI)


def _least(score: Scores, where: NDArray[np.bool_]) -> Margins:
    return np.asarray(score.min(axis=1, where=where, initial=np.inf), np.float64)


def _most(score: Scores, where: NDArray[np.bool_]) -> Margins:
    return np.asarray(score.max(axis=1, where=where, initial=-np.inf), np.float64)


def _ahead(score: Scores, own: NDArray[np.bool_], ks: Sequence[int]) -> dict[int, Margins]:
    """For each k and row: the best of a row's own less the k-th best of all others, for rows that own any.

    A row with fewer than k others is right whatever its scores: its margin is infinite.
    """
    asked = own.any(1)
    score, own = score[asked], own[asked]
    best = _most(score, own)
    others = np.where(own, -np.inf, score)
    return {k: best - _kth(others, k) for k in ks}


def _kth(values: NDArray[np.float64], k: int) -> Margins:
    """The k-th largest of each row; minus infinity where there are fewer."""
    width = values.shape[1]
    if k > width:
        return np.full(len(values), -np.inf)
    return np.partition(values, width - k, axis=1)[:, width - k].astype(np.float64)
