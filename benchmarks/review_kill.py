"""Kill the review server again and again while reviewers judge: is all that was acknowledged in the file?

    python benchmarks/review_kill.py DATASET [--verdicts N] [--kills N]

Two reviewers judge the same foils at once, each verdict with an id of its own. A request that the server
did not answer is sent again, with the same id, until it is. The server is ended by SIGKILL after so many
verdicts, drawn by chance, and started again. DATASET is a mined one without verdicts; it gets some.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from counterfoil.judgements import FILE
from counterfoil.shards import read_rows

REVIEWERS = ("Ada", "Bob")
LEAF = "foils.list.element.key"


@dataclass
class Server:
    """The command `review`, which can be killed and started again on the same port."""

    dataset: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "counterfoil", "review", str(self.dataset), "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while True:
            try:
                httpx.get(f"{self.address}/who", timeout=60)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """End it at once."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Told:
    """What came of it."""

    acknowledged: list[str] = field(default_factory=list)
    repeated: int = 0
    kills: int = 0


def survive(dataset: Path, verdicts: int, kills: int, seed: int = 0) -> Told:
    """Let each reviewer give so many verdicts while the server is killed so often.

    Raises:
        AssertionError: an acknowledged verdict is not in the file once.
    """
    keys = [foil["key"] for row in read_rows(dataset / "data", [LEAF]) for foil in row["foils"]][:verdicts]
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = Server(dataset, free.getsockname()[1])
    server.start()
    told = Told()
    with ThreadPoolExecutor(len(REVIEWERS)) as pool:
        working = [pool.submit(_judge, server, reviewer, keys, told) for reviewer in REVIEWERS]
        _kill(server, told, random.Random(seed), kills, len(keys) * len(REVIEWERS))
        for work in working:
            work.result()
    server.kill()
    written = Counter(json.loads(line)["id"] for line in _whole_lines(dataset / FILE))
    assert all(written[each] == 1 for each in told.acknowledged)
    assert len(written) == len(told.acknowledged) == len(keys) * len(REVIEWERS)
    return told


def _judge(server: Server, reviewer: str, keys: Sequence[str], told: Told) -> None:
    for number, key in enumerate(keys):
        name = f"{reviewer}-{number}"
        while not _sent(server, reviewer, key, name):
            told.repeated += 1
            time.sleep(0.02)
        told.acknowledged.append(name)


def _sent(server: Server, reviewer: str, key: str, name: str) -> bool:
    form = {"id": name, "said": "accepted" if len(name) % 2 else "bad_picture"}
    address = f"{server.address}/verdict"
    try:
        answer = httpx.post(
            address, params={"foil": key}, data=form, cookies={"reviewer": reviewer}, timeout=60
        )
    except httpx.TransportError:
        return False
    assert answer.status_code == 303, answer.text
    return True


def _kill(server: Server, told: Told, chance: random.Random, kills: int, total: int) -> None:
    marks = sorted(chance.sample(range(1, total), kills))
    for mark in marks:
        while len(told.acknowledged) < mark:
            time.sleep(0.001)
        server.kill()
        told.kills += 1
        server.start()


def _whole_lines(path: Path) -> list[str]:
    """The lines that are JSON: a killed server may have left a part of one."""
    lines = []
    for line in path.read_text().splitlines():
        try:
            json.loads(line)
        except ValueError:
            continue
        lines.append(line)
    return lines


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--verdicts", type=int, default=500, help="of each of the two reviewers")
    parser.add_argument("--kills", type=int, default=10)
    asked = parser.parse_args()
    told = survive(asked.dataset, asked.verdicts, asked.kills)
    print(
        f"{len(told.acknowledged)} verdicts acknowledged, each in the file once; "
        f"{told.kills} kills, {told.repeated} requests repeated"
    )


if __name__ == "__main__":
    main()
