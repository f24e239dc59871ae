"""The public laws find what is broken: each of these units breaks one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

from counterfoil.errors import MiningError
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import Data
from counterfoil.mine.decode import Decode
from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.editors.redraw import Redraw
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Kind, Operation, Patch, Reworded, Sample, Scene, Scored
from counterfoil.testing.benchmarks import check_benchmark
from counterfoil.testing.losses import check_loss
from counterfoil.testing.records import examples
from counterfoil.testing.stages import check_editor, check_stage
from counterfoil.testing.units import check_unit
from counterfoil.train.batches import Embeddings
from counterfoil.train.losses import LOSSES, Loss


@dataclass(frozen=True, kw_only=True)
class Passing:
    """Hands scenes on: all, or all but the first, or numbered within their batch."""

    way: str = "all"
    takes: ClassVar[type] = Scene
    gives: ClassVar[type] = Scene
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Apply:
        def apply(scenes: Sequence[Scene]) -> list[Any]:
            if self.way == "numbered":
                return [replace(scene, licence=str(n)) for n, scene in enumerate(scenes)]
            return list(scenes)[self.way == "losing" :]

        return apply


@dataclass(frozen=True, kw_only=True)
class Spilling:
    """Paints the whole patch and says that it painted nothing."""

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = Redraw().draws
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Paint:
        def paint(proposal: Reworded, rng: Random) -> Painted | Refused:
            pixels = 255 - proposal.scene.pixels
            mask = pixels[:, :, 0] > 300
            return Painted(Patch(left=0, top=0, pixels=pixels, mask=mask))

        return paint


@dataclass(frozen=True, kw_only=True)
class Deaf(Loss):
    """Teaches pictures alone."""

    def __call__(self, e: Embeddings, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
        own = e.image_ID[e.layout.image_N] * e.text_TD[e.layout.text_N].detach()
        return {"near": -own.sum() + 0 * e.text_TD.sum()}


@dataclass
class Melting:
    """Not frozen."""

    size: int = 1


def test_examples_are_of_the_kind_that_was_asked_for() -> None:
    assert {type(record) for record in examples(Scored)} == {Scored}
    assert len(examples(Sample, scenes=2)) == 2
    assert examples(Scored, seed=1)[0].key != examples(Scored)[0].key


def test_good_units_keep_the_laws() -> None:
    check_stage(Passing(), examples(Scene))
    check_stage(Decode(), examples(Sample))
    assert check_editor(Redraw(), examples(Reworded))["painted"] > 10


def test_a_stage_that_loses_a_record_is_found() -> None:
    with pytest.raises(MiningError, match="lost 1 of 3 records"):
        check_stage(Passing(way="losing"), examples(Scene))


def test_a_stage_that_depends_on_its_batch_is_found() -> None:
    with pytest.raises(AssertionError, match="makes something else of a batch"):
        check_stage(Passing(way="numbered"), examples(Scene))


def test_a_stage_with_records_of_another_kind_is_told_so() -> None:
    with pytest.raises(AssertionError, match="takes Scene"):
        check_stage(Passing(), examples(Sample))


def test_an_editor_that_paints_outside_its_mask_is_found() -> None:
    with pytest.raises(AssertionError, match="changed what lies outside its mask"):
        check_editor(Spilling(), examples(Reworded))


def test_a_unit_that_can_change_is_found() -> None:
    with pytest.raises(AssertionError, match="is not frozen"):
        check_unit(Melting())


def test_a_loss_that_teaches_one_tower_is_found() -> None:
    with pytest.raises(AssertionError, match="teaches some pairs nothing in text_TD"):
        check_loss(Deaf())


def test_a_loss_that_is_not_its_formula_is_found() -> None:
    with pytest.raises(AssertionError, match="is not its formula"):
        check_loss(LOSSES["clip"], lambda e, of: float(torch.tensor(1.0)))


def test_a_benchmark_that_is_wrong_of_chance_is_found() -> None:
    drawn = next(BENCHMARKS[name] for name in BENCHMARKS if name.startswith("drawn"))
    opened = replace(drawn, number=25).open(Data())  # type: ignore[type-var]
    items = list(opened.items())
    check_benchmark(replace(opened, items=lambda: items))
    with pytest.raises(AssertionError, match="chance has"):
        check_benchmark(replace(opened, items=lambda: items, chance=dict.fromkeys(opened.chance, 0.9)))
