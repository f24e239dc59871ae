"""Readers of other kinds, which judge a repair that they had no part in: they choose no foil.

Who chooses foils and who judges the choice must not be one: of what was chosen by it, a reader tells less
than others do. These see runs of up to three words (those that choose: up to two, and characters), learn by
naive Bayes and by trees instead of weights, and are dealt the groups anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from counterfoil.audit.audit import as_told
from counterfoil.audit.intervals import Numbers
from counterfoil.audit.material import NEEDED, Material, texts_of
from counterfoil.audit.picture_cues import blind
from counterfoil.audit.reader import Answers, Groups, Said, Sides, crossed
from counterfoil.audit.text_cues import Words

_SEED = 1_000_000
"""No reader that chooses has it."""


class Learner(Protocol):
    """A way to learn which of two sides is the negative."""

    def answers(self, learnt: Sides, asked: Sides) -> Answers:
        """What it says of some foils once it has learnt from others; dense or sparse alike."""
        ...


@dataclass(frozen=True, kw_only=True)
class NaiveBayes:
    """How much more often words stand in negatives; of both sides, in negatives alone. For counts."""

    alpha: float = 1.0

    def answers(self, learnt: Sides, asked: Sides) -> Answers:
        """Logarithms of odds."""
        alone = self._weights(learnt.true, learnt.negative)
        gone, come = (
            (one - other).maximum(0)
            for one, other in ((learnt.true, learnt.negative), (learnt.negative, learnt.true))
        )
        together = self._weights(gone, come)
        return asked.true @ alone, asked.negative @ alone, (asked.negative - asked.true) @ together

    def _weights(self, true: Any, negative: Any) -> Numbers:
        counts = [np.asarray(side.sum(0)).ravel() for side in (true, negative)]
        known = (counts[0] + counts[1]) > 0  # of what it has not seen it says nothing
        first, second = (np.log((count + self.alpha) / (count + self.alpha)[known].sum()) for count in counts)
        return np.where(known, second - first, 0.0)


@dataclass(frozen=True, kw_only=True)
class Trees:
    """Extremely randomised trees on numbers, or on the main directions of words.

    Source: Geurts, Ernst and Wehenkel, "Extremely randomized trees", Machine Learning 2006.
    """

    trees: int = 100
    directions: int = 50

    def answers(self, learnt: Sides, asked: Sides) -> Answers:
        """Shares of trees."""
        learnt, asked = self._dense(learnt, asked)
        alone = self._fit(learnt.true, learnt.negative)
        differ = learnt.negative - learnt.true
        together = self._fit(-differ, differ)
        gap = asked.negative - asked.true
        return (
            _chance(alone, asked.true),
            _chance(alone, asked.negative),
            _chance(together, gap) - _chance(together, -gap),
        )

    def _dense(self, learnt: Sides, asked: Sides) -> tuple[Sides, Sides]:
        from scipy.sparse import issparse, vstack
        from sklearn.decomposition import TruncatedSVD

        if not issparse(learnt.true):
            return learnt, asked
        both = vstack([learnt.true, learnt.negative])
        main = TruncatedSVD(min(self.directions, min(both.shape) - 1), random_state=0).fit(both)
        return tuple(  # type: ignore[return-value]
            Sides(main.transform(sides.true), main.transform(sides.negative), ()) for sides in (learnt, asked)
        )

    def _fit(self, true: Numbers, negative: Numbers) -> Any:
        from sklearn.ensemble import ExtraTreesClassifier

        model = ExtraTreesClassifier(self.trees, min_samples_leaf=3, random_state=0)
        return model.fit(np.vstack([true, negative]), np.repeat([0, 1], [len(true), len(negative)]))


def judged(seen: Material) -> dict[str, dict[str, Said]]:
    """What they say, by modality and judge; pictures only where enough groups have them."""
    phrases = texts_of(seen.foils, {"phrases": Words(longest=3)})["phrases"]
    said = {"text": {name: _asked(learner, phrases, seen.groups) for name, learner in _OF_WORDS.items()}}
    groups = seen.groups[seen.two_way]
    if len(set(groups)) >= NEEDED:
        cues = blind(seen.pictures).values()
        numbers = Sides(np.hstack([c.true for c in cues]), np.hstack([c.negative for c in cues]), ())
        said["picture"] = {"trees": _asked(Trees(), numbers, groups)}
    return said


def verdict(seen: Material) -> dict[str, dict[str, Any]]:
    """The same as it stands in audit.json."""
    return {
        modality: {judge: as_told(said) for judge, said in by.items()}
        for modality, by in judged(seen).items()
    }


_OF_WORDS: dict[str, Learner] = {"naive Bayes": NaiveBayes(), "trees": Trees()}


def _asked(learner: Learner, sides: Sides, groups: Groups) -> Said:
    def answers(learnt: Groups, asked: Groups) -> Answers:
        return learner.answers(*(Sides(sides.true[at], sides.negative[at], ()) for at in (learnt, asked)))

    return crossed(groups, 5, answers, _SEED)


def _chance(model: Any, matrix: Numbers) -> Numbers:
    return np.asarray(model.predict_proba(matrix)[:, 1], np.float64)
