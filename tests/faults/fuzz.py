"""Damaged files for every reader, until one hangs, crashes, says nothing clear, or writes.

    PYTHONPATH=tests python -m faults.fuzz [--cases 1000000] [--seed 0] [--readers NAME ...] [--workers 1]

Cases are shared equally among the readers of `faults.readers`. What happens to a case is decided by the seed,
the reader and the case's number alone. A process reads one reader's cases; one that dies, or that a case
holds up for more than `PATIENCE` seconds, is a finding too, and the next goes on after that case.
Prints a line for each reader, and each finding with the number that brings it back.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from itertools import repeat
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from faults.readers import READERS, Reader

from counterfoil.errors import CounterfoilError

PATIENCE = 20
"""Seconds after which a case counts as hanging."""

MEMORY = 12 * 2**30
"""Bytes of addresses that a process may take."""

LOOKS = 200
"""Cases after which it is looked whether anything was written."""

MOST_FINDINGS = 20
"""Of one reader; more are counted, not told."""

TOKENS = (
    *(
        b"null",
        b"true",
        b"-1",
        b"0",
        b"1e400",
        b"NaN",
        b"-Infinity",
        b"9" * 40,
        b'""',
        b"[]",
        b"{}",
        b"[" * 5000,
    ),
    *(
        b'"../../etc/passwd"',
        b"/etc/passwd",
        b"..",
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"<script>",
    ),
    *(b"\n", b"\r\n", b",", b"\t", b'"', b"'", b"{", b"}", b"PK\x03\x04", b"PAR1", b"\x89PNG", b"\xff\xd8"),
)
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**70,
        1.5,
        float("nan"),
        float("inf"),
        "",
        "a",
        "\ud800",
        "../secret.png",
        "link.png",
        "/etc/passwd",
    ),
    *([], {}, [[]], [None], {"a": None}, {"": {}}, "a\x00b", "A dog.", "9" * 5000),
)


@dataclass
class Told:
    """What came of the cases of a reader: how many were read, refused clearly, and each finding by case."""

    outcomes: Counter[str] = field(default_factory=Counter)
    findings: dict[int, str] = field(default_factory=dict)


def damaged(sound: bytes, chance: random.Random) -> bytes:
    """Sound bytes in which some are others: a value of a JSON document, or a few of the bytes themselves."""
    if sound[:1] in b"[{" and len(sound) < 20_000 and chance.random() < 0.5:
        bent = _bent_lines(sound, chance)
        if bent is not None:
            return bent
    data = bytearray(sound)
    for _ in range(chance.choice((1, 1, 2, 4))):
        start = chance.randrange(len(data) + 1)
        length = chance.choice((0, 1, 1, 4, 64, 4096))
        data[start : start + length] = _put(data, chance)
    return bytes(data)


def _put(data: bytearray, chance: random.Random) -> bytes:
    how = chance.randrange(4)
    if how == 0:
        return b""
    if how == 1:
        return chance.choice(TOKENS)
    if how == 2:
        start = chance.randrange(len(data) + 1)
        return bytes(data[start : start + chance.choice((1, 16, 256))])
    return chance.randbytes(chance.choice((1, 1, 4, 8)))


def _bent_lines(sound: bytes, chance: random.Random) -> bytes | None:
    """A JSON document, or one of its lines, with one value another."""
    lines = sound.splitlines()
    place = chance.randrange(len(lines))
    try:
        lines = [sound] if len(lines) == 1 else lines
        place = place if len(lines) > 1 else 0
        lines[place] = json.dumps(_bent(json.loads(lines[place]), chance)).encode()
    except ValueError:
        return None
    return b"\n".join(lines)


def _bent(value: Any, chance: random.Random) -> Any:
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return chance.choice(VALUES)
    place: Any = chance.choice(sorted(value)) if isinstance(value, dict) else chance.randrange(len(value))
    if chance.random() < 0.1:
        del value[place]
    else:
        value[place] = _bent(value[place], chance)
    return value


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raise in what takes longer."""

    def hanging(*_: object) -> None:
        raise TimeoutError(f"took more than {seconds} seconds")

    signal.signal(signal.SIGALRM, hanging)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def read(reader: Reader, folder: Path) -> str:
    """Read a folder: "read", or "refused" for an error of ours that says something."""
    try:
        with patience(PATIENCE):
            reader.read(folder)
    except CounterfoilError as error:
        if not str(error).strip():
            raise
        return "refused"
    return "read"


