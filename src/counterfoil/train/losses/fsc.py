"""FSC-CLIP: own negatives told apart as a whole and word by word, with a focus on the hard ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.clip import Clip
from counterfoil.train.losses.loss import Loss, State, Terms, present
from counterfoil.train.losses.masked import NEVER, mean_where, pick, scored
from counterfoil.train.losses.own import own, own_log_shares

TINY = 1e-12
"""Keeps a word that is equally near to all patches from dividing by zero."""


@dataclass(frozen=True, kw_only=True)
class Fsc(Loss):
    """CLIP's loss, with two selective calibrated contrasts of each caption and its own negatives.

    L = L_CLIP + global_weight F(p^g) + local_weight F(p^l); p_i is the softmax of S(I_i, T_i) and
    S(I_i, T_i^1..K), of whole vectors (g) or by words (l, `local_logits`). With
    y = (1 - smoothing) onehot + smoothing / (1 + K_i): F = mean_i sum_k y_k (1 - p_k)^focus (-log p_k).
    Items without negatives are left out of F.

    Source: Oh et al., Preserving Multi-Modal Capabilities of Pre-trained VLMs for Improving
    Vision-Linguistic Compositionality (EMNLP 2024, arXiv 2410.05210). The released code leaves vectors
    of zeros in place of missing negatives; here they have no place.
    """

    global_weight: float = 0.5
    local_weight: float = 0.2
    smoothing: float = 0.02
    focus: float = 2.0
    needs: ClassVar[frozenset[str]] = frozenset({"negative_text", "tokens"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "image_to_text", "text_to_image", "global" and "local"."""
        mine = own(scored(e, state))
        local_NJ = local_logits(e, state["scale"])
        whole = self._focal(mine.true_N, mine.false_NK, mine.valid_NK)
        words = self._focal(local_NJ[:, 0], local_NJ[:, 1:], mine.valid_NK)
        return Clip()(e, state) | {"global": self.global_weight * whole, "local": self.local_weight * words}

    def _focal(self, true_N: Tensor, false_NK: Tensor, valid_NK: Tensor) -> Tensor:
        valid_NJ = torch.cat([valid_NK.new_ones(len(valid_NK), 1), valid_NK], 1)
        log_NJ = own_log_shares(true_N, false_NK, valid_NK).masked_fill(~valid_NJ, 0)
        aim_NJ = self.smoothing * valid_NJ.to(true_N.dtype)
        aim_NJ /= valid_NJ.sum(1, keepdim=True)
        aim_NJ[:, 0] += 1 - self.smoothing
        focal_NJ = aim_NJ * (1 - log_NJ.exp()) ** self.focus * -log_NJ
        return mean_where(focal_NJ.sum(1), valid_NK.any(1))


def local_logits(e: Embeddings, scale: Tensor) -> Tensor:
    """Logits by words: each word against the patches that it looks at, N x (1 + K), the caption first.

    S(I, T) = log sum_w exp(s cos(v_w, t_w)), v_w = sum_r a_wr v_r / sum_r a_wr, where a_wr is the
    product of word and patch, scaled to 0..1 over the patches and without gradient.

    Raises:
        DataError: the batch has no patches or no words.
    """
    layout = e.layout
    patch_NRD = present(e.patch_IRD, "fsc", "tokens")[layout.image_N]
    text_NJ = torch.cat([layout.text_N[:, None], layout.negative_text_NK], 1)
    word_NJWD = pick(present(e.token_TWD, "fsc", "tokens"), text_NJ)
    word_NJW = pick(present(e.token_TW, "fsc", "tokens"), text_NJ)
    near_NJWR = torch.einsum("njwd,nrd->njwr", word_NJWD, patch_NRD).detach()
    least, most = near_NJWR.aminmax(dim=-1, keepdim=True)
    look_NJWR = (near_NJWR - least + TINY) / (most - least + TINY)
    # The cosine does not ask for the length: the sum over patches does for their mean.
    seen_NJWD = torch.einsum("njwr,nrd->njwd", look_NJWR, patch_NRD)
    logit_NJW = scale * cosine_similarity(seen_NJWD, word_NJWD, dim=-1)
    return logit_NJW.masked_fill(~word_NJW, NEVER).logsumexp(-1)
