"""Stages are grouped by what they need, and pools fit the machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest

from counterfoil.errors import RecipeError
from counterfoil.mine.engines.operators import Operator, grouped, sized
from counterfoil.mine.stage import Apply, Run
from counterfoil.recipes.drawn import drawn
from counterfoil.records import Sample


@dataclass(frozen=True, kw_only=True)
class OnGpu:
    """A stage that takes a quarter of a GPU."""

    name: str
    takes: ClassVar[type] = Sample
    gives: ClassVar[type] = Sample
    version: ClassVar[int] = 1
    gpus: float = 0.25

    def load(self, run: Run) -> Apply:
        return list


@dataclass(frozen=True, kw_only=True)
class OnCpu(OnGpu):
    """A stage that takes a CPU."""

    gpus: float = 0.0


STAGES = (OnCpu(name="a"), OnCpu(name="b"), OnGpu(name="c"), OnGpu(name="d", gpus=1.0), OnCpu(name="e"))


def names(operators: Sequence[Operator]) -> list[str]:
    return [operator.name for operator in operators]


def test_neighbours_that_need_the_same_are_one_operator() -> None:
    assert names(grouped(STAGES, {}, {}, True)) == ["a+b", "c", "d", "e"]
    assert len(grouped(drawn().stages, {}, {}, True)) == 1


def test_unfused_each_stage_is_an_operator() -> None:
    assert names(grouped(STAGES, {}, {}, False)) == ["a", "b", "c", "d", "e"]


def test_a_stage_with_a_pool_of_its_own_stands_alone() -> None:
    operators = grouped(STAGES, {"b": 3}, {}, True)
    assert names(operators) == ["a", "b", "c", "d", "e"]
    assert [operator.workers for operator in operators] == [0, 3, 0, 0, 0]


def test_gpus_as_told_replace_the_hint() -> None:
    operators = grouped(STAGES, {}, {"d": 0.25}, True)
    assert names(operators) == ["a+b", "c+d", "e"]
    assert operators[1].gpus == 0.25


def test_an_unknown_stage_is_named_with_the_nearest() -> None:
    with pytest.raises(RecipeError, match="unknown stage 'propos': did you mean 'propose'"):
        grouped(drawn().stages, {"propos": 1}, {}, True)


def test_workers_share_out_the_machines() -> None:
    fitted = sized(grouped(STAGES, {}, {}, True), nodes=2, cpus=16, gpus=2, workers=0)
    # 2 GPUs over the 2 operators that want some: 4 quarters, and 1 whole; 16 CPUs over the other 2: 8 each
    assert [operator.workers for operator in fitted] == [8, 4, 1, 8]
    assert sum(operator.workers * operator.cpus for operator in fitted) <= 16
    assert [operator.gpus for operator in fitted] == [0, 0.25, 1.0, 0]
    assert [operator.cpus for operator in fitted] == [1.0, 0.0, 0.0, 1.0]


def test_without_gpus_what_asks_for_them_works_on_cpus() -> None:
    fitted = sized(grouped(STAGES, {}, {}, True), nodes=1, cpus=8, gpus=0, workers=0)
    assert [operator.gpus for operator in fitted] == [0, 0, 0, 0]
    assert [operator.workers for operator in fitted] == [2, 2, 2, 2]


def test_more_operators_than_cpus_share_them() -> None:
    fitted = sized(grouped(STAGES, {}, {}, False), nodes=2, cpus=2, gpus=0, workers=1)
    assert [operator.workers for operator in fitted] == [1] * 5
    assert 2 * (1 // fitted[0].cpus) >= 5  # two machines of one CPU carry five of them
