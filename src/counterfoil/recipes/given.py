"""Foils that others have made, as a dataset of ours: to train on, evaluate, look at, audit and export.

Paper:    none; of GNM's files, Sahin et al., WACV 2024, arXiv 2311.03964.
Command:  counterfoil mine gnm:annotation.json --out DIR
Hardware: any CPU; as fast as pictures are read and written.
Expect:   every variation whose pictures are there. GNM's own limits were applied to its release already:
          --set filter.iva.above=14 and --set filter.itm.mean.above=0 repeat them.
"""

from __future__ import annotations

from counterfoil.mine.decode import Decode
from counterfoil.mine.filter import Filter, Limit
from counterfoil.mine.given import Given
from counterfoil.mine.run import MineRecipe

LIMITS = (Limit(name="itm.mean"), Limit(name="iva"))
"""Of GNM's scores; none by itself."""


def given() -> MineRecipe:
    """Read and keep; nothing is proposed or painted."""
    return MineRecipe(name="given", stages=(Decode(), Given(), Filter(limits=LIMITS)))
