"""CLIC: one picture of two, four captions that are true of it, and one in which two words changed places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.clip import Clip
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import Scores, mean_where, pick, scored
from counterfoil.train.losses.own import own, own_log_shares
from counterfoil.train.losses.pairs import Pairs, summed, symmetric


@dataclass(frozen=True, kw_only=True)
class Clic(Loss):
    """CLIP's loss of each of P captions by itself, own negatives apart, and two captions made one.

    L = contrast_weight L_cont + negative_weight L_sneg + same_weight L_uni
    L_cont = mean_p CLIP(u, t^p); L_sneg = mean_pi CE([S(u_i, t_i^p), S(u_i, n_i^1..K)], 0);
    L_uni = mean_i |t_i^1 - t_i^2|^2

    t^1 is an item's caption, t^2.. its further ones: t^2 says the same as t^1 in another order. A batch
    with neither further nor negative captions is one of CLIC's plain steps: CLIP's loss.

    Source: Peleg et al., Advancing Compositional Awareness in CLIP with Efficient Fine-Tuning
    (NeurIPS 2025, arXiv 2505.24424), section 3. Joined pictures and alternating steps are the data's.
    """

    contrast_weight: float = 0.5
    negative_weight: float = 0.5
    same_weight: float = 1.0
    needs: ClassVar[frozenset[str]] = frozenset({"positive_text", "negative_text"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "contrast", "negatives" and "same"; in a plain step those of CLIP."""
        layout = e.layout
        if not ((layout.positive_text_NP >= 0).any() or (layout.negative_text_NK >= 0).any()):
            return Clip()(e, state)
        scores = scored(e, state)
        true_NP = torch.cat([layout.text_N[:, None], layout.positive_text_NP], 1)
        return {
            "contrast": self.contrast_weight * _by_place(scores, true_NP),
            "negatives": self.negative_weight * _negatives(scores, true_NP),
            "same": self.same_weight * _same(e),
        }


def _by_place(scores: Scores, true_NP: Tensor) -> Tensor:
    """The mean over places of captions of CLIP's loss among the captions in that place."""
    image_N = scores.e.layout.image_N
    means = []
    for text_N in true_NP.unbind(1):
        (item_Q,) = (text_N >= 0).nonzero(as_tuple=True)
        pairs = Pairs(item_Q, image_N[item_Q], text_N[item_Q])
        if len(item_Q):
            means.append(summed(symmetric(scores, pairs, pairs.image_Q, pairs.text_Q)))
    return torch.stack(means).mean()


def _negatives(scores: Scores, true_NP: Tensor) -> Tensor:
    """The mean over true captions of items with negatives of the cross entropy beside those."""
    mine = own(scores)
    logit_NP = scores.pairs(scores.e.layout.image_N[:, None], true_NP)
    item_Q, place_Q = ((true_NP >= 0) & mine.has_any[:, None]).nonzero(as_tuple=True)
    log_QJ = own_log_shares(logit_NP[item_Q, place_Q], mine.false_NK[item_Q], mine.valid_NK[item_Q])
    return -log_QJ[:, 0].sum() / max(1, len(item_Q))


def _same(e: Embeddings) -> Tensor:
    """How far captions are from the first of their further ones."""
    layout = e.layout
    second_NP = layout.positive_text_NP[:, :1]
    apart_NP = (pick(e.text_TD, second_NP) - e.text_TD[layout.text_N][:, None]).square().sum(-1)
    return mean_where(apart_NP, second_NP >= 0)
