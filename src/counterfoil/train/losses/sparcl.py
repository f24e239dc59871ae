"""SPARCL: yes or no for every picture and text, and margins that adapt to how far a foil is learned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from counterfoil.train.batches import Embeddings, Layout
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import NEVER, marks, mean_where, row_marks, scored
from counterfoil.train.losses.pairs import Pairs, foils, joined, originals, positives
from counterfoil.train.losses.sig_lip import Tables, marked_pairs, sigmoid_sums


@dataclass(frozen=True, kw_only=True)
class Margin:
    """A margin by how far a true score lies above a false one: d = S_pos - S_neg, without gradient.

    m(d) = none: the hinge vanishes, the foil is thought wrong  if d < doubt,
         = ((1 - (d - doubt) / (most - doubt)) slope + 1) most  if doubt <= d <= most,
         = most                                                 if d > most.

    The paper has m(d) = d below the doubt, which is the same but for what rounding leaves over.
    """

    most: float = 0.5
    doubt: float = -2.0
    slope: float = 4.0

    def hinge(self, above: Tensor, below: Tensor, by: Tensor | None = None) -> Tensor:
        """relu(m + S_neg - S_pos), the margin from `by` (S_neg if None) and S_pos."""
        far = (above - (below if by is None else by)).detach()
        eased = ((1 - (far - self.doubt) / (self.most - self.doubt)) * self.slope + 1) * self.most
        margin = torch.where(far < self.doubt, NEVER, torch.where(far > self.most, self.most, eased))
        return (margin + below - above).relu()


@dataclass(frozen=True, kw_only=True)
class Sparcl(Loss):
    """Sigmoid loss over original, negative and further texts and pictures, with adaptive margins.

    L = L_con + margin_weight L_mar. L_con is the mean of -log sigmoid(z l) over pairs that belong
    together (original picture and caption or further caption, negative picture and its caption) and
    those known to be false. L_mar sums, over original pairs, further captions and foils as anchors and
    over both directions, the means of `Margin.hinge` for
        a pair above the anchor's own hard negatives,
        the hardest own negative above those of other items, the margin from the hardest of them,
        real_weight times: a pair above the originals of other items, the same.

    Source: Li and Li, Enhancing Vision-Language Compositional Understanding with Multimodal Synthetic
    Data (CVPR 2025, arXiv 2503.01167). Theirs has a picture for each further caption, ours has not; and
    whether further captions are true of negative pictures is unknown, so those do not meet.
    """

    margin_weight: float = 0.01
    real_weight: float = 10.0
    margin: Margin = field(default_factory=Margin)
    bias: float = -10.0
    needs: ClassVar[frozenset[str]] = frozenset({"negative_text", "negative_image"})

    def learned(self) -> dict[str, float]:
        """Learns "bias"; a model's own takes its place."""
        return {"bias": self.bias}

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "sigmoid" and "margin"."""
        scores = scored(e, state)
        sides = (originals(e.layout), positives(e.layout), foils(e.layout))
        image_I = torch.arange(len(e.image_ID), device=e.image_ID.device)
        together_IT = marked_pairs(joined(*sides), e.layout).rows(image_I)
        false_IT = scores.known.false_texts(image_I) & ~together_IT
        number = together_IT.sum() + false_IT.sum()
        logit_IT = scores.scale * e.image_ID @ e.text_TD.T  # differences do not feel the bias

        def tables_of(text_S: Tensor) -> Tables:
            return lambda image_Q: (together_IT[image_Q][:, text_S], false_IT[image_Q][:, text_S])

        margins = [self._both_ways(logit_IT, false_IT, e.layout, pairs) for pairs in sides]
        return {
            "sigmoid": sigmoid_sums(scores, state["bias"], tables_of).sum() / number,
            "margin": self.margin_weight * torch.stack(margins).sum(),
        }

    def _both_ways(self, logit_IT: Tensor, false_IT: Tensor, layout: Layout, pairs: Pairs) -> Tensor:
        """The margins of one kind of anchors, asked by picture and by text."""
        image_Q, text_Q, item_Q = pairs.image_Q, pairs.text_Q, pairs.item_Q
        hard_texts, hard_images = own_texts(layout)[item_Q], own_images(layout)[item_Q]
        real_T = marks(layout.text_N, logit_IT.shape[1])
        real_I = marks(layout.image_N, logit_IT.shape[0])
        to_texts = self._margins(logit_IT[image_Q], false_IT[image_Q], text_Q, hard_texts, real_T)
        to_images = self._margins(logit_IT.T[text_Q], false_IT.T[text_Q], image_Q, hard_images, real_I)
        return to_texts + to_images

    def _margins(
        self, logit_QC: Tensor, false_QC: Tensor, target_Q: Tensor, own_QH: Tensor, real_C: Tensor
    ) -> Tensor:
        """One way: own candidates of other anchors' items are those of others."""
        own_QC = row_marks(own_QH, logit_QC.shape[1])
        hard_QC, other_QC = own_QC & false_QC, false_QC & ~own_QC
        true_Q1 = logit_QC.gather(1, target_Q[:, None])
        hardest_Q1 = _most(logit_QC, hard_QC)
        real_QC = other_QC & real_C
        above_own = self.margin.hinge(true_Q1, logit_QC)
        above_others = self.margin.hinge(hardest_Q1, logit_QC, _most(logit_QC, other_QC))
        above_real = self.margin.hinge(true_Q1, logit_QC, _most(logit_QC, real_QC))
        return (
            mean_where(above_own, hard_QC)
            + mean_where(above_others, other_QC & hard_QC.any(1, keepdim=True))
            + self.real_weight * mean_where(above_real, real_QC)
        )


def own_texts(layout: Layout) -> Tensor:
    """All texts of an item, N x H: those that are false of an anchor are its hard negatives."""
    return torch.cat([layout.text_N[:, None], layout.negative_text_NK, layout.positive_text_NP], 1)


def own_images(layout: Layout) -> Tensor:
    """All pictures of an item, N x H."""
    return torch.cat([layout.image_N[:, None], layout.negative_image_NK], 1)


def _most(logit_QC: Tensor, where_QC: Tensor) -> Tensor:
    """The largest of some logits of each row, Q x 1."""
    return logit_QC.masked_fill(~where_QC, NEVER).amax(1, keepdim=True)
