"""The Imagine stage: the negative caption to a picture of its own, by a model that paints from words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from counterfoil.mine.editors.candidates import Attempt, Candidates
from counterfoil.mine.editors.whole import whole_pictures
from counterfoil.mine.stage import Apply, Run
from counterfoil.models.repainter import Repainter
from counterfoil.records import Foil, Rejected, Reworded


@dataclass(frozen=True, kw_only=True)
class Imagine:
    """Paint the negative caption; with `candidates.positives` the true caption too, in the same way.

    The picture has the shape of the original and nothing else of it, so that more than one fact is changed:
    TripletCLIP's way (Patel et al., NeurIPS 2024, arXiv 2411.02545).

    Args:
        painter: from words to pictures.
        candidates: how many are painted, and which is kept.
        text_only: paint proposals of words alone too; no place in the picture is needed.
    """

    takes: ClassVar[type] = Reworded
    gives: ClassVar[type] = Foil
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True
    painter: Repainter
    candidates: Candidates = field(default_factory=Candidates)
    text_only: bool = True

    def load(self, run: Run) -> Apply:
        """Load the model."""
        draw = partial(whole_pictures, self.painter.load(), _caption)
        paint = self.candidates.load(run, "imagine")

        def imagine(proposals: Sequence[Reworded]) -> list[Foil | Rejected]:
            return paint([replace(p, two_way=p.two_way or self.text_only) for p in proposals], draw)

        return imagine


def _caption(attempt: Attempt) -> str:
    proposal = attempt.proposal
    return proposal.true_caption if attempt.original else proposal.negative_caption
