"""What all losses share: scores of pictures and texts among those candidates that are known to be false.

A candidate that is not there, or of which nobody knows that it is false, gets the logit -inf and so
leaves the softmax. A vector of zeros in its place would stay in it, with a logit of 0. Candidates are
sets: a picture that many items share stands among them once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint

from counterfoil.train.batches import FALSE, Embeddings, truth
from counterfoil.train.losses.loss import State

BLOCK = 2**20
"""Scores that exist at a time: more of them are computed block by block, and again for the gradient."""

NEVER = -torch.inf
"""The logit of what is no candidate."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """A batch with its factor of cosines, and where a text is known to be false of a picture."""

    e: Embeddings
    scale: Tensor
    false_IT: Tensor

    def pairs(self, image_Q: Tensor, text_Q: Tensor) -> Tensor:
        """The logits of single pairs; Q may be any shape."""
        return self.scale * (pick(self.e.image_ID, image_Q) * pick(self.e.text_TD, text_Q)).sum(-1)

    def known_false(self, image_Q: Tensor, text_Q: Tensor) -> Tensor:
        """Which of these pairs exist and are known to be false; Q may be any shape."""
        return (image_Q >= 0) & (text_Q >= 0) & self.false_IT[image_Q.clamp(min=0), text_Q.clamp(min=0)]


def scored(e: Embeddings, state: State) -> Scores:
    """The scores of a batch."""
    layout = e.layout

    def rows(origin_I3: Tensor) -> Tensor:
        return truth(replace(layout, origin_I3=origin_I3)) == FALSE

    false_IT = in_blocks(rows, len(layout.origin_T3), layout.origin_I3)
    return Scores(e=e, scale=state["scale"], false_IT=false_IT)


def pick(rows: Tensor, index: Tensor) -> Tensor:
    """Rows by index. Some row stands where the index is -1: mask what comes of it."""
    return rows[index.clamp(min=0)]


def marks(index: Tensor, size: int) -> Tensor:
    """Which of `size` rows an index table of any shape names; -1 names none."""
    marked = torch.zeros(size + 1, dtype=torch.bool, device=index.device)
    marked[index.flatten()] = True
    return marked[:size]


def row_marks(index_QH: Tensor, size: int) -> Tensor:
    """Which of `size` columns each row of an index table names, Q x size; -1 names none."""
    marked = torch.zeros(len(index_QH), size + 1, dtype=torch.bool, device=index_QH.device)
    return marked.scatter(1, index_QH.where(index_QH >= 0, size), value=True)[:, :size]


def mean_where(values: Tensor, where: Tensor) -> Tensor:
    """The mean of some values; 0 where there is none."""
    return torch.where(where, values, 0).sum() / where.sum().clamp(min=1)


def contrast(
    query_QD: Tensor,
    candidate_CD: Tensor,
    target_Q: Tensor,
    *,
    false_XC: Tensor,
    row_Q: Tensor,
    among_C: Tensor,
) -> Tensor:
    """The cross entropy of each query's target among it and its rivals; the logits are dot products.

    Args:
        query_QD: what asks.
        candidate_CD: what is asked for.
        target_Q: the candidate to be told from the others.
        false_XC: which candidates are known to be false, by rows of which `row_Q` names that of a query.
        row_Q: the same.
        among_C: which candidates take part; a query's rivals are those that are false too.
    """

    def rows(query: Tensor, target: Tensor, row: Tensor) -> Tensor:
        allowed = (false_XC[row] & among_C).scatter(1, target[:, None], value=True)
        logits = (query @ candidate_CD.T).masked_fill(~allowed, NEVER)
        return cross_entropy(logits, target, reduction="none")

    return in_blocks(rows, len(candidate_CD), query_QD, target_Q, row_Q)


def mass(query_QD: Tensor, candidate_CD: Tensor, allowed_QC: Tensor) -> Tensor:
    """The log of the summed exponentials of each query's allowed candidates; -inf where there is none."""

    def rows(query: Tensor, allowed: Tensor) -> Tensor:
        return (query @ candidate_CD.T).masked_fill(~allowed, NEVER).logsumexp(1)

    return in_blocks(rows, len(candidate_CD), query_QD, allowed_QC)


def in_blocks(rows: Callable[..., Tensor], width: int, *of_each: Tensor) -> Tensor:
    """The same as `rows(*of_each)`, with no more than a block of the rows, `width` wide, at a time."""
    size = max(1, BLOCK // max(1, width))
    if len(of_each[0]) <= size:
        return rows(*of_each)
    parts = zip(*(torch.split(tensor, size) for tensor in of_each), strict=True)
    return torch.cat(
        [checkpoint(rows, *part, use_reentrant=False, preserve_rng_state=False) for part in parts]
    )
