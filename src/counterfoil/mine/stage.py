"""What a stage is, and what is true of every stage: the order fits, and nothing vanishes.

A stage is a frozen dataclass whose fields are its configuration. `load` runs once per worker and
returns the function that works: a batch of records in, a list of records and rejections out. A
stage sees nothing of files, shards, workers or engines.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from counterfoil.errors import MiningError, RecipeError
from counterfoil.records import Proposal, Record, Rejected, Sample

Apply = Callable[[Sequence[Any]], list[Any]]
"""A batch of the stage's `takes` in; its `gives` and `Rejected` out, in the order of the batch."""


@dataclass(frozen=True)
class Run:
    """What a stage may know of the run it works in.

    Args:
        seed: the run's seed.
        folder: what was prepared before the first stage (cut-outs to paste). Read only.
        kept: folder for answers of language models, where they are not to lie in `folder`.
    """

    seed: int
    folder: Path
    kept: Path | None = None

    @property
    def answers(self) -> Path:
        """Where language models keep their answers."""
        return self.kept or self.folder / "answers"


class Stage(Protocol):
    """One step of a pipeline.

    `takes` also admits every record that grew out of it. `version` is raised when the output of
    the same configuration changes: it enters the fingerprint. One record may leave as several,
    whose keys are then the record's own key, a slash, and a number.

    It may also tell, as attributes: `heavy`, that its weights are worth letting go of between its turns
    (`MineRecipe.one_at_a_time`); `together`, that it must see all records of a sample at once; and what one
    worker of it takes on a cluster, `cpus` (1 if it says nothing) and `gpus`, a share of one (0.25) or
    several (1 for what is heavy).
    """

    takes: ClassVar[type]
    gives: ClassVar[type]
    version: ClassVar[int]

    def load(self, run: Run) -> Apply:
        """Get ready, once per worker, and return the function that works."""
        ...


def check_order(stages: Sequence[Stage]) -> None:
    """Refuse a pipeline whose stages do not fit, before anything heavy is loaded.

    Raises:
        RecipeError: a stage takes what the stage before it does not give.
    """
    for before, after in itertools.pairwise(stages):
        if not issubclass(before.gives, after.takes):
            raise RecipeError(
                f"{type(after).__name__} takes {after.takes.__name__}, but the stage before it, "
                f"{type(before).__name__}, gives {before.gives.__name__}: change the order of the stages"
            )


def check_conserved(stage: str, batch: Sequence[Record], out: Iterable[Record | Rejected]) -> None:
    """Refuse the output of a stage that lost a record or made one up.

    Raises:
        MiningError: a record left neither as a record nor as a rejection, or came from nowhere.
    """
    given = {record.key for record in batch}
    of_samples = any(isinstance(record, Sample) for record in batch)
    left = {_parent(record, given, of_samples) for record in out}
    if lost := given - left:
        raise MiningError(f"stage {stage} lost {len(lost)} of {len(given)} records, {min(lost)!r} among them")
    if extra := left - given:
        raise MiningError(f"stage {stage} gave records that nobody gave it, {min(extra)!r} among them")


def _parent(record: Record | Rejected, given: set[str], of_samples: bool) -> str:
    """The key of the record that this one came from; "a/0" may be a child of "a", or another sample."""
    if of_samples and isinstance(record, Proposal):
        return record.scene.key
    return record.key if record.key in given else record.key.rpartition("/")[0]
