"""Shards over processes of this machine."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing import connection

from counterfoil.errors import MiningError
from counterfoil.mine.pipeline import Loaded
from counterfoil.mine.run import Job, Marker, mine_shard
from counterfoil.mine.tasks import Task

_job: list[Job] = []
"""What a worker process was started for."""


@dataclass(frozen=True, kw_only=True)
class Local:
    """Mine with so many processes; 0 mines in this one."""

    workers: int = 1

    def __call__(self, job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        """See `counterfoil.mine.run.Engine`.

        Raises:
            MiningError: a worker died.
        """
        return self._in_processes(job, tasks) if self.workers else _in_this_process(job, tasks)

    def _in_processes(self, job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        # One thread each: the workers are the parallelism, and sums keep their order.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, spawn, _start, (job,))
        try:
            # One task more than workers waits ready; further ones stay unread in the source.
            yield from _bounded(pool, iter(tasks), self.workers + 1)
        except BrokenProcessPool:
            raise MiningError(
                "a worker process died: killed from outside, or out of memory (fewer --workers need less). "
                "What it had committed is kept: the same command goes on from there"
            ) from None
        except BaseException:
            for child in multiprocessing.active_children():
                child.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _bounded(pool: ProcessPoolExecutor, tasks: Iterator[Task], most: int) -> Iterator[Marker]:
    running: set[Future[Marker]] = {pool.submit(_mine, task) for task in itertools.islice(tasks, most)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        running |= {pool.submit(_mine, task) for task in itertools.islice(tasks, len(done))}
        for future in done:
            yield future.result()


def _in_this_process(job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
    stages: Loaded | None = None
    for task in tasks:
        stages = stages if stages is not None else job.load()
        yield mine_shard(job, task, stages)


def _start(job: Job) -> None:
    """Get a worker ready. Ctrl-C is the parent's to answer, and a worker dies with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _job.append(job)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _mine(task: Task) -> Marker:
    return mine_shard(_job[0], task, _stages())


@cache
def _stages() -> Loaded:
    """Loaded with the first task, so that what goes wrong reaches the caller as it is."""
    return _job[0].load()
