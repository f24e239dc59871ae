"""The blind reader: logistic regression on what a cue sees, never asked about a group that it learnt from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.intervals import Interval, Numbers, auc, share

Groups = NDArray[np.int64]

Answers = tuple[Numbers, Numbers, Numbers]
"""What is said of some foils, as in `Said`."""

_FAR = 5.0
"""Spreads from the mean that a picture's number counts at most, lest one odd picture decide."""


class Sides(NamedTuple):
    """What a cue sees of n foils: a matrix (n x features) of either side, dense or sparse, and names."""

    true: Any
    negative: Any
    names: tuple[str, ...]

    def only(self, chosen: NDArray[np.bool_]) -> Sides:
        """Those of some foils."""
        return Sides(self.true[chosen], self.negative[chosen], self.names)

    def at(self, places: NDArray[np.int64]) -> Sides:
        """Those at some places."""
        return Sides(self.true[places], self.negative[places], self.names)


class Said(NamedTuple):
    """What a reader said of n foils.

    Args:
        true, negative: how much it takes either side for a negative, seen alone.
        gap: above 0 where it took the right one of both for the negative, seen together.
        groups: of the foils.
    """

    true: Numbers
    negative: Numbers
    gap: Numbers
    groups: Groups

    def only(self, chosen: NDArray[np.bool_]) -> Said:
        """What it said of some foils."""
        return Said(self.true[chosen], self.negative[chosen], self.gap[chosen], self.groups[chosen])

    def alone(self) -> Interval:
        """AUC of "is this the negative one?"."""
        return auc(self.true, self.negative, self.groups)

    def together(self) -> Interval:
        """Share of right answers to "which of the two is it?"; ties half."""
        return share((np.sign(self.gap) + 1) / 2, self.groups)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A reader that learns from all folds but the one it is asked about.

    Args:
        folds: parts that the groups are dealt into.
        freedom: scikit-learn's C: the larger, the more it trusts what it has seen.
        seed: by which the groups are dealt; None for parts of like size.
    """

    folds: int = 5
    freedom: float = 0.1
    seed: int | None = None

    def read(self, sides: Sides, groups: Groups) -> Said:
        """What it says of every foil."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):  # sums of many threads differ in their last bits
            answers = partial(self._answers, sides)
            return crossed(groups, self.folds, answers, self.seed)

    def _answers(self, sides: Sides, learnt: Groups, asked: Groups) -> Answers:
        scaled = _scaled(sides, learnt)
        true, negative = scaled.true[asked], scaled.negative[asked]
        alone = self._fit(_stacked(scaled.true[learnt], scaled.negative[learnt]), intercept=True)
        differ = scaled.negative[learnt] - scaled.true[learnt]
        together = self._fit(_stacked(-differ, differ), intercept=False)
        return (
            alone.decision_function(true),
            alone.decision_function(negative),
            together.decision_function(negative - true),
        )

    def _fit(self, matrix: Any, *, intercept: bool) -> Any:
        """Learn from a matrix whose second half are the negatives."""
        from sklearn.linear_model import LogisticRegression

        is_negative = np.arange(matrix.shape[0]) >= matrix.shape[0] // 2
        model = LogisticRegression(
            C=self.freedom, fit_intercept=intercept, solver="liblinear", max_iter=1000, random_state=0
        )
        return model.fit(matrix, is_negative)


def crossed(
    groups: Groups, folds: int, answers: Callable[[Groups, Groups], Answers], seed: int | None = None
) -> Said:
    """What is answered of every foil by who has learnt from the other folds' groups alone.

    Args:
        groups: of n foils.
        folds: parts that the groups are dealt into.
        answers: given the places of foils to learn from and of those asked about.
        seed: by which the groups are dealt; None for parts of like size.
    """
    said = Said(np.zeros(len(groups)), np.zeros(len(groups)), np.zeros(len(groups)), groups)
    for learnt, asked in _dealt(groups, folds, seed):
        for values, answered in zip(said, answers(learnt, asked), strict=False):
            values[asked] = answered
    return said


def _dealt(groups: Groups, folds: int, seed: int | None) -> Iterator[tuple[Groups, Groups]]:
    """The places of the foils outside and inside of each part."""
    from sklearn.model_selection import GroupKFold

    if seed is None:
        yield from GroupKFold(folds).split(groups, groups=groups)
        return
    shuffled = np.random.default_rng(seed).permutation(np.unique(groups))
    for fold in range(folds):
        inside = np.isin(groups, shuffled[fold::folds])
        yield np.flatnonzero(~inside), np.flatnonzero(inside)


def together(said: Iterable[Said]) -> Said:
    """What readers of several cues say together: the sums, as their scores are logarithms of odds.

    One reader of all cues at once finds less where there are few groups: it has more to learn.
    """
    every = list(said)
    true, negative, gap = (np.sum([one[side] for one in every], axis=0) for side in range(3))
    return Said(true, negative, gap, every[0].groups)


def evenly(said: Sequence[Said]) -> Said:
    """The same of readers whose scores are of different sizes: each counts by its spread."""

    def scaled(one: Said) -> Said:
        alone = float(np.concatenate([one.true, one.negative]).std()) or 1.0
        return one._replace(
            true=one.true / alone,
            negative=one.negative / alone,
            gap=one.gap / (float(np.sqrt((one.gap**2).mean())) or 1.0),
        )

    return together(map(scaled, said))


def _stacked(one: Any, other: Any) -> Any:
    from scipy.sparse import issparse, vstack

    return vstack([one, other]).tocsr() if issparse(one) else np.vstack([one, other])


def _scaled(sides: Sides, learnt: Groups) -> Sides:
    """Numbers of pictures in units of their spread among those learnt from; words stay 0 and 1."""
    from scipy.sparse import issparse
    from sklearn.preprocessing import StandardScaler

    if issparse(sides.true):
        return sides
    scale = StandardScaler().fit(np.vstack([sides.true[learnt], sides.negative[learnt]]))
    true, negative = (scale.transform(side).clip(-_FAR, _FAR) for side in (sides.true, sides.negative))
    return sides._replace(true=true, negative=negative)
