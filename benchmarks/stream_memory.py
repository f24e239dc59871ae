"""Is a streamed trainer's memory flat? Its peak over an epoch of few records beside that of many, in one run.

    python benchmarks/stream_memory.py [--few 10000] [--many 100000] [--window 16]

Records are rows of one small mined dataset written again and again under new keys, 256 a shard; each has a
two-way foil. The model is a tiny CLIP. Each size is trained in a process of its own, over a whole epoch.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from counterfoil.pictures import encode_png
from counterfoil.shards import SCHEMA, Row, write_json, write_rows

PER_SHARD, GROUPS = 256, 128


def record(number: int) -> Row:
    """A noisy photo of 32 pixels with a caption, and a foil with a picture."""
    rng = np.random.default_rng(number % 64)
    photo, other = (
        {"bytes": encode_png(rng.integers(0, 256, (32, 32, 3), np.uint8)), "path": None} for _ in "01"
    )
    caption = f"thing {number} is red"
    told = {
        "key": f"{number}/0",
        "operation": "replace",
        "kind": "attribute",
        "before": "red",
        "after": "blue",
    }
    foil = told | {"caption": caption, "negative_caption": f"thing {number} is blue", "negative_image": other}
    foil |= {"scores": []}
    return {"key": str(number), "image": photo, "captions": [caption], "licence": "", "foils": [foil]}


def written(folder: Path, number: int) -> Path:
    """A dataset of so many records."""
    for shard, start in enumerate(range(0, number, PER_SHARD)):
        rows = [record(n) for n in range(start, min(start + PER_SHARD, number))]
        write_rows(folder / "data" / f"{shard:05}.parquet", rows, SCHEMA)
    write_json(folder / "manifest.json", {"records": number})
    return folder


def peak(folder: Path, number: int, window: int) -> dict[str, float]:
    """Train over an epoch; the largest memory of this process in MiB, and its processor seconds."""
    from counterfoil.models.drawn import DrawnEncoder
    from counterfoil.recipes.finetune import finetune
    from counterfoil.train.batching import Batching
    from counterfoil.train.loop import train
    from counterfoil.train.stream import open_stream

    sizes = DrawnEncoder(kind="clip", image_size=16, width=16, layers=1, heads=2, embed_dim=16)
    recipe = replace(
        finetune(),
        batching=Batching(groups=GROUPS),
        window=window,
        steps=number // GROUPS,
        save_every=0,
        trackers=(),
    )
    train(recipe, open_stream([str(folder)], window), sizes.build(seed=0), folder.parent / "out")
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"mib": used.ru_maxrss / 1024, "seconds": used.ru_utime + used.ru_stime}


def main() -> None:
    """Measure both, each in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--window", type=int, default=16, help="shards open at a time")
    parser.add_argument("--peak", type=Path, help="train on this folder of --few records, and say so")
    options = parser.parse_args()
    if options.peak:
        print(json.dumps(peak(options.peak, options.few, options.window)))
        return
    found = []
    for number in (options.few, options.many):
        with TemporaryDirectory() as beside:
            folder = written(Path(beside) / "foils", number)
            command = [sys.executable, __file__, "--peak", str(folder), "--few", str(number)]
            command += ["--window", str(options.window)]
            alone = os.environ | {"OMP_NUM_THREADS": "1"}  # two would wait for each other, busily
            told = subprocess.run(command, check=True, capture_output=True, text=True, env=alone).stdout
        found.append(json.loads(told.splitlines()[-1]))
        print(f"{number:>9,} records: {found[-1]['mib']:.0f} MiB, {found[-1]['seconds']:.0f} s", flush=True)
    print(f"ratio {found[1]['mib'] / found[0]['mib']:.3f}")


if __name__ == "__main__":
    main()
