"""How much a foil's change goes the way that the other groups' changes go: what a reader can learn of it.

The reader behind it is the nearest mean, leaving one group out: it adds up what changed in all foils of the
other groups, and takes the side of a foil for the negative that the sum points to. It needs no fitting, so
that foils can be withdrawn a few at a time and each time be read anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.intervals import Numbers
from counterfoil.audit.reader import Groups, Sides

_FEWEST = 3
"""Groups in which something has to change, before it is looked at: what one alone has tells of no other."""

_FAR = 3.0
"""Spreads that a change of a number counts at most."""


def pulls(changes: Any, groups: Groups, kept: NDArray[np.bool_]) -> Numbers:
    """Of n foils, above 0 where the kept foils of the other groups tell the negative side.

    Args:
        changes: n x features, see `changes_of`.
        groups: of the foils.
        kept: those that are learnt from.

    Example:
        >>> from scipy.sparse import csr_matrix
        >>> ups = csr_matrix([[1.0], [1.0], [-1.0]])
        >>> pulls(ups, np.arange(3), np.ones(3, np.bool_))  # 1 times (1 - 1), and -1 times (1 + 1)
        array([ 0.,  0., -2.])
    """
    from scipy.sparse import csr_matrix

    learnt = np.flatnonzero(kept)
    shape = (int(groups.max()) + 1, len(groups))
    own = csr_matrix((np.ones(len(learnt)), (groups[learnt], learnt)), shape) @ changes
    every = np.asarray(own.sum(0)).ravel()
    return np.asarray(changes @ every - np.asarray(changes.multiply(own[groups]).sum(1)).ravel(), np.float64)


def changes_of(cues: Mapping[str, Sides], groups: Groups) -> Any:
    """What changes from the true side to the negative one, by all cues: a sparse matrix, n x features.

    A cue counts by how much, and by which way alone, lest a few large changes hide many small ones of the
    other way. Each is scaled so that the mean of the squared lengths is 1.
    """
    from scipy.sparse import csr_matrix, hstack

    parts = [way for sides in cues.values() for way in _ways(csr_matrix(_differences(sides)), groups)]
    return hstack(parts).tocsr()


def _differences(sides: Sides) -> Any:
    from scipy.sparse import issparse

    if issparse(sides.true):
        return sides.negative - sides.true
    spread = np.vstack([sides.true, sides.negative]).std(0)
    return ((sides.negative - sides.true) / np.where(spread > 0, spread, 1)).clip(-_FAR, _FAR)


def _ways(changes: Any, groups: Groups) -> list[Any]:
    from scipy.sparse import csr_matrix

    of_group = csr_matrix((np.ones(len(groups)), (groups, np.arange(len(groups)))))
    common = np.asarray(((of_group @ abs(changes)) > 0).sum(0)).ravel() >= _FEWEST
    known = changes[:, common]
    total = csr_matrix(known.sum(1))
    return [_scaled(way) for way in (known, known.sign(), total, total.sign())]


def _scaled(changes: Any) -> Any:
    length = np.sqrt(changes.multiply(changes).sum() / max(changes.shape[0], 1))
    return changes / length if length else changes
