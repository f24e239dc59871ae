"""A language model that fails in every way: does every record end, and is an answer paid for twice?

    python benchmarks/writer_faults.py [--pictures 2000] [--seed 0]

A server on loopback breaks 30 % of its answers, leaves 10 % of requests without any, and refuses 5 % for now.
Photos with one caption each are mined with the recipe `trohn_text`'s stage: once to the end, and once
killed (-9) three times on the way. Prints a row for each.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from drawn import write_coco
from servers.llm import Llm, contradicting, serving, troubled

from counterfoil import shards
from counterfoil.mine.engines.local import Local
from counterfoil.mine.propose.contradict import Contradict
from counterfoil.mine.run import mine
from counterfoil.models.server import Server
from counterfoil.recipes.captions import caption_recipe
from counterfoil.sources import open_source

TIMEOUT = 4.0
CONCURRENCY = 32


def photos(folder: Path, number: int) -> str:
    """A table of drawn photos, each with a caption of its own."""
    images = write_coco(folder, 20) / "images"
    lines = ["filepath\ttitle"]
    for n in range(number):
        (images / f"{n}.png").hardlink_to(images / f"{n % 20:06}.png")
        lines.append(f"{n}.png\tA photo number {n} of a cup on a table")
    (images / "captions.tsv").write_text("\n".join(lines))
    return str(images / "captions.tsv")


def run(source: str, url: str, out: Path, seed: int) -> None:
    """Mine, or go on."""
    writer = Server(model="m", url=url, concurrency=CONCURRENCY, retries=5, timeout=TIMEOUT)
    recipe = replace(caption_recipe("troubled", Contradict(writer=writer)), batch_size=64)
    mine(open_source(source), recipe, out, Local(workers=0), seed=seed)


def killed(source: str, llm: Llm, out: Path, seed: int, answers: int) -> None:
    """Mine until so many answers are kept, and kill it."""
    process = multiprocessing.get_context("spawn").Process(target=run, args=(source, llm.url, out, seed))
    process.start()
    while process.is_alive() and sum(1 for _ in out.glob("raw/answers/*/[0-9a-f]*.json")) < answers:
        time.sleep(0.05)
    process.kill()
    process.join()


def told(out: Path, llm: Llm) -> dict[str, Any]:
    """What came of a run."""
    foils = {row["key"] for row in shards.read_rows(out / "data") if row["foils"]}
    refused: dict[str, Counter[str]] = {}
    for row in shards.read_rows(out / "rejected"):
        refused[row["key"]] = Counter(foil["reason"] for foil in row["foils"])
    lost = [row["key"] for row in shards.read_rows(out / "data") if row["key"] not in foils | refused.keys()]
    return {
        "requests": len(llm.bodies),
        "broken": sum(llm.faults[name] for name in llm.faults)
        - llm.faults[""]
        - llm.faults["silent"]
        - llm.faults["429"],
        "silent": llm.faults["silent"],
        "429": llm.faults["429"],
        "answered": sum(llm.answered.values()),
        "paid twice": sum(count - 1 for count in llm.answered.values() if count > 1),
        "with a foil": len(foils),
        "refused": dict(sum(refused.values(), Counter())),
        "lost": len(lost),
    }


def main() -> None:
    """Both runs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        source = photos(Path(folder) / "photos", options.pictures)
        for kills in (0, 3):
            out = Path(folder) / f"killed-{kills}"
            llm = Llm(contradicting, troubled(broken=0.3, silent=0.1, limited=0.05), silence=TIMEOUT + 0.2)
            with serving(llm):
                for number in range(kills):
                    killed(source, llm, out, options.seed, options.pictures * (number + 1) // (kills + 1))
                run(source, llm.url, out, options.seed)
            print(f"{options.pictures} pictures, killed {kills} times: {told(out, llm)}", flush=True)


if __name__ == "__main__":
    main()
