"""An item's picture and caption beside its own negative captions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from counterfoil.train.losses.masked import NEVER, Scores, mean_where, pick


@dataclass(frozen=True, kw_only=True)
class Own:
    """Each item with its own negative captions.

    Args:
        image_ND, text_ND: its picture and its caption.
        negative_NKD: its negative captions.
        valid_NK: which of them exist and are known to be false of its picture.
        true_N, false_NK: the logits of caption and negative captions, all with its picture.
    """

    image_ND: Tensor
    text_ND: Tensor
    negative_NKD: Tensor
    valid_NK: Tensor
    true_N: Tensor
    false_NK: Tensor

    @property
    def has_any(self) -> Tensor:
        """Which items have a negative caption at all."""
        return self.valid_NK.any(1)


def own(scores: Scores) -> Own:
    """Each item of a batch with its own negative captions."""
    layout = scores.e.layout
    image_N1, negative_NK = layout.image_N[:, None], layout.negative_text_NK
    return Own(
        image_ND=scores.e.image_ID[layout.image_N],
        text_ND=scores.e.text_TD[layout.text_N],
        negative_NKD=pick(scores.e.text_TD, negative_NK),
        valid_NK=scores.known.false_pairs(image_N1, negative_NK),
        true_N=scores.pairs(layout.image_N, layout.text_N),
        false_NK=scores.pairs(image_N1, negative_NK),
    )


def own_log_shares(true_N: Tensor, false_NK: Tensor, valid_NK: Tensor) -> Tensor:
    """The log of the softmax of the true logit (column 0) and the valid false ones, N x (1 + K)."""
    masked_NK = false_NK.masked_fill(~valid_NK, NEVER)
    return torch.cat([true_N[:, None], masked_NK], 1).log_softmax(1)


def own_contrast(true_N: Tensor, false_NK: Tensor, valid_NK: Tensor) -> Tensor:
    """The mean cross entropy of the true logit beside each item's valid false ones.

    Items without any are left out of the mean; it is 0 where no item has one.
    """
    return mean_where(-own_log_shares(true_N, false_NK, valid_NK)[:, 0], valid_NK.any(1))
