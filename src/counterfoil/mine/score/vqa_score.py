"""VQAScore of each corner of a foil's square.

Source: Lin et al., Evaluating Text-to-Visual Generation with Image-to-Text Generation, ECCV 2024
(arXiv 2404.01291).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.score.scorer import MeasureAll, Scores
from counterfoil.mine.score.square import corners, squared
from counterfoil.mine.score.views import ask_all
from counterfoil.mine.stage import Run
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.vqa import load_vqa
from counterfoil.records import Foil


@dataclass(frozen=True, kw_only=True)
class VqaScore:
    """The probability of "Yes", 0..1, for both captions on both pictures: see `square` for the names.

    Args:
        checkpoint: of any model of transformers that chats about pictures.
    """

    version: ClassVar[int] = 1
    tiny: ClassVar[str] = "chat"
    checkpoint: Checkpoint

    def load(self, run: Run) -> MeasureAll:
        """Load the model."""
        vqa = load_vqa(self.checkpoint)

        def measure(foils: Sequence[Foil]) -> list[Scores]:
            asked = [corners(foil) for foil in foils]
            return [squared("vqa_score", found) for found in ask_all(asked, self.checkpoint.batch, vqa.match)]

        return measure
