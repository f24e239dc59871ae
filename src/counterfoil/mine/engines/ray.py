"""Shards over a Ray cluster: they stream through operators, each a pool of actors."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from counterfoil.errors import MiningError, ModelError, RecipeError
from counterfoil.mine.engines.operators import Operator, grouped, sized
from counterfoil.mine.engines.passing import dumps, loads
from counterfoil.mine.pipeline import Loaded, Outcome, advance, batches
from counterfoil.mine.run import Job, Marker, write_shard
from counterfoil.mine.tasks import Task


@dataclass(frozen=True, kw_only=True)
class Ray:
    """Mine on a Ray cluster: every operator is a pool of actors that load their models once.

    Shards are under way one per actor, and one more: further ones stay unread in the source, so that
    memory does not grow with the run. A shard whose worker or node died is begun anew: nothing of it was
    committed, or the same bytes are written again. See docs/decisions/0009.

    Args:
        address: of a running cluster ("auto", "ray://head:10001"); "" starts one on this machine.
        workers: actors of each operator; 0 shares out the cluster's CPUs and GPUs.
        pools: actors of single stages ("inpaint:4"); such a stage is an operator of its own.
        gpus: GPUs that an actor of a stage takes ("inpaint:0.5"), instead of what the stage itself says.
        fused: neighbouring stages that need the same are one operator; else each stage is one.
        retries: how often a shard is begun anew before its worker's death counts as its own fault.
    """

    address: str = ""
    workers: int = 0
    pools: tuple[str, ...] = ()
    gpus: tuple[str, ...] = ()
    fused: bool = True
    retries: int = 5

    def __call__(self, job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        """See `counterfoil.mine.run.Engine`.

        Raises:
            ModelError: Ray is not installed.
            MiningError: there is no cluster, a worker does not start, or a shard took too many down.
            RecipeError: `pools` or `gpus` name no stage.
        """
        pools, gpus = _by_stage(self.pools, int), _by_stage(self.gpus, float)
        operators = grouped(job.recipe.stages, pools, gpus, self.fused)
        with self._cluster() as ray:
            there = ray.cluster_resources()
            alive = sum(node["Alive"] for node in ray.nodes())
            fitted = sized(operators, alive, there.get("CPU", 1.0), there.get("GPU", 0.0), self.workers)
            flow = _Flow(ray, job, fitted, self.retries)
            try:
                yield from flow.run(iter(tasks))
            finally:
                flow.stop()

    @contextlib.contextmanager
    def _cluster(self) -> Iterator[Any]:
        """Ray, connected; what was connected before stays so."""
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        # By default 15: beside other work, nothing would move.
        os.environ.setdefault("RAY_worker_niceness", "0")
        try:
            import ray
        except ImportError:
            raise ModelError("--engine ray needs Ray: pip install 'counterfoil[ray]'") from None
        if ray.is_initialized():
            yield ray
            return
        # One thread each: the workers are the parallelism, and sums keep their order.
        beside: dict[str, Any] = {"runtime_env": {"env_vars": {"OMP_NUM_THREADS": "1"}}}
        if self.address:
            beside["address"] = self.address
        else:  # "local": never another one that runs here already
            beside |= {"address": "local", "include_dashboard": False, "num_cpus": self.workers or None}
        answer = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(log_to_driver=False, logging_level=logging.ERROR, **beside)
        except (ConnectionError, RuntimeError, ValueError) as error:
            where = self.address or "this machine"
            raise MiningError(
                f"no Ray cluster at {where}: {error}. Start one with: ray start --head"
            ) from error
        if answer and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, answer)  # Ray has put its own in the place
        try:
            yield ray
        finally:
            ray.shutdown()


def _by_stage(settings: Sequence[str], number: type[Any]) -> dict[str, Any]:
    """Of "inpaint:4", {"inpaint": 4}."""
    told = {}
    for setting in settings:
        name, _, value = setting.partition(":")
        try:
            told[name] = number(value)
        except ValueError:
            raise RecipeError(f"{setting!r} is not STAGE:NUMBER, such as inpaint:4") from None
        if told[name] <= 0:
            raise RecipeError(f"{setting!r}: a stage needs more than nothing")
    return told


class Worker:
    """An actor: the stages of one operator, loaded with its first shard."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def ready(self) -> None:
        """Answer as soon as this actor runs, for the first time or again."""

    def work(self, task: Task, passed: bytes | None, last: bool) -> tuple[Marker | None, bytes | None]:
        """Take a shard through the stages.

        Args:
            task: the shard as the source gave it.
            passed: what the operator before made of it; None for the first operator.
            last: write it, as no operator follows.

        Returns:
            The marker if it is written, else what the next operator is to be passed.
        """
        begun = (
            loads(passed)
            if passed is not None
            else (Outcome(kept=batch) for batch in batches(task.samples, self._job.recipe.batch_size))
        )
        outcomes = (advance(self._stages, outcome) for outcome in begun)
        return (write_shard(self._job, task, outcomes), None) if last else (None, dumps(list(outcomes)))

    @cached_property
    def _stages(self) -> Loaded:
        """Loaded with the first shard, so that what goes wrong reaches the caller as it is."""
        return self._job.load()


