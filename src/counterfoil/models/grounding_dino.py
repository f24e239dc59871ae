"""GroundingDINO: all words as one prompt, boxes of what they name.

Source: Liu et al., Grounding DINO, ECCV 2024 (arXiv 2303.05499).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from transformers import AutoProcessor, GroundingDinoForObjectDetection

from counterfoil.models.detector import Asked, Detect1, Detected, detections, in_alike_lots
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, load_beside, load_model


@dataclass(frozen=True, kw_only=True)
class GroundingDino:
    """Boxes with a word that is likely enough.

    Args:
        checkpoint: of a `GroundingDinoForObjectDetection`.
        box: least probability of a box.
        text: least probability of each part of a word that a box is called by.
    """

    tiny: ClassVar[str] = "grounding_dino"
    checkpoint: Checkpoint
    box: float = 0.35
    text: float = 0.25

    def load(self) -> Detect1:
        """See `Detector`."""
        model = load_model(self.checkpoint, GroundingDinoForObjectDetection)
        processor = load_beside(self.checkpoint, AutoProcessor, backend="pil")

        def detect(asked: Sequence[Asked]) -> list[list[Detected]]:
            inputs = processor(
                images=[picture for picture, _ in asked],
                text=[list(words) for _, words in asked],
                return_tensors="pt",
                padding=True,
                truncation=True,
                max_length=model.config.max_text_len,
                input_data_format="channels_last",
            )
            with computing(model) as device:
                outputs = model(**inputs.to(device, dtype=model.dtype))
            found = processor.post_process_grounded_object_detection(
                outputs, inputs["input_ids"], threshold=self.box, text_threshold=self.text
            )
            return [
                _named(detections(result["text_labels"], result["boxes"], result["scores"]), words)
                for result, (_, words) in zip(found, asked, strict=True)
            ]

        return partial(in_alike_lots, self.checkpoint.batch, lambda one: one[0].shape, detect)


def _named(found: Sequence[Detected], words: Sequence[str]) -> list[Detected]:
    """The boxes, called by the word of which the model's phrase has most; those without any left out."""
    named = []
    for thing in found:
        said = set(thing.label.split())
        shared = [len(said.intersection(word.lower().split())) for word in words]
        if max(shared):
            named.append(thing._replace(label=words[shared.index(max(shared))]))
    return named
