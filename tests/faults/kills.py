"""Kill -9 at random: a run's first process, or one that it started. Does it end as if nobody had?

    PYTHONPATH=tests python -m faults.kills [--kills 100] [--seed 0] [--runs mine,ray,train,...]
    PYTHONPATH=tests python -m faults.kills --runs mine --source PHOTOS -- --recipe gnm --set models=tiny

For each kind of run, first one that nobody stops. Then, into new folders, runs of which a random process
is killed at a random moment, again and again; after every five kills the run is left alone, and every file
that it ends with is compared. Prints the kills, whom they hit, how many files of the result were there at
them, and how many ends were the same.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from trees import tree

PATIENCE = 600
"""Seconds after which a run counts as hanging."""

Tree = dict[str, str]


def hashes(folder: Path) -> Tree:
    """Every file of a folder with its hash."""
    return {name: sha256(data).hexdigest() for name, data in tree(folder).items()}


def weights(folder: Path) -> Tree:
    """The same of the weights that a training ended with."""
    return {name: told for name, told in hashes(folder).items() if name.endswith(".safetensors")}


class Kind(NamedTuple):
    """A kind of run: its command without the folder, which comes last, and what the folder then holds."""

    command: tuple[str, ...]
    result: Callable[[Path], Tree]


def kinds(source: str, more: Sequence[str] = ()) -> dict[str, Kind]:
    """The kinds of runs by name; those that mine are given `more` arguments."""
    program = (sys.executable, "-m", "counterfoil")
    number = ("--set", "source.number=96") if source.startswith("drawn:") else ()
    mine = (*program, "mine", source, *number, "--set", "shard_size=4", "--set", "batch_size=2", *more)
    learn = str(Path(__file__).with_name("small_training.py"))
    torchrun = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    return {
        "mine": Kind((*mine, "--workers", "2", "--out"), hashes),
        "ray": Kind((*mine, "--workers", "2", "--engine", "ray", "--out"), hashes),
        "train": Kind((sys.executable, learn), weights),
        "ranks": Kind((*torchrun, learn), weights),
        "shard": Kind((*torchrun, learn, "--shard"), weights),
        "stream": Kind((sys.executable, learn, "--window", "2"), weights),
    }


def descendants(process: int) -> list[int]:
    """A process and all that it has started, and they in turn."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))

    def below(one: int) -> Iterator[int]:
        yield one
        for child in children.get(one, []):
            yield from below(child)

    return list(below(process))


def start(command: Sequence[str], errors: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a run, quietly."""
    beside = {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=os.environ | beside)


def killed(command: Sequence[str], moment: float, chance: random.Random, *, at_work: bool = False) -> str:
    """Start a run, kill one of its processes after so many seconds, and wait until it has ended.

    Args:
        command: of the run.
        moment: seconds after which it is killed.
        chance: that says which process.
        at_work: count the seconds from when the run has started its first child.

    Returns:
        Whom it hit: "driver", "child", or "nobody" where the run had ended before.
    """
    run = start(command)
    while at_work and run.poll() is None and len(descendants(run.pid)) == 1:
        time.sleep(0.05)
    time.sleep(moment)
    if run.poll() is not None:
        return "nobody"
    victim = chance.choice(descendants(run.pid))
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    run.wait(PATIENCE)
    return "driver" if victim == run.pid else "child"


def ended(command: Sequence[str]) -> bool:
    """Whether a run that is left alone ends well; if it does not, its last words are printed."""
    run = start(command, subprocess.PIPE)
    _, said = run.communicate(timeout=PATIENCE)
    if run.returncode:
        print(f"status {run.returncode}: {said.decode(errors='replace')[-2000:]}", flush=True)
    return run.returncode == 0


def is_same(found: Tree, expected: Tree) -> bool:
    """Whether a result is what was expected; if it is not, the files that are others are printed."""
    others = {name for name, _ in found.items() ^ expected.items()}
    if others:
        print(f"other files than expected: {', '.join(sorted(others))}", flush=True)
    return not others


class Trial(NamedTuple):
    """Kills by whom they hit; files of the result that were there at each; runs left alone at last; those
    that ended as expected; files of the result.
    """

    hits: Counter[str]
    there: list[int]
    ends: int
    same: int
    files: int

    def __str__(self) -> str:
        at = f"{min(self.there)} to {max(self.there)} (median {median(self.there):.0f}) of {self.files} files"
        return f"{dict(self.hits)} killed, with {at} there, {self.same} of {self.ends} ends the same"


def trial(kind: Kind, folder: Path, kills: int, chance: random.Random) -> Trial:
    """Kill runs of a kind."""
    begin = time.monotonic()
    if not ended([*kind.command, str(folder / "whole")]):
        raise SystemExit(f"an uninterrupted run failed: {' '.join(kind.command)}")
    lasts = time.monotonic() - begin
    expected = kind.result(folder / "whole")
    hits: Counter[str] = Counter()
    there: list[int] = []
    ends = same = 0
    while (done := hits.total() - hits["nobody"]) < kills:
        out = folder / f"killed{ends}"
        command = [*kind.command, str(out)]
        for _ in range(min(5, kills - done)):
            hits[killed(command, chance.uniform(0.1, lasts), chance)] += 1
            there.append(sum((out / name).exists() for name in expected))
        ends += 1
        same += ended(command) and is_same(kind.result(out), expected)
        shutil.rmtree(out, ignore_errors=True)
    return Trial(hits, there, ends, same, len(expected))


def main() -> None:
    """Kill, and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100, help="of all kinds together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", default="mine,ray,train,ranks,shard,stream")
    parser.add_argument("--source", default="drawn:train")
    parser.add_argument("more", nargs="*", help="arguments of mine, after --")
    options = parser.parse_args()
    asked = {name: kinds(options.source, options.more)[name] for name in options.runs.split(",")}
    for name, kind in asked.items():
        with TemporaryDirectory() as folder:
            kills = -(-options.kills // len(asked))
            tried = trial(kind, Path(folder), kills, random.Random(f"{options.seed} {name}"))
        print(f"{name}: {tried}", flush=True)


if __name__ == "__main__":
    main()
