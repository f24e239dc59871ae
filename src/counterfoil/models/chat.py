"""Any model that chats about pictures, asked to describe one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

from counterfoil.errors import ModelError
from counterfoil.models.describer import Describe1, Description
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, halving, load_beside, load_model
from counterfoil.records import Pixels


@dataclass(frozen=True, kw_only=True)
class Chat:
    """The answer to a question about each picture is its caption; the likeliest words, no chance.

    Args:
        checkpoint: of any model of transformers that takes pictures and texts and gives texts.
        question: that is asked.
        most: tokens of an answer.
    """

    tiny: ClassVar[str] = "chat"
    checkpoint: Checkpoint
    question: str = "Describe this photo in one sentence. Name the things in it and their colours."
    most: int = 80

    def load(self) -> Describe1:
        """See `Describer`.

        Raises:
            ModelError: it does not chat.
        """
        model = load_model(self.checkpoint, AutoModelForImageTextToText)
        processor = load_beside(self.checkpoint, AutoProcessor, backend="pil")
        if not getattr(processor, "chat_template", None):
            raise ModelError(f"{self.checkpoint.model} has no template for chats: give a model that chats")
        processor.tokenizer.padding_side = "left"  # the answer stands behind the last token of each
        content = [{"type": "image"}, {"type": "text", "text": self.question}]
        asked = processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )

        def describe(pictures: Sequence[Pixels]) -> list[Description]:
            inputs = processor(
                images=[[Image.fromarray(picture)] for picture in pictures],
                text=[asked] * len(pictures),
                padding=True,
                return_tensors="pt",
            )
            with computing(model) as device:
                told = model.generate(
                    **inputs.to(device, dtype=model.dtype), max_new_tokens=self.most, do_sample=False
                )
            answers = processor.batch_decode(
                told[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True
            )
            return [Description(" ".join(answer.split())) for answer in answers]

        return partial(halving, self.checkpoint.batch, describe)
