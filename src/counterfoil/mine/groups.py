"""Foils without files: each picture with what a recipe keeps of it, in memory, one group after the other.

For a laboratory that asks for some thousand foils of the drawn world and needs them but once:

    for picture, foils in groups(Drawn(path="train", size=32), drawn()):
        for foil in foils:
            negative = foil.patch.onto(picture.pixels)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from counterfoil.mine.pipeline import batches, load_stages, run_batch
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.stage import Run, check_order
from counterfoil.records import Pictured, Sample, Scored
from counterfoil.sources.source import Source


def groups(source: Source, recipe: MineRecipe, seed: int = 0) -> Iterator[tuple[Pictured, list[Scored]]]:
    """The pictures of a source that can be read, in its order, with the foils that are kept.

    They are those of `mine` with the same seed. What is refused is dropped.

    Args:
        source: of samples.
        recipe: with nothing to prepare beforehand.
        seed: of the run.

    Raises:
        RecipeError: the stages do not fit.
    """
    check_order(recipe.stages)
    stages = load_stages(recipe.stages, Run(seed, Path()))
    samples = (read for read in source.read() if isinstance(read, Sample))
    for batch in batches(samples, recipe.batch_size):
        outcome = run_batch(stages, batch)
        foils: dict[str, list[Scored]] = defaultdict(list)
        for foil in outcome.kept:
            foils[foil.scene.key].append(foil)
        yield from ((pictured, foils[pictured.key]) for pictured in outcome.pictured)
