"""Batches through stages: all stages in memory or one at a time, a failing batch bisected, all counted."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from counterfoil.config import unit_name
from counterfoil.errors import DataError, MiningError, ModelError
from counterfoil.mine.stage import Apply, Run, Stage, check_conserved
from counterfoil.records import Pictured, Rejected, Sample

CRASHED = "crashed"
"""The reason of a record on which a stage raised an error that nobody foresaw."""


@dataclass
class Tally:
    """What went into a stage, what came out, what it refused, by reason, and the seconds that it took."""

    taken: int = 0
    given: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass
class Outcome:
    """What became of a batch so far: pictures that were read, all refusals, and the records that go on.

    After the last stage, `kept` holds the foils that were kept.
    """

    pictured: list[Pictured] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)


Loaded = Sequence[tuple[str, Apply]]


def load_stages(stages: Sequence[Stage], run: Run, *, one_at_a_time: bool = False) -> Loaded:
    """Every stage's function with its name.

    Weights and word lists are in memory from now on; with `one_at_a_time`, those of a heavy stage only
    from its first record until it is told to `rest`.
    """
    return [
        (unit_name(stage), Resting(stage, run) if one_at_a_time and _is_heavy(stage) else _ready(stage, run))
        for stage in stages
    ]


def _is_heavy(stage: Stage) -> bool:
    return getattr(stage, "heavy", False)


def _ready(stage: Stage, run: Run) -> Apply:
    apply = stage.load(run)
    return _by_sample(unit_name(stage), apply) if getattr(stage, "together", False) else apply


@dataclass
class Resting:
    """The function of a stage that is loaded when it has something to do."""

    stage: Stage
    run: Run
    apply: Apply | None = None

    def __call__(self, records: Sequence[Any]) -> list[Any]:
        """Wake it where it rests, and let it work."""
        if self.apply is None:
            self.apply = _ready(self.stage, self.run)
        return self.apply(records)

    def rest(self) -> None:
        """Let go of the weights."""
        from counterfoil.models.hosting import release  # what is heavy has models

        self.apply = None
        release()


def run_batch(stages: Loaded, samples: Sequence[Sample]) -> Outcome:
    """Take a batch of samples through every stage."""
    return advance(stages, Outcome(kept=list(samples)))


def run_batches(stages: Loaded, lots: Iterable[Sequence[Sample]]) -> list[Outcome]:
    """Take batches through the stages together: all through the first, then all through the second ...

    What comes of a batch is the same as if it had gone alone. A heavy stage that was loaded to rest is in
    memory only for its turn.
    """
    outcomes = [Outcome(kept=list(samples)) for samples in lots]
    for name, apply in stages:
        for outcome in outcomes:
            advance([(name, apply)], outcome)
        if isinstance(apply, Resting):
            apply.rest()
    return outcomes


def advance(stages: Loaded, outcome: Outcome) -> Outcome:
    """Take what became of a batch so far through the next stages."""
    for name, apply in stages:
        begun = time.perf_counter()
        out = _bisect(name, apply, [[record] for record in outcome.kept])
        check_conserved(name, outcome.kept, out)
        refused = [record for record in out if isinstance(record, Rejected)]
        tally = outcome.tallies[name] = Tally(len(outcome.kept), len(out) - len(refused))
        tally.seconds = time.perf_counter() - begun
        tally.rejected.update(record.reason for record in refused)
        outcome.rejected += refused
        outcome.kept = [record for record in out if not isinstance(record, Rejected)]
        outcome.pictured = [r for r in outcome.kept if isinstance(r, Pictured)] or outcome.pictured
    return outcome


def _bisect(name: str, apply: Apply, parts: Sequence[Sequence[Any]]) -> list[Any]:
    """Apply a stage; where it raises, halve the batch until the one part that fails stands alone."""
    if not parts:
        return []
    try:
        return apply(list(itertools.chain.from_iterable(parts)))
    except (MemoryError, OSError, DataError, MiningError, ModelError):
        raise  # not the record's fault: the next one would meet it too
    except Exception as error:
        if len(parts) == 1:
            detail = f"{type(error).__name__}: {error}"
            return [
                Rejected(record=record, key=record.key, stage=name, reason=CRASHED, detail=detail)
                for record in parts[0]
            ]
    half = len(parts) // 2
    return _bisect(name, apply, parts[:half]) + _bisect(name, apply, parts[half:])


def _by_sample(name: str, apply: Apply) -> Apply:
    """A stage that has to see all records of a sample together: what fails, fails with all of them."""

    def whole(records: Sequence[Any]) -> list[Any]:
        of_samples = itertools.groupby(records, key=lambda record: record.scene.key)
        return _bisect(name, apply, [list(group) for _, group in of_samples])

    return whole


def batches(samples: Iterable[Sample], size: int) -> Iterator[list[Sample]]:
    """The samples, `size` at a time."""
    rest = iter(samples)
    while batch := list(itertools.islice(rest, size)):
        yield batch
