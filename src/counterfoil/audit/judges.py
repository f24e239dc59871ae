"""Readers that judge a repair and had no part in it: they choose no foil.

Who chooses foils and who judges the choice must not be one: of what was chosen by it, a reader tells less
than others do. One judge is kin of a reader that chooses, on longer runs of words and with the groups dealt
anew; the others, trees, are of another kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterfoil.audit.audit import as_told
from counterfoil.audit.intervals import Numbers
from counterfoil.audit.material import NEEDED, Material, texts_of
from counterfoil.audit.naive_bayes import NaiveBayes
from counterfoil.audit.picture_cues import blind
from counterfoil.audit.reader import Answers, Groups, Said, Sides, crossed
from counterfoil.audit.text_cues import Words

_SEED = 1_000_000
"""No reader that chooses has it."""


@dataclass(frozen=True, kw_only=True)
class Trees:
    """Extremely randomised trees on numbers, or on the main directions of words.

    Source: Geurts, Ernst and Wehenkel, "Extremely randomized trees", Machine Learning 2006.
    """

    trees: int = 100
    directions: int = 50
    folds: int = 5
    seed: int = _SEED

    def read(self, sides: Sides, groups: Groups) -> Said:
        """What they say of every foil."""
        return crossed(groups, self.folds, lambda *parts: self._answers(*map(sides.at, parts)), self.seed)

    def _answers(self, learnt: Sides, asked: Sides) -> Answers:
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

    def _dense(self, learnt: Sides, asked: Sides) -> list[Sides]:
        from scipy.sparse import issparse, vstack
        from sklearn.decomposition import TruncatedSVD

        if not issparse(learnt.true):
            return [learnt, asked]
        both = vstack([learnt.true, learnt.negative])
        main = TruncatedSVD(min(self.directions, min(both.shape) - 1), random_state=0).fit(both)
        return [Sides(main.transform(of.true), main.transform(of.negative), ()) for of in (learnt, asked)]

    def _fit(self, true: Numbers, negative: Numbers) -> Any:
        from sklearn.ensemble import ExtraTreesClassifier

        model = ExtraTreesClassifier(self.trees, min_samples_leaf=3, random_state=0)
        return model.fit(np.vstack([true, negative]), np.repeat([0, 1], [len(true), len(negative)]))


def judged(seen: Material) -> dict[str, dict[str, Said]]:
    """What they say, by modality and judge; pictures only where enough groups have them."""
    phrases = texts_of(seen.foils, {"phrases": Words(longest=3)})["phrases"]
    of_words: dict[str, NaiveBayes | Trees] = {"naive Bayes": NaiveBayes(seed=_SEED), "trees": Trees()}
    said = {"text": {name: judge.read(phrases, seen.groups) for name, judge in of_words.items()}}
    groups = seen.groups[seen.two_way]
    if len(set(groups)) >= NEEDED:
        cues = blind(seen.pictures).values()
        numbers = Sides(np.hstack([c.true for c in cues]), np.hstack([c.negative for c in cues]), ())
        said["picture"] = {"trees": Trees().read(numbers, groups)}
    return said


def verdict(seen: Material) -> dict[str, dict[str, Any]]:
    """The same as it stands in audit.json."""
    said = judged(seen)
    return {modality: {judge: as_told(of) for judge, of in by.items()} for modality, by in said.items()}


def _chance(model: Any, matrix: Numbers) -> Numbers:
    return np.asarray(model.predict_proba(matrix)[:, 1], np.float64)
