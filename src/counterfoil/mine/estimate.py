"""What the language model of a recipe would be asked, and what that would cost, before anything is asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, runtime_checkable

from counterfoil.errors import RecipeError
from counterfoil.mine.pipeline import load_stages, run_batch
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.stage import Run
from counterfoil.records import Sample, Scene
from counterfoil.sources.source import Source

LOOKED_AT = 32
"""Samples that an estimate is made from: the first ones."""


@runtime_checkable
class Writing(Protocol):
    """A stage that asks a writer."""

    @property
    def writer(self) -> Any:
        """The writer."""
        ...

    def prompts(self, scene: Scene, seed: int) -> list[Any]:
        """What it is asked of a scene."""
        ...


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What was counted on the first samples, and what it comes to for all.

    Args:
        looked_at: samples that were looked at.
        inputs: samples that there are; None where only reading all would tell.
        requests, prompt_tokens, answer_tokens: of the samples that were looked at.
        cost: of the same, by the writer's prices.
    """

    looked_at: int
    inputs: int | None
    requests: int
    prompt_tokens: int
    answer_tokens: int
    cost: float

    def __str__(self) -> str:
        """In words, for all samples."""
        whole = self.looked_at if self.inputs is None else self.inputs
        times = whole / self.looked_at
        priced = f"{self.cost * times:,.2f} by the prices of the writer" if self.cost else "no prices are set"
        about = "" if whole == self.looked_at else f", going by the first {self.looked_at}"
        more = "; there may be more" if self.inputs is None else ""
        return (
            f"{whole:,} pictures{more}{about}: {round(self.requests * times):,} requests, about "
            f"{round(self.prompt_tokens * times):,} prompt tokens and {round(self.answer_tokens * times):,} "
            f"answer tokens: {priced}. What is asked again, or was answered already, is not counted"
        )


def estimate(source: Source, recipe: MineRecipe, *, seed: int = 0, limit: int | None = None) -> Estimate:
    """Take the first samples up to the stage that asks, and count what it would ask.

    Raises:
        RecipeError: the recipe asks no language model.
        DataError: the source cannot be read.
    """
    place = next((i for i, stage in enumerate(recipe.stages) if isinstance(stage, Writing)), None)
    if place is None:
        raise RecipeError(f"recipe {recipe.name} asks no language model: a dry run has nothing to tell")
    samples = itertools.islice(_samples(source), limit)
    first = list(itertools.islice(samples, LOOKED_AT))
    if not first:
        raise RecipeError("the source holds no samples at all: is it the right folder or file?")
    return _counted(recipe, place, first, seed, _inputs(source, first, samples, limit))


def _samples(source: Source) -> Iterator[Sample]:
    return (read for read in source.read() if isinstance(read, Sample))


def _inputs(source: Source, first: list[Sample], rest: Iterator[Sample], limit: int | None) -> int | None:
    """How many samples there are, where it is cheap to know."""
    if len(first) < LOOKED_AT:
        return len(first)
    if getattr(source, "streams", False):
        known = [n for n in (limit, getattr(source, "total", None)) if n is not None]
        return min(known, default=None)
    return len(first) + sum(1 for _ in rest)


def _counted(recipe: MineRecipe, place: int, first: list[Sample], seed: int, inputs: int | None) -> Estimate:
    from counterfoil.models.writer import expected_tokens  # who asks has models

    stage: Any = recipe.stages[place]
    with TemporaryDirectory() as folder:
        stages = load_stages(recipe.stages[:place], Run(seed, Path(folder)))
        scenes = run_batch(stages, first).kept
    tokens = [expected_tokens(prompt) for scene in scenes for prompt in stage.prompts(scene, seed)]
    asked, answered = sum(t.prompt for t in tokens), sum(t.answer for t in tokens)
    return Estimate(
        looked_at=len(first),
        inputs=inputs,
        requests=len(tokens),
        prompt_tokens=asked,
        answer_tokens=answered,
        cost=stage.writer.cost(asked, answered),
    )
