"""Batches without end, made ahead in worker processes, and where to go on after a stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import cv2
import torch
from torch.utils.data import DataLoader, Dataset

from counterfoil.errors import CounterfoilError, DataError
from counterfoil.train.batches import Batch
from counterfoil.train.collate import Batches, Chosen
from counterfoil.train.samplers import GroupSampler


class Loader:
    """A row of batches: epoch after epoch, without a pause between them.

    What batches hold does not depend on the number of workers, and where it stands counts those that
    were handed out, not those that are made already: `state_dict()` between two of them is the place to
    go on from.

    Args:
        batches: makes them.
        sampler: says what they hold. It is moved on as batches are handed out.
        workers: processes that decode ahead; 0 for none.
        ahead: batches that each of them keeps ready.
        endless: begin the next epoch after each; else it stops after the one that it stands in.
        pin_memory: hand batches out in pinned memory, for a GPU.
    """

    def __init__(
        self,
        batches: Batches,
        sampler: GroupSampler,
        *,
        workers: int = 2,
        ahead: int = 2,
        endless: bool = True,
        pin_memory: bool = False,
    ) -> None:
        self.batches, self.sampler = batches, sampler
        self.workers, self.ahead, self.endless, self.pin_memory = workers, ahead, endless, pin_memory

    def __len__(self) -> int:
        """How many batches an epoch has."""
        return len(self.sampler)

    def __iter__(self) -> Iterator[Batch]:
        """The batches from where it stands.

        Raises:
            DataError: a picture cannot be decoded, or a worker died.
        """
        made = iter(self._loader())
        while (batch := _next(made)) is not None:
            self.sampler.advance()
            yield batch

    def state_dict(self) -> dict[str, Any]:
        """Where it stands: see `GroupSampler`."""
        return self.sampler.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there, with the next `iter`."""
        self.sampler.load_state_dict(state)

    def _loader(self) -> DataLoader[Batch | CounterfoilError]:
        return DataLoader(
            _Told(self.batches),
            batch_size=None,
            sampler=self._chosen(),
            num_workers=self.workers,
            prefetch_factor=self.ahead if self.workers else None,
            collate_fn=_as_it_is,
            pin_memory=self.pin_memory,
            worker_init_fn=_alone,
            generator=torch.Generator(),  # else it would draw from the chance that training goes by
        )

    def _chosen(self) -> Iterator[Chosen]:
        epoch, first = self.sampler.epoch, self.sampler.batch
        while True:
            for batch, indices in enumerate(self.sampler.order(epoch)[first:], first):
                yield Chosen(epoch * len(self) + batch, epoch, indices)
            if not self.endless:
                return
            epoch, first = epoch + 1, 0


class _Told(Dataset[Batch | CounterfoilError]):
    """Hands errors on as values: one that is raised in a worker arrives as a page of traceback."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __getitem__(self, chosen: Chosen) -> Batch | CounterfoilError:
        try:
            return self.batches[chosen]
        except CounterfoilError as error:
            return DataError(str(error))


def _next(made: Iterator[Batch | CounterfoilError]) -> Batch | None:
    try:
        batch = next(made, None)
    except RuntimeError as error:
        if not str(error).startswith("DataLoader worker"):
            raise
        raise DataError(
            f"a process that reads pictures died ({error}): have fewer of them or smaller batches if memory "
            "ran out, or none (workers=0) to see what happens"
        ) from error
    if isinstance(batch, CounterfoilError):
        raise batch
    return batch


def _as_it_is(batch: Any) -> Any:
    return batch


def _alone(worker: int) -> None:
    """One thread a process: there are other processes beside it."""
    cv2.setNumThreads(1)
