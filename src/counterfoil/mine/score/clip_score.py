"""CLIPScore of each corner of a foil's square.

Source: Hessel et al., CLIPScore, EMNLP 2021 (arXiv 2104.08718), section 3: 2.5 * max(cos, 0), with
"A photo depicts" before the caption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.score.scorer import MeasureAll, Scores
from counterfoil.mine.score.square import corners, squared
from counterfoil.mine.score.views import View
from counterfoil.mine.stage import Run
from counterfoil.models.embedder import Embedded, Embedder
from counterfoil.models.hosting import Checkpoint, halving
from counterfoil.models.load import encoder_of
from counterfoil.records import Foil

WEIGHT = 2.5
"""What cosines are multiplied with."""


@dataclass(frozen=True, kw_only=True)
class ClipScore:
    """Both captions on both pictures, and the leads of the truth: `clip_score.` and the names of `square`.

    Pictures and texts are encoded once each. Scores are 0..2.5.

    Args:
        checkpoint: of a dual encoder of transformers.
        prefix: stands before each caption.
    """

    version: ClassVar[int] = 1
    tiny: ClassVar[str] = "clip"
    checkpoint: Checkpoint
    prefix: str = "A photo depicts"

    def load(self, run: Run) -> MeasureAll:
        """Load the model."""
        embedder = Embedder(encoder=encoder_of(self.checkpoint), batch=self.checkpoint.batch)

        def images(views: Sequence[View]) -> list[Embedded]:
            return [row for lot in embedder.images(view.pixels for view in views) for row in lot]

        def texts(captions: Sequence[str]) -> list[Embedded]:
            told = (f"{self.prefix} {caption}".strip() for caption in captions)
            return [row for lot in embedder.texts(told) for row in lot]

        def measure(foils: Sequence[Foil]) -> list[Scores]:
            asked = [corners(foil) for foil in foils]
            views = {view.key: view for corner in asked for view, _ in corner}
            captions = sorted({text for corner in asked for _, text in corner}, key=len)
            image = dict(
                zip(views, halving(self.checkpoint.batch, images, list(views.values())), strict=True)
            )
            text = dict(zip(captions, halving(self.checkpoint.batch, texts, captions), strict=True))
            return [
                squared("clip_score", [clip_score(image[view.key], text[told]) for view, told in corner])
                for corner in asked
            ]

        return measure


def clip_score(image: Embedded, text: Embedded) -> float:
    """Of the embeddings of a picture and a caption, both of length 1."""
    return WEIGHT * max(float(image @ text), 0.0)