@dataclass
class _Shard:
    """A shard under way: its input and what became of it, both in Ray's store; how often it was begun."""

    name: str
    task: Any
    passed: Any = None
    begun: int = 1


@dataclass
class _Pool:
    """An operator's actors: at work, at rest, or starting; and the shards that wait for one."""

    operator: Operator
    resting: deque[Any] = field(default_factory=deque)
    waiting: deque[_Shard] = field(default_factory=deque)
    under_way: dict[Any, tuple[Any, _Shard | None, Any]] = field(default_factory=dict)

    def wake(self, actor: Any) -> None:
        """Let an actor tell when it can work."""
        self.under_way[actor.ready.options(max_task_retries=-1).remote()] = actor, None, None

    def dispatch(self, last: bool) -> None:
        """Give the shards that wait to the actors that rest."""
        while self.resting and self.waiting:
            actor, shard = self.resting.popleft(), self.waiting.popleft()
            told, passed = actor.work.options(num_returns=2).remote(shard.task, shard.passed, last)
            self.under_way[told] = actor, shard, passed


class _Flow:
    """Shards on their way through the operators."""

    def __init__(self, ray: Any, job: Job, operators: Sequence[Operator], retries: int) -> None:
        self._ray, self._retries = ray, retries
        self._pools = [_Pool(operator) for operator in operators]
        self._actors = []
        # One of each operator first: where machines do not carry all, none of them is without.
        for number in range(max(operator.workers for operator in operators)):
            for pool in self._pools:
                if number < pool.operator.workers:
                    actor = self._actor(pool.operator, job)
                    self._actors.append(actor)
                    pool.wake(actor)

    def _actor(self, operator: Operator, job: Job) -> Any:
        """An actor that is started anew, on another node if it must, as often as it dies."""
        remote = self._ray.remote(
            num_cpus=operator.cpus, num_gpus=operator.gpus, max_restarts=-1, max_task_retries=0
        )
        part = replace(job.recipe, stages=operator.stages)
        return remote(Worker).remote(job._replace(recipe=part))

    def run(self, tasks: Iterator[Task]) -> Iterator[Marker]:
        """Every task's marker, as it is done."""
        most = len(self._actors) + 1
        open_ = 0
        while True:
            while open_ < most and (task := next(tasks, None)) is not None:
                self._pools[0].waiting.append(_Shard(task.name, self._ray.put(task)))
                open_ += 1
            if not open_:
                return
            for pool in self._pools:
                pool.dispatch(last=pool is self._pools[-1])
            if (marker := self._next()) is not None:
                open_ -= 1
                yield marker

    def _next(self) -> Marker | None:
        """Wait until an actor has something to tell, and act on it."""
        awaited = {told: number for number, pool in enumerate(self._pools) for told in pool.under_way}
        (told, *_), _ = self._ray.wait(list(awaited), num_returns=1, fetch_local=False)
        number = awaited[told]
        pool = self._pools[number]
        actor, shard, passed = pool.under_way.pop(told)
        try:
            marker: Marker | None = self._ray.get(told)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except self._ray.exceptions.RayError as died:
            self._begin_anew(shard, died)
            pool.wake(actor)
            return None
        pool.resting.append(actor)
        if shard is not None and marker is None:
            shard.passed = passed
            self._pools[number + 1].waiting.append(shard)
        return marker

    def _begin_anew(self, shard: _Shard | None, died: Exception) -> None:
        if shard is None:
            raise MiningError(f"a worker does not start: {died}") from died
        if shard.begun > self._retries:
            raise MiningError(
                f"shard {shard.name} was begun {shard.begun} times, and each time its worker died: killed "
                f"from outside, or out of memory ({died}). What is committed is kept: run it again"
            ) from died
        shard.begun, shard.passed = shard.begun + 1, None
        self._pools[0].waiting.appendleft(shard)

    def stop(self) -> None:
        """Let the actors go."""
        for actor in self._actors:
            self._ray.kill(actor)
