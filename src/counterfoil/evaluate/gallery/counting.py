"""How many are ahead of each query's truth: pictures of a shard against texts of another, both ways at once.

Ranks need no list of the best: with `above` others that score more than a query's own best and `atleast` that
score as much or more, the truth is among the first k exactly if atleast < k, and ties for it if above < k <=
atleast. Each score is computed once, used for the picture and for the text, and forgotten.

    I pictures   T texts   D width
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.evaluate.cosines import Rows, strips
from counterfoil.evaluate.gallery.embedded import Shard
from counterfoil.evaluate.verdicts import Owners, Scores

WIDTH = 8192
"""Texts at a time: a strip of scores fits into a processor's cache."""

Counts = NDArray[np.uint32]
"""Of each query how many others are above its truth, and how many at least as high: 2 x N."""


class Own(NamedTuple):
    """The score of each query's truth: of a picture the best of its own texts, infinite where it has none."""

    picture_I: Scores
    text_T: Scores


class Block(NamedTuple):
    """Some scores, and which pictures and texts they are of."""

    strip: slice
    width: slice
    score_IT: Scores


def own_scores(shard: Shard) -> Own:
    """The truth's scores, which lie all within a shard; computed in the same blocks as all others."""
    owner_T = shard.owners()
    own = Own(
        np.full(shard.shape("pictures")[0], -np.inf, np.float32), np.full(len(owner_T), np.inf, np.float32)
    )
    for block in _blocks(shard.pictures(), shard):
        rows, columns = _owned(block, owner_T)
        own.text_T[block.width][columns] = block.score_IT[rows, columns]
    owned = owner_T >= 0
    np.maximum.at(own.picture_I, owner_T[owned], own.text_T[owned])
    own.picture_I[own.picture_I == -np.inf] = np.inf
    return own


def count(one: Shard, own: Own, other: Shard, others: Own) -> tuple[Counts, Counts]:
    """Of the pictures of one shard against the texts of another, and of these against those."""
    picture_2I, text_2T = (np.zeros((2, len(scores)), np.uint32) for scores in (own.picture_I, others.text_T))
    owner_T = other.owners() if one == other else None
    for block in _blocks(one.pictures(), other):
        if owner_T is not None:
            block.score_IT[_owned(block, owner_T)] = -np.inf  # it does not compete with itself
        for row, beats in enumerate((np.greater, np.greater_equal)):
            ahead_IT = beats(block.score_IT, own.picture_I[block.strip, None])
            picture_2I[row, block.strip] += _trues(ahead_IT)
            beats(block.score_IT, others.text_T[block.width], out=ahead_IT)
            text_2T[row, block.width] += np.add.reduce(ahead_IT.view(np.uint8), axis=0, dtype=np.uint8)
    return picture_2I, text_2T


def _trues(ahead_IT: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Of each row; NumPy counts a whole array several times as fast as along an axis."""
    return np.array([np.count_nonzero(ahead_T) for ahead_T in ahead_IT], np.uint32)


def _blocks(picture_ID: Rows, shard: Shard) -> Iterator[Block]:
    """All scores of pictures with a shard's texts. The same memory is used for blocks of the same texts."""
    texts = shard.shape("texts")[0]
    for left in range(0, texts, WIDTH):
        width = slice(left, min(left + WIDTH, texts))
        for strip, score_ST in strips(picture_ID, shard.rows("texts", width)):
            yield Block(strip, width, score_ST)


def _owned(block: Block, owner_T: Owners) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of a block where a picture meets a text of its own."""
    row_T = owner_T[block.width] - block.strip.start
    columns = np.flatnonzero((row_T >= 0) & (row_T < len(block.score_IT)) & (owner_T[block.width] >= 0))
    return row_T[columns], columns
