"""A model that chats about pictures: what it answers, and VQAScore, the probability that it says "Yes".

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
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, load_beside, load_model
from counterfoil.records import Pixels

QUESTION = 'Does this figure show "{}"? Please answer yes or no.'
"""The paper's, section 4."""

ANSWER = "Yes"


@dataclass(frozen=True, kw_only=True)
class Vqa:
    """Questions about pictures, answered; P("Yes") to whether one shows a text, as the answer's first token.

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
        asked = [(number, self.question.replace("{}", text)) for number, text in pairs]
        answered = self._generated(pictures, asked, 1)
        found: list[float] = answered.logits[0].float().softmax(-1)[:, self._answer].tolist()
        return found

    def answers(
        self, pictures: Sequence[Pixels], asked: Sequence[tuple[int, str]], most: int = 16
    ) -> list[str]:
        """What the model says, without chance, to each question about the picture of that number.

        Args:
            pictures: any.
            asked: a picture's number, and the question.
            most: tokens of an answer.
        """
        answered = self._generated(pictures, asked, most)
        said = answered.sequences[:, -len(answered.logits) :]  # without what was asked
        found: list[str] = self.processor.tokenizer.batch_decode(said, skip_special_tokens=True)
        return [answer.strip() for answer in found]

    def _generated(self, pictures: Sequence[Pixels], asked: Sequence[tuple[int, str]], most: int) -> Any:
        inputs = self.processor(
            images=[[Image.fromarray(pictures[number])] for number, _ in asked],
            text=[self._prompt(question) for _, question in asked],
            padding=True,
            return_tensors="pt",
        )
        with computing(self.model) as device:
            return self.model.generate(
                **inputs.to(device, dtype=self.model.dtype),
                max_new_tokens=most,
                do_sample=False,
                return_dict_in_generate=True,
                output_logits=True,
            )

    @property
    def _answer(self) -> int:
        ids: list[int] = self.processor.tokenizer(ANSWER, add_special_tokens=False)["input_ids"]
        return ids[0]

    def _prompt(self, question: str) -> str:
        content = [{"type": "image"}, {"type": "text", "text": question}]
        prompt: str = self.processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return prompt


def load_vqa(checkpoint: Checkpoint) -> Vqa:
    """Load a model that chats about pictures.

    Raises:
        ModelError: it cannot be loaded, or does not chat.
    """
    processor = load_beside(checkpoint, AutoProcessor, backend="pil")
    if not getattr(processor, "chat_template", None):
        raise ModelError(f"{checkpoint.model} has no template for chats: give a model that chats")
    processor.tokenizer.padding_side = "left"  # the answer stands behind the last token of each
    return Vqa(model=load_model(checkpoint, AutoModelForImageTextToText), processor=processor)
