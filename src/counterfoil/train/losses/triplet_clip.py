"""TripletCLIP: true pictures and negative pictures, each against captions of both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import scored
from counterfoil.train.losses.pairs import everywhere, foils, originals, summed, symmetric


@dataclass(frozen=True, kw_only=True)
class TripletClip(Loss):
    """NegCLIP on the original pairs and on the foils; pictures of the other side are never columns.

    L = NC(v, t, t-) + NC(v-, t-, t), NC(V, T, T') = 1/2 [ CE([S(V, T) | S(V, T')], i) + CE(S(T, V), i) ]

    The sum of two losses: twice as large as `TwoWay` where all items have one foil.

    Source: Patel et al., TripletCLIP (NeurIPS 2024, arXiv 2411.02545), section 3.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"negative_text", "negative_image"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "originals" and "foils"."""
        layout, scores = e.layout, scored(e, state)
        texts = everywhere(layout.text_N, layout.negative_text_NK)
        return {
            "originals": summed(symmetric(scores, originals(layout), layout.image_N, texts)),
            "foils": summed(symmetric(scores, foils(layout), layout.negative_image_NK, texts)),
        }
