"""How long a page, a thumbnail and a verdict take at 100,000 foils, on loopback.

    python benchmarks/review_speed.py [--foils N] [--requests N] [--folder DIR]

Some hundred scenes of the drawn world are mined; their rows are written again and again under new keys until
there are so many foils. Half of them are judged beforehand, by two reviewers. The server is a process of its
own, and is asked one request after the other. Median, p95 and max are what a browser waits, on a machine that
may have other work; "processor" is the server's own time per request, from /proc. Pictures are asked for in
random order, first each for the first time, so each is read, decoded, shrunk and written. The index is made
beforehand, once.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx
from review_kill import Server

from counterfoil.judgements import FILE, Judgement, Ledger
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.drawn import drawn
from counterfoil.review.build import open_index
from counterfoil.review.index import Entry, Index
from counterfoil.shards import SCHEMA, Row, read_rows, write_json, write_rows
from counterfoil.sources.drawn import Drawn

SCENES = 120
PER_SHARD = 1000
KINDS = ("object", "attribute", "relation", "count")
MARKS = ("open", "accepted", "disputed")
WORDS = ("red", "circle", "a", "blue squ", "train/7", "triangle left", "zebra")
TICK = os.sysconf("SC_CLK_TCK")


class Times(NamedTuple):
    """Of many requests of one sort, in milliseconds."""

    name: str
    wall: list[float]
    processor: float

    def __str__(self) -> str:
        p95 = quantiles(self.wall, n=20)[-1]
        return (
            f"{self.name:<34}{len(self.wall):>6}{median(self.wall):>9.1f}{p95:>9.1f}"
            f"{max(self.wall):>9.1f}{self.processor:>12.1f}"
        )


def write(folder: Path, number: int) -> Path:
    """A dataset of so many foils."""
    mine(Drawn(path="train"), drawn(), folder / "few", Local(workers=0), limit=SCENES)
    few = list(read_rows(folder / "few" / "data"))
    out = folder / f"foils-{number}"
    rows = _copies(few, number)
    for shard in itertools.count():
        block = list(itertools.islice(rows, PER_SHARD))
        if not block:
            break
        write_rows(out / f"data/{shard:05}.parquet", block, SCHEMA)
    write_json(out / "manifest.json", {"counts": {"foils": number}})
    return out


def _copies(rows: list[Row], number: int) -> Iterator[Row]:
    for copy in itertools.count():
        for row in rows:
            foils = row["foils"][:number]
            number -= len(foils)
            foils = [foil | {"key": f"{copy}-{foil['key']}"} for foil in foils]
            yield row | {"key": f"{copy}-{row['key']}", "foils": foils}
            if not number:
                return


def judge_half(dataset: Path, keys: list[str]) -> None:
    """Two reviewers' verdicts about half of the foils, one in ten against, written as one block."""
    ledger = Ledger(dataset)
    ledger.append(Judgement(id="first", foil=keys[0], reviewer="Ada", verdict="accepted"))
    line = (dataset / FILE).read_text()
    with (dataset / FILE).open("a") as file:
        for number, key in enumerate(keys[: len(keys) // 2]):
            for name in ("Ada", "Bob"):
                bad = (number + (name == "Bob" and number % 7 == 0)) % 10 == 0
                said = line.replace('"first"', f'"{name}-{number}"').replace(f'"{keys[0]}"', f'"{key}"')
                said = said.replace('"Ada"', f'"{name}"')
                if bad:
                    said = said.replace('"accepted", "reason": ""', '"rejected", "reason": "bad_picture"')
                file.write(said)


def _processor(server: Server) -> float:
    """Seconds that the server has used, itself and in the kernel."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def measure(name: str, server: Server, requests: list[Callable[[], httpx.Response]]) -> Times:
    """Send requests one after the other."""
    wall, before = [], _processor(server)
    for request in requests:
        start = time.perf_counter()
        answer = request()
        wall.append(1000 * (time.perf_counter() - start))
        assert answer.status_code in {200, 303}, answer.text
    return Times(name, wall, 1000 * (_processor(server) - before) / len(requests))


def run(dataset: Path, requests: int) -> Iterator[Times]:
    """Each sort of request, so often."""
    index, _ = open_index(dataset, lambda what, done, total: None)
    keys = [entry.key for first in range(0, len(index), 5000) for entry in _block(index, first)]
    judge_half(dataset, keys)
    chance = random.Random(0)
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = Server(dataset, free.getsockname()[1])
    start = time.perf_counter()
    server.start()
    print(f"started in {time.perf_counter() - start:.1f} s", flush=True)
    with httpx.Client(base_url=server.address, cookies={"reviewer": "Cyd"}, timeout=60) as ask:

        def get(path: str, **query: object) -> Callable[[], httpx.Response]:
            return lambda: ask.get(path, params={name: str(value) for name, value in query.items()})

        def verdict(number: int) -> Callable[[], httpx.Response]:
            said = {"id": f"cyd-{number}", "said": chance.choice(("accepted", "bad_english"))}
            return lambda: ask.post("/verdict", params={"foil": keys[number]}, data=said)

        def some(make: Callable[[], Callable[[], httpx.Response]]) -> list[Callable[[], httpx.Response]]:
            return [make() for _ in range(requests)]

        def pictures(size: str) -> list[Callable[[], httpx.Response]]:
            chosen = random.Random(size).sample(range(len(keys)), requests)
            return [get(f"/picture/{index.stamp}/negative/{number}/{size}") for number in chosen]

        seeds = itertools.count()
        judged = iter(chance.sample(range(len(keys)), requests))
        sorts = {
            "a foil to judge": some(lambda: get("/", foil=chance.choice(keys))),
            "the next open foil": some(lambda: get("/")),
            "a page of 24": some(lambda: get("/browse", page=chance.randint(1, len(keys) // 24))),
            "the same by kind and verdict": some(
                lambda: get("/browse", kind=chance.choice(KINDS), verdict=chance.choice(MARKS))
            ),
            "the same by words": some(lambda: get("/browse", words=chance.choice(WORDS))),
            "the same of a new sample": some(lambda: get("/browse", sample=50, seed=next(seeds))),
            "results": some(lambda: get("/results")),
            "a thumbnail, made": pictures("small"),
            "a thumbnail, kept": pictures("small"),
            "a large picture, made": pictures("large"),
            "a verdict": some(lambda: verdict(next(judged))),
        }
        for name, asked in sorts.items():
            yield measure(name, server, asked)
    server.kill()


def _block(index: Index, first: int) -> list[Entry]:
    return index.entries(range(first, min(first + 5000, len(index))))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--foils", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="keeps the dataset for another run")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        dataset = folder / f"foils-{options.foils}"
        if not (dataset / "manifest.json").exists():
            write(folder, options.foils)
        (dataset / FILE).unlink(missing_ok=True)
        shutil.rmtree(dataset / "cache", ignore_errors=True)
        start, used = time.perf_counter(), time.process_time()
        open_index(dataset, lambda what, done, total: None)[0].close()
        print(f"index: {time.perf_counter() - start:.1f} s, {time.process_time() - used:.1f} s of processor")
        print(f"{'ms':<34}{'n':>6}{'median':>9}{'p95':>9}{'max':>9}{'processor':>12}")
        for times in run(dataset, options.requests):
            print(times, flush=True)


if __name__ == "__main__":
    main()
