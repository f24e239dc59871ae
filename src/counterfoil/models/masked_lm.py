"""Masked language models: a text with a word left out in, the most plausible words for the gap out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from transformers import AutoModelForMaskedLM, AutoTokenizer

from counterfoil.errors import ModelError
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, halving, load_beside, load_model

_SPACES = ("\u0120", "\u2581")
"""How byte pairs and sentence pieces mark that a word begins: a G with a dot, and a low line."""


class Gap(NamedTuple):
    """Characters `start` to `end` of a text, to be filled."""

    text: str
    start: int
    end: int


Fill = Callable[[Sequence[Gap]], list[list[str]]]
"""For each gap whole words in small letters, the most plausible first; none where the text is too long."""


@dataclass(frozen=True, kw_only=True)
class MaskedLM:
    """A masked language model (BERT, RoBERTa and kin).

    Args:
        checkpoint: of an `AutoModelForMaskedLM`.
        most: words for each gap.
    """

    tiny: ClassVar[str] = "masked_lm"
    checkpoint: Checkpoint
    most: int = 50

    def load(self) -> Fill:
        """Load the weights.

        Raises:
            ModelError: the model has no mask.
        """
        model = load_model(self.checkpoint, AutoModelForMaskedLM)
        tokenizer = load_beside(self.checkpoint, AutoTokenizer)
        if tokenizer.mask_token is None:
            raise ModelError(f"{self.checkpoint.model} has no mask token: give a masked language model")
        numbers, words = _whole_words(tokenizer)

        def fill(gaps: Sequence[Gap]) -> list[list[str]]:
            fitting_GW = _plausible(model, tokenizer, gaps)[:, numbers]
            order_GM = fitting_GW.topk(min(self.most, len(words))).indices.tolist()
            whole = [bool(row.isfinite().any()) for row in fitting_GW]
            return [
                [words[i] for i in row] if fine else [] for row, fine in zip(order_GM, whole, strict=True)
            ]

        return partial(halving, self.checkpoint.batch, fill)


def _plausible(model: Any, tokenizer: Any, gaps: Sequence[Gap]) -> Tensor:
    """Logits of each gap's token, G x V; minus infinity where a text is cut off before its gap."""
    texts = [f"{gap.text[: gap.start]}{tokenizer.mask_token}{gap.text[gap.end :]}" for gap in gaps]
    inputs = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    with computing(model) as device:
        logit_GTV = model(**inputs.to(device)).logits.float().cpu()
    masked_GT = (inputs["input_ids"] == tokenizer.mask_token_id).cpu()
    there_G = masked_GT.any(1)
    logit_GV = logit_GTV[torch.arange(len(gaps)), masked_GT.int().argmax(1)]
    plausible_GV: Tensor = logit_GV.masked_fill(~there_G[:, None], -torch.inf)
    return plausible_GV


def _whole_words(tokenizer: Any) -> tuple[list[int], list[str]]:
    """The tokens that are whole words, letters alone, and the words."""
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    marked = any(piece.startswith(_SPACES) for piece, _ in vocabulary)
    pieces = (
        [(piece[1:], n) for piece, n in vocabulary if piece.startswith(_SPACES)] if marked else vocabulary
    )
    whole = [(piece, number) for piece, number in pieces if piece.isalpha() and piece.islower()]
    return [number for _, number in whole], [piece for piece, _ in whole]
