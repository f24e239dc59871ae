"""The drawn world as groups to train from, made in memory: no folder, no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from counterfoil.train.dataset import FOILS, SAMPLES, FoilDataset, gather
from counterfoil.world.deal import deal, keys
from counterfoil.world.drawing import Drawing
from counterfoil.world.duo import duo_quads, duos
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
    told = [(one.key, one.drawing, tuple(caption.text for caption in one.captions)) for one in dealt]
    return _in_memory(split, size, told, list(quads(split, seed, quads_per_cell, cells)))


def duo_foils(
    split: str,
    *,
    seed: int = 0,
    size: int = 32,
    scenes: int = 1000,
    quads_per_cell: int = 100,
    cells: tuple[Cell, ...] = (),
) -> FoilDataset:
    """The same of the smaller world of two things, each scene told from either of them: see `world.duo`.

    Raises:
        DataError: an unknown split, or a size that nothing is drawn at.
    """
    told = [(key, duo.drawing, (duo.caption, duo.turned.caption)) for key, duo in duos(split, seed, scenes)]
    return _in_memory(split, size, told, list(duo_quads(split, seed, quads_per_cell, cells)))


def _in_memory(
    split: str, size: int, scenes: Sequence[tuple[str, Drawing, tuple[str, ...]]], squares: Sequence[Quad]
) -> FoilDataset:
    rows = [{"key": key, "captions": list(captions)} for key, _, captions in scenes]
    rows += [{"key": square.key, "captions": [square.captions[0]]} for square in squares]
    originals = [drawing for _, drawing, _ in scenes] + [square.drawings[0] for square in squares]
    drawings = originals + [square.drawings[1] for square in squares]
    foils = gather(
        pa.Table.from_pylist([row | {"file": f"drawn:{split}"} for row in rows], SAMPLES),
        pa.Table.from_pylist([_foil(square) for square in squares], FOILS),
        [paint(drawing, size) for drawing in drawings],
        picture_S=np.arange(len(originals)),
        sample_F=np.arange(len(scenes), len(originals)),
        picture_F=np.arange(len(originals), len(drawings)),
    )
    return replace(foils, sample_P=np.arange(len(scenes)))


def _foil(square: Quad) -> dict[str, object]:
    told = {name: getattr(square, name) for name in ("key", "operation", "kind")}
    return told | {"before": "", "caption": square.captions[0], "negative_caption": square.captions[1]}
