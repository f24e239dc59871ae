"""SAM 3: words to boxes and masks at once, in one model. It detects and outlines.

Source: Carion et al., SAM 3: Segment Anything with Concepts, 2025 (arXiv 2511.16719).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from transformers import AutoTokenizer, Sam3Model

from counterfoil.models.detector import Asked, Detect1, Detected, detections
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, halving, load_beside, load_model
from counterfoil.models.sam import Square, at_size, square_of
from counterfoil.records import Pixels


@dataclass(frozen=True, kw_only=True)
class Sam3:
    """Boxes with masks of what words name. A picture goes through the large tower once for all its words.

    Args:
        checkpoint: of a `Sam3Model`.
        box: least probability of a box.
    """

    tiny: ClassVar[str] = "sam3"
    checkpoint: Checkpoint
    box: float = 0.5

    def load(self) -> Detect1:
        """See `Detector`."""
        model = load_model(self.checkpoint, Sam3Model)
        tokenizer = load_beside(self.checkpoint, AutoTokenizer)
        square = square_of(self.checkpoint)

        def detect(asked: Sequence[Asked]) -> list[list[Detected]]:
            return [self._find(model, tokenizer, square, *one) for one in asked]

        return partial(halving, 1, detect)

    def _find(
        self, model: Any, tokenizer: Any, square: Square, picture: Pixels, words: Sequence[str]
    ) -> list[Detected]:
        prepared = square([picture])
        side = prepared.pixels_ICSS.shape[-1]
        found: list[Detected] = []
        with computing(model) as device:
            seen = model.get_vision_features(prepared.pixels_ICSS.to(device, model.dtype))
            for word in words:
                tokens = tokenizer(word, padding="max_length", truncation=True, return_tensors="pt")
                output = model(vision_embeds=seen, **tokens.to(device))
                score_Q = output.pred_logits[0].sigmoid() * output.presence_logits[0].sigmoid()
                kept = score_Q > self.box
                masks = at_size(output.pred_masks[0][kept][:, None], side, (side, side), picture.shape[:2])
                found += detections([word] * len(masks), output.pred_boxes[0][kept], score_Q[kept], masks)
        return found
