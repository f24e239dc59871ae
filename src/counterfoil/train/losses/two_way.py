"""Two-way: one cross entropy over pictures and captions of both sides of all foils."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import scored
from counterfoil.train.losses.pairs import everywhere, foils, originals, summed, symmetric


@dataclass(frozen=True, kw_only=True)
class TwoWay(Loss):
    """One 2B x 2B cross entropy over [v; v-] x [t; t-].

    L = 1/2 [ mean_q CE(S(I_q, all texts)) + mean_q CE(S(all pictures, T_q)) ] over items and foils

    It takes what there is: negative captions without pictures are columns, and pictures without captions
    rows; with negative captions alone it is NegCLIP. The terms tell how much of the loss the original
    pairs and the foils make.

    Source: ours; TripletCLIP (arXiv 2411.02545) with all pictures as candidates.
    """

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "originals" and "foils"."""
        layout, scores = e.layout, scored(e, state)
        images = everywhere(layout.image_N, layout.negative_image_NK)
        texts = everywhere(layout.text_N, layout.negative_text_NK)
        sides = {"originals": originals(layout), "foils": foils(layout)}
        number = sum(len(pairs.item_Q) for pairs in sides.values())
        return {
            side: summed(symmetric(scores, pairs, images, texts)) * len(pairs.item_Q) / number
            for side, pairs in sides.items()
        }
