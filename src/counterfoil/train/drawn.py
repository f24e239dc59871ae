"""The drawn world as groups to train from, made in memory: no folder, no file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from counterfoil.train.dataset import FOILS, SAMPLES, FoilDataset, gather
from counterfoil.world.deal import deal, keys
from counterfoil.world.paint import paint
from counterfoil.world.quads import Cell, Quad, quads


def drawn_foils(
    split: str,
    *,
    seed: int = 0,
    size: int = 64,
    scenes: int = 1000,
    quads_per_cell: int = 100,
    cells: tuple[Cell, ...] = (),
) -> FoilDataset:
    """Scenes as ordinary pairs, and squares of two drawings and two captions as two-way foils.

    Every square is a group of its own. Its original is no ordinary pair: scenes show more than squares
    do, and their captions say more.

    Args:
        split: of the world, see `world.splits`.
        seed: of the world.
        size: side of the pictures in pixels.
        scenes: how many scenes.
        quads_per_cell: how many squares of each operation and kind.
        cells: operations and kinds; () for all.

    Raises:
        DataError: an unknown split or cell, or a size that nothing is drawn at.
    """
    dealt = [deal(key) for key in keys(split, seed, scenes)]
    squares = list(quads(split, seed, quads_per_cell, cells))
    rows = [{"key": one.key, "captions": [caption.text for caption in one.captions]} for one in dealt]
    rows += [{"key": square.key, "captions": [square.captions[0]]} for square in squares]
    originals = [one.drawing for one in dealt] + [square.drawings[0] for square in squares]
    drawings = originals + [square.drawings[1] for square in squares]
    foils = gather(
        pa.Table.from_pylist([row | {"file": f"drawn:{split}"} for row in rows], SAMPLES),
        pa.Table.from_pylist([_foil(square) for square in squares], FOILS),
        [paint(drawing, size) for drawing in drawings],
        picture_S=np.arange(len(originals)),
        sample_F=np.arange(len(dealt), len(originals)),
        picture_F=np.arange(len(originals), len(drawings)),
    )
    return replace(foils, sample_P=np.arange(len(dealt)))


def _foil(square: Quad) -> dict[str, object]:
    told = {name: getattr(square, name) for name in ("key", "operation", "kind")}
    return told | {"before": "", "caption": square.captions[0], "negative_caption": square.captions[1]}
