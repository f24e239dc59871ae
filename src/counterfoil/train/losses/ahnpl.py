"""AHNPL: the step from a caption to its negative, taken in the space of pictures too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from torch import Tensor

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.ce_clip import Rank
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import scored
from counterfoil.train.losses.neg_clip import with_negative_texts
from counterfoil.train.losses.own import Own, own, own_contrast


@dataclass(frozen=True, kw_only=True)
class Ahnpl(Loss):
    """NegCLIP, a contrast within each modality, and the margin of CE-CLIP.

    L = L_NegCLIP + within_weight L_MNL + margin_weight L_DML, with v_i^k = v_i + stop(t_i^k - t_i):
    L_MNL = mean_i CE([S(I_i, T_i), s t_i.t_i^1..K], 0) + mean_i CE([S(I_i, T_i), s v_i.v_i^1..K], 0)
    L_DML = `Rank` + mean_i relu(alpha - v_i.t_i), alpha learned and at least `floor`, in cosines

    Args:
        within_weight, margin_weight: as above.
        rank: the margin between caption and negatives.
        alpha: what alpha starts from; None leaves its part of L_DML out.
        floor: the least alpha.

    Source: Huang et al., Visual Perturbation and Adaptive Hard Negative Contrastive Learning for
    Compositional Reasoning in Vision-Language Models (IJCAI 2025, arXiv 2505.15576). The released code
    pulls captions towards negatives of other items and never learns alpha; both are mended here.
    """

    within_weight: float = 0.2
    margin_weight: float = 0.2
    rank: Rank = field(default_factory=Rank)
    alpha: float | None = None
    floor: float = 0.2
    needs: ClassVar[frozenset[str]] = frozenset({"negative_text"})

    def learned(self) -> dict[str, float]:
        """Learns "alpha", where it is used."""
        return {} if self.alpha is None else {"alpha": self.alpha}

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms of NegCLIP, "within_text", "within_image", "rank" and, with alpha, "near"."""
        scores = scored(e, state)
        mine = own(scores)
        terms = with_negative_texts(scores) | self._within(scores.scale, mine)
        terms["rank"] = self.margin_weight * self.rank.hinge(mine, state)
        if self.alpha is not None:
            cosine_N = (mine.image_ND * mine.text_ND).sum(1)
            alpha = state["alpha"].clamp(min=self.floor)
            terms["near"] = self.margin_weight * (alpha - cosine_N).relu().mean()
        return terms

    def carry(self, e: Embeddings, state: State) -> dict[str, Tensor]:
        """The "thresholds" of the ranking margin."""
        return self.rank.carry(own(scored(e, state)), state)

    def _within(self, scale: Tensor, mine: Own) -> Terms:
        step_NKD = (mine.negative_NKD - mine.text_ND[:, None]).detach()
        image_NKD = mine.image_ND[:, None] + step_NKD
        text_NK = scale * (mine.negative_NKD * mine.text_ND[:, None]).sum(-1)
        image_NK = scale * (image_NKD * mine.image_ND[:, None]).sum(-1)
        return {
            "within_text": self.within_weight * own_contrast(mine.true_N, text_NK, mine.valid_NK),
            "within_image": self.within_weight * own_contrast(mine.true_N, image_NK, mine.valid_NK),
        }
