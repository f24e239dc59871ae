"""Where reviewers sit: a dataset's foils, what was said of them, and what comes next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache, partial
from itertools import combinations
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.judgements import Judgement, Ledger, Standing, agreed
from counterfoil.review.agreement import cohen, fleiss
from counterfoil.review.index import Index, Numbers
from counterfoil.review.precision import Stratum
from counterfoil.review.selection import Wanted, select

MARKS = ("open", "accepted", "rejected", "disputed")
"""What a foil is to one reviewer, or to all together; the place of each is its code."""

Codes = NDArray[np.uint8]
"""A code for each foil."""


class Share(NamedTuple):
    """How far a reviewer is in a selection."""

    done: int
    total: int


class Agreement(NamedTuple):
    """Cohen's kappa of two reviewers, or Fleiss' of more, over the foils that all of them judged."""

    reviewers: tuple[str, ...]
    foils: int
    alike: int
    kappa: float | None


class Desk:
    """Answers without reading the dataset: selections and verdicts are arrays of numbers in memory.

    Args:
        dataset: its folder.
        index: of it.
    """

    def __init__(self, dataset: Path, index: Index) -> None:
        self.index = index
        self.standing = Standing()
        self.reasons: Counter[str] = Counter()
        self.gone = 0
        self._ledger = Ledger(dataset)
        self._lock = Lock()
        self._codes: defaultdict[str, Codes] = defaultdict(self._nothing)
        self._agreed = self._nothing()
        self._select = lru_cache(maxsize=64)(partial(select, index))
        self.refresh()

    def _nothing(self) -> Codes:
        return np.zeros(len(self.index), np.uint8)

    def refresh(self) -> None:
        """Take in what other processes have appended to the file of verdicts."""
        with self._lock:
            self._take(self._ledger.news())

    def judge(self, judgement: Judgement) -> None:
        """Write a verdict down; it lies on the disk when this returns. The same again changes nothing."""
        with self._lock:
            self._take(self._ledger.append(judgement))

    def _take(self, news: list[Judgement]) -> None:
        for judgement in news:
            number = self.index.number(judgement.foil)
            if number is None:
                self.gone += 1
                continue
            before = self.standing.of(judgement.foil).get(judgement.reviewer)
            self.standing.take(judgement)
            said = self.standing.of(judgement.foil)
            own = said.get(judgement.reviewer)
            self.reasons.subtract(_reason(before))
            self.reasons.update(_reason(own))
            self._codes[judgement.reviewer][number] = MARKS.index(own.verdict if own else "open")
            self._agreed[number] = MARKS.index(agreed(said) if said else "open")

    def reviewers(self) -> list[str]:
        """The names of those whose verdicts stand."""
        return sorted(name for name, codes in list(self._codes.items()) if codes.any())

    def marks(self, numbers: Numbers, reviewer: str) -> list[str]:
        """What each of these foils is to a reviewer."""
        return [MARKS[code] for code in self._of(reviewer)[numbers]]

    def _of(self, reviewer: str) -> Codes:
        codes = self._codes.get(reviewer)
        return self._nothing() if codes is None else codes

    def _wanted(self, wanted: Wanted, numbers: Numbers, reviewer: str) -> NDArray[np.bool_]:
        """Which of these foils have the verdict that is asked for."""
        if wanted.verdict not in MARKS:
            return np.ones(len(numbers), np.bool_)
        codes = self._agreed if wanted.verdict == "disputed" else self._of(reviewer)
        return np.asarray(codes[numbers] == MARKS.index(wanted.verdict))

    def chosen(self, wanted: Wanted, reviewer: str) -> Numbers:
        """The foils that were chosen, with the verdict that was asked for."""
        numbers = self._plain(wanted)
        return numbers[self._wanted(wanted, numbers, reviewer)]

    def _plain(self, wanted: Wanted) -> Numbers:
        return self._select(replace(wanted, verdict=""))

    def progress(self, wanted: Wanted, reviewer: str) -> Share:
        """How many of the foils that were chosen, whatever their verdict, a reviewer has judged."""
        numbers = self._plain(wanted)
        return Share(int(np.count_nonzero(self._of(reviewer)[numbers])), len(numbers))

    def step(self, wanted: Wanted, reviewer: str, start: int | None, by: int = 1) -> int | None:
        """The next foil that was chosen after, or before, another; None where there is no more.

        Args:
            wanted: what was chosen; `start` need not be among it.
            reviewer: who looks.
            start: number of the foil where one is; None for before the first.
            by: 1 for the next one, -1 for the one before.
        """
        numbers = self._plain(wanted)
        at = np.flatnonzero(numbers == start)
        here = int(at[0]) if len(at) else -1
        rest = numbers[here + 1 :] if by > 0 else numbers[: max(here, 0)][::-1]
        fits = np.flatnonzero(self._wanted(wanted, rest, reviewer))
        return int(rest[fits[0]]) if len(fits) else None

    def strata(self, wanted: Wanted) -> dict[tuple[str, str], Stratum]:
        """How many foils were chosen, and how many of these were judged, by operation with kind, and editor.

        Of a sample, only what was drawn counts as judged; but the foils are all that it was drawn from.
        """
        numbers, whole = self._plain(wanted), self._plain(replace(wanted, sample=0))
        codes = self._agreed[numbers]
        counted = whole, numbers[codes > 0], numbers[codes == MARKS.index("accepted")]
        sizes, judged, accepted = (
            np.bincount(self.index.cell_of[those], minlength=len(self.index.cells)) for those in counted
        )
        found: dict[tuple[str, str], Stratum] = {}
        for cell, *counts in zip(self.index.cells, sizes, judged, accepted, strict=True):
            name = f"{cell.operation} {cell.kind}", cell.editor or "words alone"
            before = found.get(name, Stratum(0, 0, 0))
            found[name] = Stratum(*(int(n) + was for n, was in zip(counts, before, strict=True)))
        return {name: stratum for name, stratum in sorted(found.items()) if stratum.size}

    def agreement(self) -> list[Agreement]:
        """Each two reviewers, and all of them where they are more; the foils that all of these judged."""
        names = self.reviewers()
        groups = [*combinations(names, 2), *([tuple(names)] if len(names) > 2 else [])]
        return [self._agreement(group) for group in groups]

    def _agreement(self, names: tuple[str, ...]) -> Agreement:
        codes = np.stack([self._codes[name] for name in names])
        answers = _answers(codes[:, (codes > 0).all(axis=0)])
        alike = sum(count for row, count in answers.items() if len(set(row)) == 1)
        kappa = cohen(answers) if len(names) == 2 else fleiss(answers)
        return Agreement(names, sum(answers.values()), alike, kappa)


def _answers(codes: Codes) -> dict[tuple[Hashable, ...], int]:
    """How many foils were answered how: of two reviewers, one after the other; of more, in any order."""
    if len(codes) == 2:
        counts = enumerate(np.bincount(codes[0] * len(MARKS) + codes[1]).tolist())
        return {divmod(both, len(MARKS)): count for both, count in counts if count}
    counts = enumerate(np.bincount((codes == MARKS.index("accepted")).sum(axis=0)).tolist())
    return {(1,) * yes + (2,) * (len(codes) - yes): count for yes, count in counts if count}


def _reason(judgement: Judgement | None) -> list[str]:
    return [judgement.reason] if judgement and judgement.reason else []