def cases(name: str, seed: int, numbers: Sequence[int], told: Callable[[int, str, str], None]) -> None:
    """Try cases of a reader, and tell what came of each: its number, the outcome, and a finding's text."""
    reader = READERS[name]
    with TemporaryDirectory() as folder:
        root = Path(folder) / "given"
        root.mkdir()
        reader.write(root)
        sound = {str(path.relative_to(root)): path.read_bytes() for path in _files(root)}
        hurt = sorted(file for file in sound if reader.damaged(file))
        before = _names(folder)
        if (outcome := _outcome(reader, root))[0] != "read":
            raise ValueError(f"{name} does not read what is sound: {outcome}")
        for done, number in enumerate(numbers, 1):
            chance = random.Random(f"{seed} {name} {number}")
            file = chance.choice(hurt)
            (root / file).write_bytes(damaged(sound[file], chance))
            told(number, *_outcome(reader, root))
            (root / file).write_bytes(sound[file])
            if (done % LOOKS == 0 or done == len(numbers)) and _names(folder) != before:
                told(
                    number, "wrote", f"{sorted(_names(folder) ^ before)}, in this case or the {LOOKS} before"
                )
                return


def _outcome(reader: Reader, root: Path) -> tuple[str, str]:
    try:
        return read(reader, root), ""
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "/counterfoil/" in frame.filename] or frames
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        text = f"{where}: {type(error).__name__}: {str(error)[:200]!r}"
        return "hung" if isinstance(error, TimeoutError) else "crashed", text


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _names(folder: str) -> set[str]:
    return {str(path) for path in Path(folder).rglob("*")}


def _work(name: str, seed: int, numbers: Sequence[int], line: Connection) -> None:
    """In a process of its own: tell the case that is begun, and what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
        os.dup2(nowhere.fileno(), 2)
        cases(name, seed, numbers, lambda *told: line.send(told))
    line.send(None)


def fuzz(name: str, seed: int, number: int) -> Told:
    """Try so many cases of a reader, in processes that may die."""
    told, first = Told(), 0
    while first < number:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        work = (name, seed, range(first, number), theirs)
        process = multiprocessing.get_context("fork").Process(target=_work, args=work)
        process.start()
        theirs.close()
        try:
            while (heard := ours.recv()) is not None:
                case, outcome, text = heard
                told.outcomes[outcome] += 1
                first = case + 1
                if text and len(told.findings) < MOST_FINDINGS:
                    told.findings[case] = text
                if outcome == "wrote":
                    break
            else:
                first = number
        except EOFError:
            told.outcomes["died"] += 1
            told.findings[first] = "the process died"
            first += 1
        process.join()
    return told


def main() -> int:
    """Fuzz, and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    options = parser.parse_args()
    shares = [READERS[name].share for name in options.readers]
    numbers = [ceil(options.cases * share / sum(shares)) for share in shares]
    total, bad = Counter[str](), 0
    with ThreadPoolExecutor(options.workers) as pool:
        every = pool.map(fuzz, options.readers, repeat(options.seed), numbers)
        for name, told in zip(options.readers, every, strict=True):
            print(f"{name}: {dict(told.outcomes)}", flush=True)
            for case, text in told.findings.items():
                print(f"    case {case}: {text}", flush=True)
            total += told.outcomes
            bad += len(told.findings)
    print(f"{sum(total.values())} cases of {len(options.readers)} readers: {dict(total)}")
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main())
