"""The processes of a run: one, or those that torchrun started."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import torch
import torch.distributed as dist

from counterfoil.errors import CounterfoilError, DataError, TrainingError

T = TypeVar("T")

PATIENCE = timedelta(hours=1)
"""How long ranks wait for one that neither answers nor dies: it may be measuring the model."""


class Ranks(NamedTuple):
    """Which of the processes this is, and where it computes."""

    rank: int = 0
    world: int = 1
    device: torch.device = torch.device("cpu")

    @property
    def first(self) -> bool:
        """Whether this one writes files and talks."""
        return self.rank == 0

    def once(self, act: Callable[[], T]) -> T:
        """Let the first rank act and all of them know what came of it, be it an error."""
        if self.world == 1:
            return act()
        told: list[Any] = [None, None]
        if self.first:
            try:
                told[0] = act()
            except CounterfoilError as error:
                told[1] = error
        dist.broadcast_object_list(told, src=0)
        if told[1] is not None:
            raise told[1]
        return told[0]  # type: ignore[no-any-return]

    def alone(self, act: Callable[[], T]) -> T | None:
        """Let the first rank act and keep what comes of it; the others get None, or its error."""
        made: list[T] = []
        self.once(lambda: made.append(act()))
        return made[0] if made else None

    def agree(self, described: dict[str, Any]) -> None:
        """Go on only if all ranks say the same.

        Raises:
            DataError: they do not.
        """
        first, *others = self.all(described)
        for rank, other in enumerate(others, 1):
            differs = [name for name in first if other.get(name) != first[name] and name != "fingerprint"]
            if differs:
                raise DataError(
                    f"rank {rank} has another {' and '.join(differs)} than rank 0: give all ranks the same"
                )

    def all(self, value: T) -> list[T]:
        """The values of all ranks, in their order."""
        if self.world == 1:
            return [value]
        values: list[Any] = [None] * self.world
        dist.all_gather_object(values, value)
        return values


ALONE = Ranks()
"""The only process, on the CPU."""


def own_device() -> torch.device:
    """The GPU that torchrun gives this process, or the first; the CPU where there is none."""
    local = int(os.environ.get("LOCAL_RANK", "0"))
    return torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")


@contextlib.contextmanager
def joined() -> Iterator[Ranks]:
    """Join the other ranks, if torchrun started any; leave them at the end.

    Raises:
        TrainingError: another rank has died, or they cannot be joined.
    """
    device = own_device()
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield Ranks(device=device)
        return
    backend = "nccl" if device.type == "cuda" else "gloo"
    try:
        dist.init_process_group(backend, timeout=PATIENCE)
        yield Ranks(dist.get_rank(), dist.get_world_size(), device)
        dist.destroy_process_group()
    except (dist.DistError, RuntimeError) as error:
        if isinstance(error, dist.DistError) or _is_of_a_collective(error):
            raise TrainingError(
                f"rank {os.environ['RANK']} stops, as it lost another rank, whose own message says why "
                f"({str(error).splitlines()[0]}). Run the same command to go on from what is written"
            ) from error
        raise


def _is_of_a_collective(error: RuntimeError) -> bool:
    """Whether torch says so; gloo raises nothing more special."""
    return any(word in str(error).lower() for word in ("gloo", "nccl", "connection closed", "process group"))
