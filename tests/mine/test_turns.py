"""Stages with large models take turns in memory, and records that belong together stay together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from scenes import disc, foil, scene

from counterfoil.frozen import grow
from counterfoil.mine.counts import Counts
from counterfoil.mine.pipeline import CRASHED, Resting, load_stages, run_batch, run_batches
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Edit, Foil, Rejected, Sample, Scored

RUN = Run(0, Path())
BALL = scene(("ball", disc(160, 120, 40), (200, 30, 30)))
EVENTS: list[str] = []


@dataclass(frozen=True, kw_only=True)
class Large:
    """A stage that tells when it is loaded, and what it is given; it refuses what it is told to."""

    takes: ClassVar[type] = Sample
    gives: ClassVar[type] = Sample
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True

    name: str
    refuses: str = ""

    def load(self, run: Run) -> Apply:
        EVENTS.append(f"{self.name} loaded")
        return self._apply

    def _apply(self, records: Sequence[Any]) -> list[Any]:
        EVENTS.append(f"{self.name}: {' '.join(record.key for record in records)}")
        return [
            Rejected(record=r, key=r.key, stage=self.name, reason="told_to") if r.key == self.refuses else r
            for r in records
        ]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A stage that sees the foils of a scene together, and fails on one of them."""

    takes: ClassVar[type] = Scored
    gives: ClassVar[type] = Scored
    version: ClassVar[int] = 1
    together: ClassVar[bool] = True

    fails: str = ""

    def load(self, run: Run) -> Apply:
        return self._apply

    def _apply(self, records: Sequence[Scored]) -> list[Scored]:
        keys = [record.key for record in records]
        EVENTS.append(" ".join(keys))
        if self.fails in keys:
            raise ZeroDivisionError
        return list(records)


def samples(*keys: str) -> list[Sample]:
    return [Sample(key=key, image=BALL.image, captions=()) for key in keys]


LOTS = samples("a", "b"), samples("c")
STAGES = Large(name="first", refuses="b"), Large(name="second")


def test_one_at_a_time_each_model_is_loaded_for_its_turn_over_all_batches() -> None:
    EVENTS.clear()
    loaded = load_stages(STAGES, RUN, one_at_a_time=True)
    assert EVENTS == []
    run_batches(loaded, LOTS)
    first, second = ["first loaded", "first: a b", "first: c"], ["second loaded", "second: a", "second: c"]
    assert first + second == EVENTS
    assert all(isinstance(apply, Resting) and apply.apply is None for _, apply in loaded)


def test_a_model_that_has_nothing_to_do_is_not_loaded() -> None:
    EVENTS.clear()
    run_batches(load_stages(STAGES, RUN, one_at_a_time=True), [samples("b")])
    assert EVENTS == ["first loaded", "first: b"]


def test_what_comes_of_a_batch_is_the_same_whether_models_take_turns_or_not() -> None:
    taking_turns = run_batches(load_stages(STAGES, RUN, one_at_a_time=True), LOTS)
    at_once = [run_batch(load_stages(STAGES, RUN), lot) for lot in LOTS]
    assert [outcome.kept for outcome in taking_turns] == [outcome.kept for outcome in at_once]
    assert [outcome.rejected for outcome in taking_turns] == [outcome.rejected for outcome in at_once]
    assert [[r.key for r in outcome.kept] for outcome in at_once] == [["a"], ["c"]]


def scored(of: str, number: int) -> Scored:
    edit = Edit(operation="replace", kind="object", before="ball", after=f"cube {number}")
    made: Foil = replace(foil(replace(BALL, key=of), edit, None, ()), key=f"{of}/{number}")
    return grow(made, Scored, scores={})


@pytest.mark.parametrize(("fails", "lost"), [("", 0), ("a/1", 2), ("b/0", 1)])
def test_foils_of_a_scene_are_never_parted_and_fail_together(fails: str, lost: int) -> None:
    EVENTS.clear()
    foils = [scored("a", 0), scored("a", 1), scored("b", 0)]
    ((_, apply),) = load_stages([Compared(fails=fails)], RUN)
    out = apply(foils)
    refused = [record for record in out if isinstance(record, Rejected)]
    assert [record.key for record in out] == ["a/0", "a/1", "b/0"]
    assert [record.reason for record in refused] == [CRASHED] * lost
    assert all(("a/0" in seen) == ("a/1" in seen) for seen in EVENTS)


def test_the_seconds_of_each_stage_are_counted_over_batches() -> None:
    counts = Counts()
    for outcome in run_batches(load_stages(STAGES, RUN), LOTS):
        counts.add(replace(outcome, kept=[]))
    told = counts.seconds()
    assert {name: of["records"] for name, of in told.items()} == {"first": 3, "second": 2}
    assert all(0 <= of["seconds"] < 60 for of in told.values())
    assert "seconds" not in str(counts.to_json())
