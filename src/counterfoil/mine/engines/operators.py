"""Stages grouped to operators: neighbours that need the same run in one process."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterfoil.config import unit_name
from counterfoil.errors import RecipeError, unknown
from counterfoil.mine.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Consecutive stages that one worker takes records through.

    Args:
        stages: in their order.
        workers: how many such workers there are.
        cpus: that one of them takes.
        gpus: the same; a share of one, or several.
    """

    stages: tuple[Stage, ...]
    workers: int = 1
    cpus: float = 1.0
    gpus: float = 0.0

    @property
    def name(self) -> str:
        """The names of its stages."""
        return "+".join(map(unit_name, self.stages))


def grouped(
    stages: Sequence[Stage], pools: Mapping[str, int], gpus: Mapping[str, float], fused: bool
) -> list[Operator]:
    """The operators of a recipe.

    Args:
        stages: the recipe's.
        pools: workers of single stages, by name: such a stage is an operator of its own.
        gpus: GPUs of single stages, by name, instead of what the stage itself says.
        fused: neighbours that need the same are one operator, unless they are heavy; else each stage is one.

    Raises:
        RecipeError: a name that is no stage's.
    """
    names = [unit_name(stage) for stage in stages]
    for name in (*pools, *gpus):
        if name not in names:
            raise RecipeError(unknown("stage", name, names))

    def needs(numbered: tuple[int, Stage]) -> tuple[float, float, int, int]:
        number, stage = numbered
        name, heavy = unit_name(stage), getattr(stage, "heavy", False)
        share = gpus.get(name, float(getattr(stage, "gpus", 1.0 if heavy else 0.0)))
        alone = number if name in pools or heavy or not fused else -1
        return float(getattr(stage, "cpus", 1.0)), share, pools.get(name, 0), alone

    return [
        Operator(stages=tuple(stage for _, stage in group), workers=workers, cpus=cpus, gpus=share)
        for (cpus, share, workers, _), group in itertools.groupby(enumerate(stages), key=needs)
    ]


def sized(
    operators: Sequence[Operator], nodes: int, cpus: float, gpus: float, workers: int
) -> list[Operator]:
    """The operators with as many workers as the machines carry.

    Args:
        operators: as `grouped`; those with workers keep them.
        nodes: how many machines.
        cpus: of all machines.
        gpus: of all machines; where there are none, what asks for them works on CPUs. Who has a GPU takes no
            CPU of its own.
        workers: of each operator that says nothing itself; 0 shares out all that there is.
    """
    with_gpu = [operator for operator in operators if operator.gpus and gpus]
    without = max(len(operators) - len(with_gpu), 1)

    def size(operator: Operator) -> int:
        if operator.workers or workers:
            return operator.workers or workers
        if operator in with_gpu:
            return max(1, int(gpus / len(with_gpu) / operator.gpus))
        return max(1, int(cpus / without / operator.cpus))

    def takes(operator: Operator) -> float:
        # Else workers that need no GPU could take all CPUs of a machine that has one.
        return 0.0 if operator in with_gpu else operator.cpus

    numbers = [size(operator) for operator in operators]
    asked = sum(number * takes(operator) for number, operator in zip(numbers, operators, strict=True))
    # More operators than CPUs share them, or some would wait for ever; of each machine up to one worker's
    # share is lost, as no worker spans two.
    scale = 1.0 if asked <= cpus else cpus / (asked + nodes * max(operator.cpus for operator in operators))
    return [
        Operator(
            stages=operator.stages,
            workers=number,
            cpus=int(takes(operator) * scale * 1000) / 1000,
            gpus=operator.gpus if gpus else 0.0,
        )
        for operator, number in zip(operators, numbers, strict=True)
    ]
