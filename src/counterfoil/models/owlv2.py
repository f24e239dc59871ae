"""OWLv2: a question a word, boxes of what they name.

Source: Minderer et al., Scaling Open-Vocabulary Object Detection, NeurIPS 2023 (arXiv 2306.09683).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import torch
from transformers import AutoProcessor, Owlv2ForObjectDetection

from counterfoil.models.detector import Asked, Detect1, Detected, detections, in_alike_lots
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, load_beside, load_model


@dataclass(frozen=True, kw_only=True)
class OwlV2:
    """Boxes of the words that are likely enough.

    Args:
        checkpoint: of an `Owlv2ForObjectDetection`.
        box: least probability of a box.
        question: with "{}" for the word.
    """

    tiny: ClassVar[str] = "owlv2"
    checkpoint: Checkpoint
    box: float = 0.2
    question: str = "a photo of a {}"

    def load(self) -> Detect1:
        """See `Detector`."""
        model = load_model(self.checkpoint, Owlv2ForObjectDetection)
        processor = load_beside(self.checkpoint, AutoProcessor, backend="pil")

        def detect(asked: Sequence[Asked]) -> list[list[Detected]]:
            inputs = processor(
                images=[picture for picture, _ in asked],
                text=[[self.question.format(word) for word in words] for _, words in asked],
                return_tensors="pt",
                truncation=True,
                input_data_format="channels_last",
            )
            with computing(model) as device:
                outputs = model(**inputs.to(device, dtype=model.dtype))
            found = processor.post_process_grounded_object_detection(
                outputs, threshold=self.box, target_sizes=[picture.shape[:2] for picture, _ in asked]
            )
            return [
                detections(
                    [words[number] for number in result["labels"].tolist()],
                    result["boxes"] / torch.tensor(picture.shape[1::-1] * 2, device=result["boxes"].device),
                    result["scores"],
                )
                for result, (picture, words) in zip(found, asked, strict=True)
            ]

        # A question that only fills up a row would be answered too, and could win.
        return partial(in_alike_lots, self.checkpoint.batch, lambda one: (one[0].shape, len(one[1])), detect)
