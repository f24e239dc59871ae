"""SigLIP: every picture and text a question of its own, yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from counterfoil.train.batches import Embeddings, Layout
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import Scores, in_blocks, marks, scored
from counterfoil.train.losses.pairs import Pairs, foils, joined, originals


@dataclass(frozen=True, kw_only=True)
class SigLip(Loss):
    """Sigmoid loss over pictures and texts, with negative captions and negative pictures among them.

    L = -1/B sum_ij w_ij log sigmoid(z_ij l_ij), l = s v.u + b, z = 1 where they belong together, else -1

    Pairs that belong together are the items and the foils; others count where they are known to be
    false. Without negatives this is SigLIP's loss. The bias is the model's own, or learned.

    Args:
        weight: w of an item's picture with its own negative captions, and of its caption with its own
            negative pictures; all else weighs 1.
        against: whether a negative meets its own item's pairs alone ("own") or the whole batch ("all").
        pictures: whether negative pictures take part.
        bias: what the bias starts from, where the model has none.

    Source: Zhai et al., Sigmoid Loss for Language Image Pre-Training (ICCV 2023, arXiv 2303.15343),
    equation of section 3.2; the negatives are ours.
    """

    weight: float = 1.0
    against: Literal["own", "all"] = "all"
    pictures: bool = True
    bias: float = -10.0

    def learned(self) -> dict[str, float]:
        """Learns "bias"; a model's own takes its place."""
        return {"bias": self.bias}

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "together", "foils" (own negatives) and "strangers"."""
        layout, scores = e.layout, scored(e, state)
        real = originals(layout)
        pairs = joined(real, foils(layout)) if self.pictures else real
        together_IT = pair_marks(scores, pairs)
        own_IT = own_negatives(scores, self.pictures) & ~together_IT
        others_IT = self._met(scores, layout) & scores.false_IT & ~together_IT & ~own_IT
        sum_3 = sigmoid_sums(scores, state["bias"], together_IT, own_IT, others_IT) / len(layout.image_N)
        return {"together": sum_3[0], "foils": self.weight * sum_3[1], "strangers": sum_3[2]}

    def _met(self, scores: Scores, layout: Layout) -> Tensor:
        """Which pictures and texts may meet though they are no pair and no item's own negatives."""
        images, texts = [layout.image_N], [layout.text_N]
        if self.against == "all":
            texts.append(layout.negative_text_NK.flatten())
            images += [layout.negative_image_NK.flatten()] * self.pictures
        among_I = marks(torch.cat(images), len(scores.e.image_ID))
        return among_I[:, None] & marks(torch.cat(texts), len(scores.e.text_TD))


def pair_marks(scores: Scores, pairs: Pairs) -> Tensor:
    """Where a picture and a text are one of these pairs, I x T."""
    marked_IT = torch.zeros_like(scores.false_IT)
    marked_IT[pairs.image_Q, pairs.text_Q] = True
    return marked_IT


def own_negatives(scores: Scores, pictures: bool) -> Tensor:
    """Where an item's picture meets its negative captions, or its caption its negative pictures, I x T."""
    layout = scores.e.layout
    shape = layout.negative_text_NK.shape
    marked_IT = torch.zeros_like(scores.false_IT)
    tables = [(layout.image_N[:, None], layout.negative_text_NK)]
    tables += [(layout.negative_image_NK, layout.text_N[:, None])] * pictures
    for image, text in tables:
        image_NK, text_NK = image.expand(shape), text.expand(shape)
        false_NK = scores.known_false(image_NK, text_NK)
        marked_IT[image_NK[false_NK], text_NK[false_NK]] = True
    return marked_IT


def sigmoid_sums(scores: Scores, bias: Tensor, yes_IT: Tensor, *no_IT: Tensor) -> Tensor:
    """The summed losses of the pairs to be affirmed, and of each table of those to be denied."""
    text_TD = scores.e.text_TD

    def rows(image: Tensor, yes: Tensor, *no: Tensor) -> Tensor:
        logits = image @ text_TD.T + bias
        affirmed, denied = -logsigmoid(logits), -logsigmoid(-logits)
        sums = [torch.where(yes, affirmed, 0), *(torch.where(table, denied, 0) for table in no)]
        return torch.stack([table.sum(1) for table in sums], 1)

    return in_blocks(rows, len(text_TD), scores.scale * scores.e.image_ID, yes_IT, *no_IT).sum(0)
