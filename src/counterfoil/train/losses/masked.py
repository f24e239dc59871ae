"""What all losses share: scores of pictures and texts among those candidates that are known to be false.

A candidate that is not there, or of which nobody knows that it is false, gets the logit -inf and so
leaves the softmax. A vector of zeros in its place would stay in it, with a logit of 0. Candidates are
sets: a picture that many items share stands among them once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from counterfoil.train.batches import Embeddings
from counterfoil.train.blocks import in_blocks
from counterfoil.train.known import Known, known
from counterfoil.train.losses.loss import State

NEVER = -torch.inf
"""The logit of what is no candidate."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """A batch with its factor of cosines, and what is known of it."""

    e: Embeddings
    scale: Tensor
    known: Known

    def pairs(self, image_Q: Tensor, text_Q: Tensor) -> Tensor:
        """The logits of single pairs; Q may be any shape."""
        return self.scale * (pick(self.e.image_ID, image_Q) * pick(self.e.text_TD, text_Q)).sum(-1)


def scored(e: Embeddings, state: State) -> Scores:
    """The scores of a batch."""
    return Scores(e=e, scale=state["scale"], known=known(e.layout))


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


Rivals = Callable[[Tensor], Tensor]
"""What makes of some rows, by number, a table of their rivals among the candidates."""


def contrast(
    query_QD: Tensor, candidate_CD: Tensor, target_Q: Tensor, row_Q: Tensor, rivals: Rivals
) -> Tensor:
    """The cross entropy of each query's target among it and its rivals; the logits are dot products.

    Args:
        query_QD: what asks.
        candidate_CD: what is asked for.
        target_Q: the candidate to be told from the others.
        row_Q: by which a query's rivals are found.
        rivals: the same.
    """

    def rows(query: Tensor, target: Tensor, row: Tensor, candidate: Tensor) -> Tensor:
        allowed = rivals(row).scatter(1, target[:, None], value=True)
        logits = (query @ candidate.T).masked_fill(~allowed, NEVER)
        return cross_entropy(logits, target, reduction="none")

    return in_blocks(rows, (query_QD, target_Q, row_Q), (candidate_CD,), len(candidate_CD))


def mass(query_QD: Tensor, candidate_CD: Tensor, row_Q: Tensor, rivals: Rivals) -> Tensor:
    """The log of the summed exponentials of each query's rivals; -inf where there is none."""

    def rows(query: Tensor, row: Tensor, candidate: Tensor) -> Tensor:
        return (query @ candidate.T).masked_fill(~rivals(row), NEVER).logsumexp(1)

    return in_blocks(rows, (query_QD, row_Q), (candidate_CD,), len(candidate_CD))
