"""Florence-2: a caption, and the names of the things that it finds.

Source: Xiao et al., Florence-2, CVPR 2024 (arXiv 2311.06242).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from transformers import AutoProcessor, Florence2ForConditionalGeneration

from counterfoil.models.describer import Describe1, Description
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, halving, load_beside, load_model
from counterfoil.records import Pixels


@dataclass(frozen=True, kw_only=True)
class Florence2:
    """Asks for a caption, and for the things in the picture: their names are its tags.

    Args:
        checkpoint: of a `Florence2ForConditionalGeneration`.
        task: "<CAPTION>", "<DETAILED_CAPTION>" or "<MORE_DETAILED_CAPTION>".
        beams: answers that are followed at a time.
        most: tokens of an answer.
    """

    tiny: ClassVar[str] = "florence2"
    checkpoint: Checkpoint
    task: str = "<DETAILED_CAPTION>"
    beams: int = 3
    most: int = 256

    def load(self) -> Describe1:
        """See `Describer`."""
        model = load_model(self.checkpoint, Florence2ForConditionalGeneration)
        processor = load_beside(self.checkpoint, AutoProcessor, backend="pil")
        ask = partial(self._answers, model, processor)

        def describe(pictures: Sequence[Pixels]) -> list[Description]:
            captions = processor.batch_decode(ask(pictures, self.task), skip_special_tokens=True)
            found = processor.batch_decode(ask(pictures, "<OD>"), skip_special_tokens=False)
            return [
                Description(" ".join(caption.split()), _labels(processor, things, picture))
                for caption, things, picture in zip(captions, found, pictures, strict=True)
            ]

        return partial(halving, self.checkpoint.batch, describe)

    def _answers(self, model: Any, processor: Any, pictures: Sequence[Pixels], task: str) -> Any:
        """The tokens of the model's answer to a task for each picture."""
        inputs = processor(
            images=list(pictures),
            text=[task] * len(pictures),
            return_tensors="pt",
            padding=True,
            input_data_format="channels_last",
        )
        with computing(model) as device:
            return model.generate(
                **inputs.to(device, dtype=model.dtype),
                num_beams=self.beams,
                max_new_tokens=self.most,
                do_sample=False,
            )


def _labels(processor: Any, things: str, picture: Pixels) -> tuple[str, ...]:
    """What the boxes of an answer are called, each name once."""
    size = (picture.shape[1], picture.shape[0])
    found = processor.post_process_generation(text=things, task="<OD>", image_size=size)["<OD>"]
    return tuple(dict.fromkeys(label.strip() for label in found["labels"] if label.strip()))
