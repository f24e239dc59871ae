"""Score matrices to margins: by how much the truth is ahead of what it has to beat.

Above 0 the answer is right, below 0 wrong, and at 0 it is a tie, which `rates` counts as wrong and
reports. So no verdict decides ties, and none depends on the order of the options.

A verdict sees a stack of items of one form: as many pictures and texts, the same owners.

    N items   I pictures   T texts   Q questions that an item asks
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
"""Of one item, I x T, or of a stack of them, N x I x T."""

Owners = NDArray[np.int64]
"""Of each text the picture that it is true of; -1 where it is true of none."""

Margins = NDArray[np.float64]
"""N x Q."""

Verdict = Callable[[Scores, Owners], Mapping[str, Margins]]
"""Scores (N x I x T) and truth (T) of items of one form to the margins of each metric."""

QUAD_CHANCE = {"text": 1 / 4, "image": 1 / 4, "group": 1 / 6}
"""What random scores get of `two_by_two`."""


def recall_chance(owners: Sequence[int], ks: Sequence[int] = (1, 5, 10)) -> dict[str, float]:
    """What random scores get of `Recall` for one gallery.

    A picture with m of T texts is missed where the first k texts are all others': (T-m over k) / (T over k).

    Args:
        owners: of each text its picture.
        ks: as in `Recall`.
    """
    counts = Counter(owner for owner in owners if owner >= 0)
    return chance_by_number(Counter(counts.values()), len(owners), ks)


def chance_by_number(pictures: Mapping[int, int], texts: int, ks: Sequence[int]) -> dict[str, float]:
    """The same by how many pictures have so many texts of their own, and how many texts there are."""
    asked = sum(pictures.values())
    chance = {}
    for k in ks:
        missed = sum(number * comb(texts - own, k) for own, number in pictures.items())
        chance[f"text@{k}"] = 1 - missed / max(comb(texts, k), 1) / asked
        chance[f"image@{k}"] = min(k / asked, 1.0)
    return chance


def two_by_two(score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """Winoground's verdicts: `text`, `image`, and `group`, which asks for both.

    Source: Thrush et al., CVPR 2022, equations 1 to 3; strict ">", so that a constant model has 0.
    """
    text = texts_of_pictures(score_NIT, owner_T).min(1, keepdims=True)
    image = pictures_of_texts(score_NIT, owner_T).min(1, keepdims=True)
    return {"text": text, "image": image, "group": np.minimum(text, image)}


def choice(score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """Whether each picture's own texts beat all others: a caption against its foils, a class against all.

    With several own texts all of them have to.
    """
    return {"accuracy": texts_of_pictures(score_NIT, owner_T)}


def pick(score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """Whether one query's answer beats all others: a picture's text, or, of several pictures, a text's."""
    asked = texts_of_pictures if score_NIT.shape[1] == 1 else pictures_of_texts
    return {"accuracy": asked(score_NIT, owner_T)}


@dataclass(frozen=True, kw_only=True)
class Top:
    """Classification: whether a picture's own text is among the first `k` of all, "top-1" and "top-5"."""

    ks: Sequence[int] = (1, 5)

    def __call__(self, score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
        """One margin a picture."""
        margins = _ahead(score_NIT, _own(score_NIT, owner_T), self.ks)
        return {f"top-{k}": found for k, found in margins.items()}


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Retrieval: whether the truth is among the first `k` of a gallery, both ways.

    A picture is right if any of its own texts is (R@k of Karpathy and Fei-Fei, CVPR 2015).
    """

    ks: Sequence[int] = (1, 5, 10)

    def __call__(self, score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
        """One margin a picture for `text@k`, one a text for `image@k`."""
        own_IT = _own(score_NIT, owner_T)
        ways = {"text": (score_NIT, own_IT), "image": (score_NIT.swapaxes(1, 2), own_IT.T)}
        return {
            f"{asked}@{k}": margins
            for asked, (score_NQO, own_QO) in ways.items()
            for k, margins in _ahead(score_NQO, own_QO, self.ks).items()
        }


def texts_of_pictures(score_NIT: Scores, owner_T: Owners) -> Margins:
    """By how much the worst of each picture's own texts beats the best of all others, N x I."""
    own_IT = _own(score_NIT, owner_T)
    return _least(score_NIT, own_IT) - _most(score_NIT, ~own_IT)


def pictures_of_texts(score_NIT: Scores, owner_T: Owners) -> Margins:
    """By how much each text's picture beats the best of all others; a text of no picture is not asked."""
    asked = owner_T >= 0
    own_TI = _own(score_NIT, owner_T).T[asked]
    score_NTI = score_NIT.swapaxes(1, 2)[:, asked]
    return _least(score_NTI, own_TI) - _most(score_NTI, ~own_TI)


def _own(score_NIT: Scores, owner_T: Owners) -> NDArray[np.bool_]:
    """Which texts are true of which pictures, I x T."""
    return np.equal(owner_T, np.arange(score_NIT.shape[1])[:, None])


def _least(score: Scores, where: NDArray[np.bool_]) -> Margins:
    return np.asarray(score.min(axis=-1, where=where, initial=np.inf), np.float64)


def _most(score: Scores, where: NDArray[np.bool_]) -> Margins:
    return np.asarray(score.max(axis=-1, where=where, initial=-np.inf), np.float64)


def _ahead(score_NQO: Scores, own_QO: NDArray[np.bool_], ks: Sequence[int]) -> dict[int, Margins]:
    """For each k: the best of a question's own options less the k-th best of all others, where it owns any.

    A question with fewer than k other options is right whatever its scores: its margin is infinite.
    """
    asked = np.flatnonzero(own_QO.any(1))
    found: dict[int, list[Margins]] = {k: [] for k in ks}
    for some in np.array_split(asked, len(asked) // _AT_A_TIME + 1):
        score, own = score_NQO[:, some], own_QO[some]
        best = _most(score, own)
        others = np.where(own, np.float32(-np.inf), score)
        for k, kth in zip(ks, _largest(others, ks), strict=True):
            found[k].append(best - kth)
    return {k: np.concatenate(parts, axis=1) for k, parts in found.items()}


_AT_A_TIME = 256
"""Rows of a gallery that are looked at together: a copy of the whole matrix would not fit everywhere."""


def _largest(values: Scores, ks: Sequence[int]) -> list[Margins]:
    """For each k, the k-th largest of each row; minus infinity where there are fewer."""
    width = values.shape[-1]
    most = min(max(ks), width)
    first = np.sort(np.partition(values, width - most, axis=-1)[..., width - most :], axis=-1)
    none = np.full(values.shape[:-1], -np.inf)
    return [first[..., most - k].astype(np.float64) if k <= most else none for k in ks]
