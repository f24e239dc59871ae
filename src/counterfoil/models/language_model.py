"""How likely a causal language model finds texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer

from counterfoil.errors import ModelError
from counterfoil.models.embedder import Precision, computing, in_lots
from counterfoil.models.load import UNREADABLE


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """A causal language model.

    Args:
        model, tokenizer: of transformers.
        batch: texts at a time.
        precision: it computes in.
    """

    model: Any
    tokenizer: Any
    batch: int = 64
    precision: Precision = "fp32"

    def likelihoods(self, texts: Sequence[str]) -> list[float]:
        """The mean log-likelihood of each text's tokens, each given those before it; 0 for no text."""
        return [value for some in in_lots(texts, self.batch) for value in self._likelihoods(some)]

    def _likelihoods(self, texts: Sequence[str]) -> list[float]:
        ids_TW, mask_TW = self._tokens(texts)
        with computing(self.model, self.precision) as device:
            logit_TWV = self.model(input_ids=ids_TW.to(device), attention_mask=mask_TW.to(device)).logits
            loss_TW = cross_entropy(
                logit_TWV[:, :-1].float().transpose(1, 2), ids_TW[:, 1:].to(device), reduction="none"
            ).cpu()
        told_TW = mask_TW[:, 1:]
        found: list[float] = (-(loss_TW * told_TW).sum(1) / told_TW.sum(1).clamp(min=1)).tolist()
        return found

    def _tokens(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Token ids after a mark of the beginning, and which are tokens; padding stands behind."""
        ids = self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        begin = next(
            (mark for mark in (self.tokenizer.bos_token_id, self.tokenizer.eos_token_id) if mark is not None),
            None,
        )
        rows = [torch.tensor([begin, *row] if begin is not None else row, dtype=torch.long) for row in ids]
        pad = torch.nn.utils.rnn.pad_sequence
        return pad(rows, batch_first=True), pad([torch.ones_like(row) for row in rows], batch_first=True)


def load_language_model(name: str, precision: Precision = "fp32") -> LanguageModel:
    """Load a folder or a hub id.

    Raises:
        ModelError: it cannot be loaded.
    """
    try:
        model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(name)
    except UNREADABLE as error:
        raise ModelError(f"{name} cannot be loaded as a causal language model: {error}") from error
    return LanguageModel(model=model.eval(), tokenizer=tokenizer, precision=precision)
