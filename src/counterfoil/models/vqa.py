"""VQAScore: the probability that a model which chats about pictures says "Yes".

Source: Lin et al., Evaluating Text-to-Visual Generation with Image-to-Text Generation, ECCV 2024
(arXiv 2404.01291), equation 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

from counterfoil.errors import ModelError
from counterfoil.models.embedder import DTYPES, Precision, computing
from counterfoil.models.load import UNREADABLE
from counterfoil.records import Pixels

QUESTION = 'Does this figure show "{}"? Please answer yes or no.'
"""The paper's, section 4."""

ANSWER = "Yes"


@dataclass(frozen=True, kw_only=True)
class Vqa:
    """P("Yes") to whether a picture shows a text, as the first token of the model's answer.

    Args:
        model: any of transformers that takes pictures and texts and gives texts.
        processor: its own, with a template for chats.
        question: with "{}" for the text.
    """

    model: Any
    processor: Any
    question: str = QUESTION

    def match(self, pictures: Sequence[Pixels], pairs: Sequence[tuple[int, str]]) -> list[float]:
        """The probability of the answer for each pair, 0..1."""
        inputs = self.processor(
            images=[[Image.fromarray(pictures[number])] for number, _ in pairs],
            text=[self._asked(text) for _, text in pairs],
            padding=True,
            return_tensors="pt",
        )
        with computing(self.model) as device:
            answered = self.model.generate(
                **inputs.to(device, dtype=self.model.dtype),
                max_new_tokens=1,
                do_sample=False,
                return_dict_in_generate=True,
                output_logits=True,
            )
        found: list[float] = answered.logits[0].float().softmax(-1)[:, self._answer].tolist()
        return found

    @property
    def _answer(self) -> int:
        ids: list[int] = self.processor.tokenizer(ANSWER, add_special_tokens=False)["input_ids"]
        return ids[0]

    def _asked(self, text: str) -> str:
        content = [{"type": "image"}, {"type": "text", "text": self.question.replace("{}", text)}]
        asked: str = self.processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return asked


def load_vqa(name: str, precision: Precision = "fp32") -> Vqa:
    """Load a folder or a hub id, its weights in the precision that is asked for.

    Raises:
        ModelError: it cannot be loaded, or does not chat.
    """
    try:
        model = AutoModelForImageTextToText.from_pretrained(name, dtype=DTYPES[precision])
        processor = AutoProcessor.from_pretrained(name, backend="pil")
    except UNREADABLE as error:
        raise ModelError(f"{name} cannot be loaded as a model that chats about pictures: {error}") from error
    if not getattr(processor, "chat_template", None):
        raise ModelError(f"{name} has no template for chats: VQAScore asks a model that chats")
    processor.tokenizer.padding_side = "left"  # the answer stands behind the last token of each
    return Vqa(model=model.eval(), processor=processor)
