"""Recall in galleries of several sizes: memory and time beside the bare product of all with all.

    nice python benchmarks/retrieval_scale.py [--pictures 10000 100000] [--captions 5] [--width 64]

Embeddings are random, drawn on disk first, 4,096 pictures a shard; each truth lies nearer than chance, so
that ranks are of every size. Then, for each size, a process that counts (`ours`) and one that only
multiplies, the same blocks (`floor`). Printed are processor seconds, nanoseconds a score, the largest
resident size of each process, and what a million pictures and five million captions would take at that speed.

Last, the memory of a gallery of 1,048,576 pictures (--large, 0 for none), not its time: all truths are
scored, one tile of its 1,024 is counted and linked to the places of the others, which have its shape, and
all are folded to rates, which then mean nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import suppress
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np

from counterfoil.evaluate.cosines import STRIP
from counterfoil.evaluate.gallery.counting import WIDTH
from counterfoil.evaluate.gallery.embedded import open_gallery
from counterfoil.evaluate.gallery.recall import GROUP, StreamedRecall

SHARD = 4096
LARGE = 10**6 * 5 * 10**6


def draw(folder: Path, pictures: int, captions: int, width: int) -> None:
    """Embeddings of length 1, float16."""
    for what in ("pictures", "texts", "owners"):
        (folder / what).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number, first in enumerate(range(0, pictures, SHARD)):
        image_ID = rng.standard_normal((min(SHARD, pictures - first), width), np.float32)
        owner_T = np.repeat(np.arange(len(image_ID)), captions)
        text_TD = image_ID[owner_T] + 2 * rng.standard_normal((len(owner_T), width), np.float32)
        for what, rows in (("pictures", image_ID), ("texts", text_TD)):
            unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
            np.save(folder / what / f"{number:05}.npy", unit.astype(np.float16))
        np.save(folder / "owners" / f"{number:05}.npy", owner_T)


def floor(folder: Path) -> dict[str, float]:
    """Each picture with each text, and nothing else."""
    shards = open_gallery(folder)
    score_IT = np.empty((STRIP, WIDTH), np.float32)
    for one, other in product(shards, shards):
        image_ID = one.pictures()
        for left in range(0, other.shape("texts")[0], WIDTH):
            text_TD = other.rows("texts", slice(left, left + WIDTH))
            for top in range(0, len(image_ID), STRIP):
                strip = image_ID[top : top + STRIP]
                np.matmul(strip, text_TD.T, out=score_IT[: len(strip), : len(text_TD)])
    return {}


def ours(folder: Path) -> dict[str, float]:
    """The whole evaluation, but for the report."""
    with TemporaryDirectory(dir=folder.parent) as work:
        retrieval = StreamedRecall(open_gallery(folder), Path(work))
        retrieval.count()
        rates = retrieval.rates().metrics
        told = {name: rates[name].value for name in ("text@1", "text@10", "image@1", "image@10")}
        return told | {"disk_mib": sum(file.stat().st_size for file in Path(work).iterdir()) / 2**20}


def part(folder: Path) -> dict[str, float]:
    """What takes memory in a large gallery, without most of what takes time."""
    with TemporaryDirectory(dir=folder.parent) as work:
        retrieval = StreamedRecall(open_gallery(folder), Path(work), progress=_after_one_tile)
        with suppress(KeyboardInterrupt):
            retrieval.count()
        (tile,) = Path(work).glob("tile-*")
        groups = range(len(retrieval.shards) // GROUP)
        for row, column in product(groups, groups):
            with suppress(FileExistsError):
                os.link(tile, retrieval.tile_path(row, column))
        return {"queries": sum(rate.n for rate in retrieval.rates().metrics.values()) / 3}


def _after_one_tile(what: str, done: int, total: int) -> None:
    if what == "tiles":
        raise KeyboardInterrupt


def peak() -> int:
    """The largest resident size of this program in KiB; `getrusage` would tell of the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def measured(kind: str, folder: Path) -> dict[str, float]:
    """What one of them takes, in this process."""
    begin = process_time()
    told = {"ours": ours, "floor": floor, "part": part}[kind](folder)
    return told | {"seconds": process_time() - begin, "mib": peak() / 1024}


def apart(kind: str, folder: Path) -> dict[str, float]:
    """The same in a process of its own, on one core."""
    one_core = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--one", kind, "--folder", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=one_core)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def compare(pictures: int, captions: int, width: int, root: Path) -> float:
    """Print a size; returns the memory that it takes."""
    folder = root / str(pictures)
    draw(folder, pictures, captions, width)
    found = {kind: apart(kind, folder) for kind in ("floor", "ours")}
    scores = pictures**2 * captions
    for kind, told in found.items():
        each = told["seconds"] / scores
        asked = f"{pictures:8,} x {pictures * captions:9,}"
        print(
            f"{asked} {kind:5} {told['seconds']:8.1f} s  {1e9 * each:5.2f} ns each"
            f"  {told['mib']:6.1f} MiB  a million by five, extrapolated: {each * LARGE / 3600:.1f} h",
            flush=True,
        )
    ratio = found["ours"]["seconds"] / found["floor"]["seconds"]
    print(f"{'':22}ratio {ratio:.2f}; {json.dumps({k: round(v, 4) for k, v in found['ours'].items()})}")
    return found["ours"]["mib"]


def main() -> None:
    """Measure, and print."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--pictures", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--captions", type=int, default=5)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--large", type=int, default=1_048_576, help="a multiple of 32,768")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(options.one, options.folder)))
        return
    with TemporaryDirectory() as root:
        peaks = [compare(n, options.captions, options.width, Path(root)) for n in options.pictures]
        print(f"memory of {options.pictures[-1]:,} over {options.pictures[0]:,}: {peaks[-1] / peaks[0]:.3f}")
        if options.large:
            folder = Path(root, "large")
            draw(folder, options.large, options.captions, options.width)
            told = apart("part", folder)
            print(
                f"{options.large:,}: {told}, {told['mib'] / peaks[0]:.3f} of the smallest's memory",
                flush=True,
            )


if __name__ == "__main__":
    main()
