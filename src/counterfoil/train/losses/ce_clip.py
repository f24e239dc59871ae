"""CE-CLIP: negative captions as columns, a margin that adapts, and captions away from their negatives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import NEVER, mean_where, scored
from counterfoil.train.losses.neg_clip import with_negative_texts
from counterfoil.train.losses.own import Own, own


@dataclass(frozen=True, kw_only=True)
class Rank:
    """Cross-modal ranking: a caption above its negatives by a margin that the last step has set.

    mean_ik relu(Th_k + S(I_i, T_i^k) - S(I_i, T_i)), in logits

    Then Th_k becomes mean_i S(I_i, T_i) - mean_i S(I_i, T_i^k), kept within 0 and `upper`. The first
    step has 0.

    Args:
        slots: how many thresholds there are. Negative k has that of k modulo `slots`: 1 where the
            place of a negative means nothing, the number of negatives where place k is of kind k.
        upper: the largest margin, in logits.
    """

    slots: int = 1
    upper: float = 10.0

    def hinge(self, mine: Own, state: State) -> Tensor:
        """The mean over valid negatives."""
        threshold_S = state["thresholds"] if "thresholds" in state else mine.true_N.new_zeros(self.slots)
        margin_K = threshold_S[self._slot(mine)]
        return mean_where((margin_K + mine.false_NK - mine.true_N[:, None]).relu(), mine.valid_NK)

    def carry(self, mine: Own, state: State) -> dict[str, Tensor]:
        """The thresholds for the next step; that of a slot without negatives stays."""
        of_slot_SK = self._slot(mine) == torch.arange(self.slots, device=mine.true_N.device)[:, None]
        where_SNK = of_slot_SK[:, None] & mine.valid_NK
        number_S = where_SNK.sum((1, 2))
        false_S = torch.where(where_SNK, mine.false_NK, 0).sum((1, 2)) / number_S.clamp(min=1)
        new_S = (mine.true_N.mean() - false_S).clamp(0, self.upper).detach()
        old_S = state.get("thresholds", torch.zeros_like(new_S))
        return {"thresholds": torch.where(number_S > 0, new_S, old_S)}

    def _slot(self, mine: Own) -> Tensor:
        return torch.arange(mine.false_NK.shape[1], device=mine.true_N.device) % self.slots


@dataclass(frozen=True, kw_only=True)
class CeClip(Loss):
    """NegCLIP with two more terms: a ranking margin across modalities, a contrast within the texts.

    L = L_NegCLIP + rank_weight L_CMR + text_weight L_IMC; L_CMR is `Rank`, and
    L_IMC = mean_i log sum_k exp(s t_i.t_i^k) pushes a caption from its own negatives.

    Source: Zhang et al., Contrasting Intra-Modal and Ranking Cross-Modal Hard Negatives to Enhance
    Visio-Linguistic Compositional Understanding (CVPR 2024, arXiv 2306.08832). The released code pulls
    every caption towards the first negative of the batch; this follows the paper.
    """

    rank_weight: float = 0.2
    text_weight: float = 0.2
    rank: Rank = field(default_factory=Rank)
    needs: ClassVar[frozenset[str]] = frozenset({"negative_text"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "image_to_text", "text_to_image", "rank" and "within_text"."""
        scores = scored(e, state)
        mine = own(scores)
        return with_negative_texts(scores) | {
            "rank": self.rank_weight * self.rank.hinge(mine, state),
            "within_text": self.text_weight * within_text(scores.scale, mine),
        }

    def carry(self, e: Embeddings, state: State) -> dict[str, Tensor]:
        """The "thresholds" of the ranking margin."""
        return self.rank.carry(own(scored(e, state)), state)


def within_text(scale: Tensor, mine: Own) -> Tensor:
    """How near captions are to their own negatives: the mean over items that have any."""
    logit_NK = scale * (mine.negative_NKD @ mine.text_ND[:, :, None])[..., 0]
    near_N = logit_NK.masked_fill(~mine.valid_NK, NEVER).logsumexp(1)
    return mean_where(near_N, mine.has_any)
