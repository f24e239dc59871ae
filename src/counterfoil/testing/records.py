"""Records of every kind, as the recipe of the drawn world makes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from counterfoil.mine.stage import Run
from counterfoil.recipes.drawn import drawn
from counterfoil.records import Record, Rejected
from counterfoil.sources.drawn import Drawn

R = TypeVar("R", bound=Record)


def examples(kind: type[R], scenes: int = 3, seed: int = 0) -> list[R]:
    """Records of exactly this kind: of some drawn scenes, or of all their edits.

    Args:
        kind: Sample, Pictured, Scene, Proposal, Reworded, Foil or Scored.
        scenes: how many.
        seed: of the scenes and of the edits.

    Raises:
        ValueError: the drawn world has no such records.

    Example:
        >>> from counterfoil.records import Scene
        >>> [len(scene.captions) > 0 for scene in examples(Scene, scenes=2)]
        [True, True]
    """
    records: list[Any] = list(Drawn(path="train", seed=seed, number=scenes).read())
    stages = iter(drawn().stages)
    while type(records[0]) is not kind:
        stage = next(stages, None)
        if stage is None:
            raise ValueError(f"the drawn world has no records of the kind {kind.__name__}")
        made = stage.load(Run(seed, Path()))(records)
        records = [record for record in made if not isinstance(record, Rejected)]
    return records
