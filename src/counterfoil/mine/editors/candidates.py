"""Several pictures of one edit, of which the best is kept; and the original fact painted in the same way.

For every editor that paints by chance: it draws attempts, and what becomes of them is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import ClassVar, NamedTuple

from counterfoil.chance import rng_for
from counterfoil.errors import RecipeError, unknown
from counterfoil.frozen import grow
from counterfoil.mine.editors.editor import Refused
from counterfoil.mine.score.scorer import BatchScorer, Scores, finite
from counterfoil.mine.stage import Run
from counterfoil.records import Foil, Patch, Rejected, Reworded


class Attempt(NamedTuple):
    """A picture to paint.

    Args:
        proposal: with the edit.
        original: paint what is true of the original, at the same place and in the same way.
        seed: of the chance that it is painted by.
    """

    proposal: Reworded
    original: bool
    seed: int


DrawAll = Callable[[Sequence[Attempt]], Sequence[Patch | Refused]]
"""Attempts in, and what came of each, in their order."""

PaintAll = Callable[[Sequence[Reworded], DrawAll], list[Foil | Rejected]]
"""Proposals and who draws in, a foil or a refusal of each out. What is of words alone passes through."""


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """How many pictures are painted of an edit, and which of them is kept.

    The facts of a foil that was chosen from several: `candidates.tried`, how many were painted of it,
    `candidates.refused`, how many of these its painter would not show, and the score by which it was chosen,
    `candidates.best` of its own and `candidates.mean` of all.

    Args:
        tries: pictures of each edit, each by a chance of its own.
        scorer: what tells the best; not loaded for one try.
        by: the score that is highest for the best ("itm.mean").
        positives: paint the original fact again too, once for each foil: see `Foil.positive`.
    """

    version: ClassVar[int] = 1
    tries: int = 1
    scorer: BatchScorer | None = None
    by: str = ""
    positives: bool = False

    def __post_init__(self) -> None:
        """Refuse what nobody can choose by."""
        if self.tries < 1:
            raise RecipeError(f"tries is {self.tries}: an edit is painted at least once")
        if self.tries > 1 and (self.scorer is None or not self.by):
            raise RecipeError(f"tries is {self.tries}, but no scorer and score tell which of them is best")

    def load(self, run: Run, editor: str) -> PaintAll:
        """Load the scorer, where there is a choice.

        Args:
            run: whose seed the chance depends on.
            editor: in whose name is painted.
        """
        measure = self.scorer.load(run) if self.scorer and self.tries > 1 else None

        def paint(proposals: Sequence[Reworded], draw: DrawAll) -> list[Foil | Rejected]:
            asked = [self._attempts(p, run.seed, editor) for p in proposals if p.two_way]
            drawn = iter(draw([attempt for attempts in asked for attempt in attempts]))
            tried = [_Tried(editor, attempts, list(islice(drawn, len(attempts)))) for attempts in asked]
            scores = iter(measure([foil for one in tried for foil in one.foils]) if measure else ())
            made = iter([self._best(one, list(islice(scores, len(one.foils)))) for one in tried])
            return [next(made) if p.two_way else grow(p, Foil, patch=None, editor="") for p in proposals]

        return paint

    def _attempts(self, proposal: Reworded, seed: int, editor: str) -> list[Attempt]:
        names = [*map(str, range(self.tries)), *(["positive"] if self.positives else [])]
        seeds = [rng_for(seed, proposal.key, f"{editor} {name}").getrandbits(63) for name in names]
        return [Attempt(proposal, number == self.tries, seed) for number, seed in enumerate(seeds)]

    def _best(self, tried: _Tried, scores: Sequence[Scores]) -> Foil | Rejected:
        if not tried.foils:
            return tried.refusal
        if not scores:
            return tried.foils[0]
        values = [self._value(foil, found) for foil, found in zip(tried.foils, scores, strict=True)]
        best = tried.foils[values.index(max(values))]
        facts: dict[str, float] = {
            "candidates.tried": self.tries,
            "candidates.refused": self.tries - len(values),
            "candidates.best": max(values),
            "candidates.mean": sum(values) / len(values),
        }
        return replace(best, facts=facts)

    def _value(self, foil: Foil, scores: Scores) -> float:
        if self.by not in scores:
            raise RecipeError(f"candidates cannot be chosen: {unknown('score', self.by, scores)}")
        return finite(foil.key, scores)[self.by]


@dataclass(frozen=True)
class _Tried:
    """What came of the attempts at one proposal; the last may be at its original."""

    editor: str
    attempts: Sequence[Attempt]
    drawn: Sequence[Patch | Refused]

    @cached_property
    def foils(self) -> list[Foil]:
        """The foils to choose from."""
        pairs = list(zip(self.attempts, self.drawn, strict=True))
        positives = [patch for attempt, patch in pairs if attempt.original and isinstance(patch, Patch)]
        positive = positives[0] if positives else None
        patches = [patch for attempt, patch in pairs if not attempt.original and isinstance(patch, Patch)]
        proposal = self.attempts[0].proposal
        return [grow(proposal, Foil, patch=patch, editor=self.editor, positive=positive) for patch in patches]

    @property
    def refusal(self) -> Rejected:
        """Where nothing can be shown, why the first attempt was refused."""
        proposal = self.attempts[0].proposal
        reason, detail = next(drawn for drawn in self.drawn if isinstance(drawn, Refused))
        return Rejected(record=proposal, key=proposal.key, stage=self.editor, reason=reason, detail=detail)
