"""One shard through every stage: batches, a failing batch bisected, everything counted."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from counterfoil.config import unit_name
from counterfoil.mine.stage import Apply, Run, Stage, check_conserved
from counterfoil.records import Pictured, Rejected, Sample

CRASHED = "crashed"
"""The reason of a record on which a stage raised an error that nobody foresaw."""


@dataclass
class Tally:
    """What went into a stage, what came out, and what it refused, by reason."""

    taken: int = 0
    given: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


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


def load_stages(stages: Sequence[Stage], run: Run) -> Loaded:
    """Every stage's function with its name, weights and word lists in memory."""
    return [(unit_name(stage), stage.load(run)) for stage in stages]


def run_batch(stages: Loaded, samples: Sequence[Sample]) -> Outcome:
    """Take a batch of samples through every stage."""
    return advance(stages, Outcome(kept=list(samples)))


def advance(stages: Loaded, outcome: Outcome) -> Outcome:
    """Take what became of a batch so far through the next stages."""
    for name, apply in stages:
        out = _bisect(name, apply, outcome.kept)
        check_conserved(name, outcome.kept, out)
        refused = [record for record in out if isinstance(record, Rejected)]
        tally = outcome.tallies[name] = Tally(len(outcome.kept), len(out) - len(refused))
        tally.rejected.update(record.reason for record in refused)
        outcome.rejected += refused
        outcome.kept = [record for record in out if not isinstance(record, Rejected)]
        outcome.pictured = [r for r in outcome.kept if isinstance(r, Pictured)] or outcome.pictured
    return outcome


def _bisect(name: str, apply: Apply, records: Sequence[Any]) -> list[Any]:
    """Apply a stage; where it raises, halve the batch until the one record that fails stands alone."""
    if not records:
        return []
    try:
        return apply(records)
    except (MemoryError, OSError):
        raise
    except Exception as error:
        if len(records) == 1:
            detail = f"{type(error).__name__}: {error}"
            return [
                Rejected(record=records[0], key=records[0].key, stage=name, reason=CRASHED, detail=detail)
            ]
    half = len(records) // 2
    return _bisect(name, apply, records[:half]) + _bisect(name, apply, records[half:])


def batches(samples: Iterable[Sample], size: int) -> Iterator[list[Sample]]:
    """The samples, `size` at a time."""
    rest = iter(samples)
    while batch := list(itertools.islice(rest, size)):
        yield batch
