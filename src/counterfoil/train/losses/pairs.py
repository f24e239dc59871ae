"""Pictures and texts that belong together, and the cross entropy of one among the rest, both ways."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from counterfoil.train.batches import Layout
from counterfoil.train.losses.loss import Terms
from counterfoil.train.losses.masked import Scores, contrast, marks, mean_where, pick


class Pairs(NamedTuple):
    """Texts with pictures of which they are true: Q pairs, by the item that they come from."""

    item_Q: Tensor
    image_Q: Tensor
    text_Q: Tensor


def originals(layout: Layout) -> Pairs:
    """Each item's picture and caption."""
    item_N = torch.arange(len(layout.image_N), device=layout.image_N.device)
    return Pairs(item_N, layout.image_N, layout.text_N)


def foils(layout: Layout) -> Pairs:
    """Each negative picture and the negative caption that is true of it."""
    image_NK, text_NK = layout.negative_image_NK, layout.negative_text_NK
    item_Q, slot_Q = ((image_NK >= 0) & (text_NK >= 0)).nonzero(as_tuple=True)
    return Pairs(item_Q, image_NK[item_Q, slot_Q], text_NK[item_Q, slot_Q])


def positives(layout: Layout) -> Pairs:
    """Each item's picture and every further caption that is true of it."""
    item_Q, slot_Q = (layout.positive_text_NP >= 0).nonzero(as_tuple=True)
    return Pairs(item_Q, layout.image_N[item_Q], layout.positive_text_NP[item_Q, slot_Q])


def joined(*parts: Pairs) -> Pairs:
    """All of these pairs."""
    return Pairs(*(torch.cat(columns) for columns in zip(*parts, strict=True)))


def to_texts(scores: Scores, pairs: Pairs, among_T: Tensor) -> Tensor:
    """Of each pair the cross entropy of its text among it and those of `among_T` false of its picture."""
    query_QD = scores.scale * pick(scores.e.image_ID, pairs.image_Q)

    def rivals(image_Q: Tensor) -> Tensor:
        return scores.known.false_texts(image_Q) & among_T

    return contrast(query_QD, scores.e.text_TD, pairs.text_Q, pairs.image_Q, rivals)


def to_images(scores: Scores, pairs: Pairs, among_I: Tensor) -> Tensor:
    """Of each pair the cross entropy of its picture among it and those of `among_I` its text is false of."""
    query_QD = scores.scale * pick(scores.e.text_TD, pairs.text_Q)

    def rivals(text_Q: Tensor) -> Tensor:
        return scores.known.false_images(text_Q) & among_I

    return contrast(query_QD, scores.e.image_ID, pairs.image_Q, pairs.text_Q, rivals)


def symmetric(scores: Scores, pairs: Pairs, images: Tensor, texts: Tensor) -> Terms:
    """CLIP's loss of some pairs: half the mean cross entropy each way.

    Args:
        scores: the batch.
        pairs: which pairs are asked for.
        images: which pictures a text has to tell apart: an index table of any shape.
        texts: which texts a picture has to tell apart: the same.

    Returns:
        "image_to_text" and "text_to_image"; both 0 where there are no pairs.
    """
    among_T = marks(texts, len(scores.e.text_TD))
    among_I = marks(images, len(scores.e.image_ID))
    each = torch.ones_like(pairs.item_Q, dtype=torch.bool)
    return {
        "image_to_text": mean_where(to_texts(scores, pairs, among_T), each) / 2,
        "text_to_image": mean_where(to_images(scores, pairs, among_I), each) / 2,
    }


def everywhere(*tables: Tensor) -> Tensor:
    """One index table of several."""
    return torch.cat([table.flatten() for table in tables])


def summed(terms: Terms) -> Tensor:
    """The sum of terms as one."""
    return torch.stack(list(terms.values())).sum()
