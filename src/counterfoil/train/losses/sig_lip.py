"""SigLIP: every picture and text a question of its own, yes or no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from counterfoil.train.batches import Apart, Embeddings, Layout
from counterfoil.train.blocks import in_blocks
from counterfoil.train.known import Marked, marked
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import Scores, marks, scored
from counterfoil.train.losses.pairs import Pairs, foils, joined, originals
from counterfoil.train.ring import in_ring


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
        ring: let texts go round the ranks, instead of gathering all embeddings on each.

    Source: Zhai et al., Sigmoid Loss for Language Image Pre-Training (ICCV 2023, arXiv 2303.15343),
    equation of section 3.2; the negatives are ours.
    """

    weight: float = 1.0
    against: Literal["own", "all"] = "all"
    pictures: bool = True
    bias: float = -10.0
    ring: bool = False

    def learned(self) -> dict[str, float]:
        """Learns "bias"; a model's own takes its place."""
        return {"bias": self.bias}

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "together", "foils" (own negatives) and "strangers"."""
        layout, scores = e.layout, scored(e, state)
        real = originals(layout)
        pairs = joined(real, foils(layout)) if self.pictures else real
        together, mine = marked_pairs(pairs, layout), own_negatives(scores, self.pictures)
        image_I1, text_T = self._met(layout)

        def tables_of(text_S: Tensor) -> Tables:
            yes, own, known = together.among(text_S), mine.among(text_S), scores.known.among(text_S)

            def tables(image_Q: Tensor) -> tuple[Tensor, ...]:
                yes_QS = yes.rows(image_Q)
                own_QS = own.rows(image_Q) & ~yes_QS
                met_QS = image_I1[image_Q] & text_T[text_S] & known.false_texts(image_Q)
                return yes_QS, own_QS, met_QS & ~yes_QS & ~own_QS

            return tables

        sum_3 = sigmoid_sums(scores, state["bias"], tables_of) / len(layout.image_N)
        return {"together": sum_3[0], "foils": self.weight * sum_3[1], "strangers": sum_3[2]}

    def _met(self, layout: Layout) -> tuple[Tensor, Tensor]:
        """Which pictures and texts may meet though they are no pair and no item's own negatives."""
        images, texts = [layout.image_N], [layout.text_N]
        if self.against == "all":
            texts.append(layout.negative_text_NK.flatten())
            images += [layout.negative_image_NK.flatten()] * self.pictures
        image_I = marks(torch.cat(images), len(layout.origin_I3))
        return image_I[:, None], marks(torch.cat(texts), len(layout.origin_T3))


def marked_pairs(pairs: Pairs, layout: Layout) -> Marked:
    """Where a picture and a text are one of these pairs, I x T."""
    return marked(pairs.image_Q, pairs.text_Q, len(layout.origin_T3))


def own_negatives(scores: Scores, pictures: bool) -> Marked:
    """Where an item's picture meets its negative captions, or its caption its negative pictures, I x T."""
    layout = scores.e.layout
    tables = [(layout.image_N[:, None], layout.negative_text_NK)]
    tables += [(layout.negative_image_NK, layout.text_N[:, None])] * pictures
    met = [torch.stack(torch.broadcast_tensors(*table)).flatten(1) for table in tables]
    image_Q, text_Q = torch.cat(met, 1)
    false_Q = scores.known.false_pairs(image_Q, text_Q)
    return marked(image_Q[false_Q], text_Q[false_Q], len(layout.origin_T3))


Tables = Callable[[Tensor], tuple[Tensor, ...]]
"""Of some pictures, by number, which texts are to be affirmed, and denied: Q x S each."""


def sigmoid_sums(scores: Scores, bias: Tensor, tables_of: Callable[[Tensor], Tables]) -> Tensor:
    """The summed losses of the pairs to be affirmed, and of each table of those to be denied.

    Args:
        scores: the batch.
        bias: what is added to logits.
        tables_of: the tables of some texts, by number.
    """
    e, texts, device = scores.e, len(scores.e.layout.origin_T3), bias.device

    def rows_with(places: slice) -> Callable[..., Tensor]:
        tables = tables_of(torch.arange(places.start, places.stop, device=device))

        def rows(image_QD: Tensor, image_Q: Tensor, text_SD: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
            logits = scale * image_QD @ text_SD.T + bias
            affirmed, denied = -logsigmoid(logits), -logsigmoid(-logits)
            yes, *no = tables(image_Q)
            sums = [torch.where(yes, affirmed, 0), *(torch.where(table, denied, 0) for table in no)]
            return torch.stack([table.sum(1) for table in sums], 1)

        return rows

    if isinstance(e, Apart):
        return in_ring(rows_with, e, (scores.scale, bias))
    each = (e.image_ID, torch.arange(len(e.image_ID), device=device))
    return in_blocks(rows_with(slice(0, texts)), each, (e.text_TD, scores.scale, bias), texts).sum(0)
