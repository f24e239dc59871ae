"""CLIP: the right caption among the captions, the right picture among the pictures."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import scored
from counterfoil.train.losses.pairs import originals, symmetric


@dataclass(frozen=True, kw_only=True)
class Clip(Loss):
    """Symmetric cross entropy over items; negatives are left aside.

    L = 1/2 [ mean_i CE(S(I_i, T_1..B), i) + mean_i CE(S(I_1..B, T_i), i) ], S(I, T) = s v.t

    Source: Radford et al., Learning Transferable Visual Models From Natural Language Supervision
    (ICML 2021, arXiv 2103.00020), the pseudocode of section 2.3.
    """

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "image_to_text" and "text_to_image"."""
        layout = e.layout
        return symmetric(scored(e, state), originals(layout), layout.image_N, layout.text_N)
