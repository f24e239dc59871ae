"""NegCLIP: negative captions as further columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms
from counterfoil.train.losses.masked import Scores, scored
from counterfoil.train.losses.pairs import everywhere, originals, symmetric


def with_negative_texts(scores: Scores) -> Terms:
    """CLIP's loss, with all negative captions among what a picture has to tell apart."""
    layout = scores.e.layout
    texts = everywhere(layout.text_N, layout.negative_text_NK)
    return symmetric(scores, originals(layout), layout.image_N, texts)


@dataclass(frozen=True, kw_only=True)
class NegClip(Loss):
    """CLIP's loss with all negative captions of the batch among the texts; texts ask for true pictures only.

    L = 1/2 [ mean_i CE(S(I_i, [T_1..B; T-_1..BK]), i) + mean_i CE(S(I_1..B, T_i), i) ]

    A mined neighbour is one more item of the batch, with its own caption and negatives.

    Source: Yuksekgonul et al., When and Why Vision-Language Models Behave like Bags-Of-Words
    (ICLR 2023, arXiv 2210.01936), section 4.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"negative_text"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "image_to_text" and "text_to_image"."""
        return with_negative_texts(scored(e, state))
