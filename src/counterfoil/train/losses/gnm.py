"""GNM: original pairs and foils alike, every one against every other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import scored
from counterfoil.train.losses.pairs import foils, joined, originals, symmetric


@dataclass(frozen=True, kw_only=True)
class Gnm(Loss):
    """CLIP's loss over all pairs of the batch: items, and negative pictures with their captions.

    L = 1/2 [ mean_i CE(S(I_i, T_1..Q), i) + mean_i CE(S(I_1..Q, T_i), i) ] over all Q pairs

    A negative caption without a picture is no pair and stays out.

    Source: Sahin et al., Enhancing Multimodal Compositional Reasoning of Visual Language Models with
    Generative Negative Mining (WACV 2024, arXiv 2311.03964). Theirs takes captions of the same picture
    for negatives of each other; here they leave the softmax.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"negative_text", "negative_image"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "image_to_text" and "text_to_image"."""
        pairs = joined(originals(e.layout), foils(e.layout))
        return symmetric(scored(e, state), pairs, pairs.image_Q, pairs.text_Q)
