"""SVLC and DAC: negative captions, further captions, and bags of sentences of which some are true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import NEVER, Scores, contrast, marks, mass, mean_where, pick, scored
from counterfoil.train.losses.neg_clip import with_negative_texts
from counterfoil.train.losses.own import Own, own, own_contrast
from counterfoil.train.losses.pairs import positives, summed, symmetric


@dataclass(frozen=True, kw_only=True)
class DacSvlc(Loss):
    """NegCLIP; own negatives apart (SVLC); further captions as positives and as a bag (DAC).

    L = L_NegCLIP + negative_weight mean_i CE([S(I_i, T_i), S(I_i, T_i^1..K)], 0)
      + positive_weight [ L_CLIP(v, t+) + L_CLIP(t, t+) ] + bag_weight [ L_base + L_negs ]
    L_base = mean_i [ LSE over {S(i, j, m)} and {S(j, i, m)} - LSE_m S(i, i, m) ]
    L_negs = mean_i [ LSE {S(i, i, m), S(i, T_i^k)} - LSE_m S(i, i, m) ]

    S(i, j, m) is the logit of picture i and further caption m of item j: the bag. Items without negatives,
    or without further captions, are left out of the terms that ask for them.

    Source: Doveh et al., Teaching Structured Vision & Language Concepts to Vision & Language Models
    (CVPR 2023, arXiv 2211.11733); Doveh et al., Dense and Aligned Captions Promote Compositional
    Reasoning in VL Models (NeurIPS 2023, arXiv 2305.19595). The released code loses the negatives
    on several GPUs.
    """

    negative_weight: float = 1.0
    positive_weight: float = 1.0
    bag_weight: float = 1.0
    needs: ClassVar[frozenset[str]] = frozenset({"negative_text"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "image_to_text", "text_to_image", "negatives", "positives", "bag" and "bag_negatives"."""
        scores = scored(e, state)
        mine, pairs = own(scores), positives(e.layout)
        pictures = summed(symmetric(scores, pairs, e.layout.image_N, pairs.text_Q))
        base, negatives = _bags(scores, mine)
        return with_negative_texts(scores) | {
            "negatives": self.negative_weight * own_contrast(mine.true_N, mine.false_NK, mine.valid_NK),
            "positives": self.positive_weight * (pictures + _paraphrases(scores)),
            "bag": self.bag_weight * base,
            "bag_negatives": self.bag_weight * negatives,
        }


def _paraphrases(scores: Scores) -> Tensor:
    """CLIP's loss of captions and further captions; whose picture a text is false of tells rivals."""
    layout, text_TD = scores.e.layout, scores.e.text_TD
    pairs = positives(layout)
    caption_Q = layout.text_N[pairs.item_Q]
    each = torch.ones_like(caption_Q, dtype=torch.bool)

    def ask(from_Q: Tensor, to_Q: Tensor, among: Tensor) -> Tensor:
        query_QD, among_T = scores.scale * pick(text_TD, from_Q), marks(among, len(text_TD))

        def rivals(image_Q: Tensor) -> Tensor:
            return scores.known.false_texts(image_Q) & among_T

        return mean_where(contrast(query_QD, text_TD, to_Q, pairs.image_Q, rivals), each)

    forth = ask(caption_Q, pairs.text_Q, pairs.text_Q)
    back = ask(pairs.text_Q, caption_Q, layout.text_N)
    return (forth + back) / 2


def _bags(scores: Scores, mine: Own) -> tuple[Tensor, Tensor]:
    """L_base and L_negs."""
    layout = scores.e.layout
    bag_NP = layout.positive_text_NP
    valid_NP = bag_NP >= 0
    any_N = valid_NP.any(1)
    logit_NP = scores.pairs(layout.image_N[:, None], bag_NP).masked_fill(~valid_NP, NEVER)
    true_N = torch.where(any_N, logit_NP.logsumexp(1), 0)
    false_N = mine.false_NK.masked_fill(~mine.valid_NK, NEVER).logsumexp(1)
    rivals_N = _other_texts(scores).logaddexp(_other_images(scores))
    return (
        mean_where(rivals_N.logaddexp(true_N) - true_N, any_N),
        mean_where(false_N.logaddexp(true_N) - true_N, any_N & mine.has_any),
    )


def _other_texts(scores: Scores) -> Tensor:
    """Of each item the mass of the sentences of others with its picture."""
    layout = scores.e.layout
    bag_T = marks(layout.positive_text_NP, len(scores.e.text_TD))
    query_ND = scores.scale * scores.e.image_ID[layout.image_N]

    def rivals(image_N: Tensor) -> Tensor:
        return scores.known.false_texts(image_N) & bag_T

    return mass(query_ND, scores.e.text_TD, layout.image_N, rivals)


def _other_images(scores: Scores) -> Tensor:
    """Of each item the mass of its sentences with the pictures of others."""
    layout = scores.e.layout
    pairs = positives(layout)
    real_I = marks(layout.image_N, len(scores.e.image_ID))
    query_QD = scores.scale * pick(scores.e.text_TD, pairs.text_Q)

    def rivals(text_Q: Tensor) -> Tensor:
        return scores.known.false_images(text_Q) & real_I

    mass_Q = mass(query_QD, scores.e.image_ID, pairs.text_Q, rivals)
    mass_NP = mass_Q.new_full(layout.positive_text_NP.shape, NEVER)
    return mass_NP.masked_scatter(layout.positive_text_NP >= 0, mass_Q).logsumexp(1)
