"""Kill -9 at random moments: is the dataset the one of an uninterrupted run, byte for byte?

    python benchmarks/mine_kill.py [--kills 20] [--seed 0] [--workers 2] SOURCE [MORE]

First an uninterrupted run with one worker; then, for each moment, a run with several workers that is
killed there and started again. Prints how far each came, and whether every file is the same.
MORE is for `mine`: `--recipe gnm --set models=tiny` kills a generative recipe.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from counterfoil.mine.run import TIMES


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder with its hash, but for those that tell the time."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != TIMES)
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def main() -> None:
    """Run, kill, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", default="2")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of mine")
    options = parser.parse_args()
    moments = random.Random(options.seed)
    command = [sys.executable, "-m", "counterfoil.cli", "mine", options.source, "--set", "shard_size=4"]
    command += options.arguments
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "whole"
        start = time.perf_counter()
        subprocess.run([*command, "--out", str(whole)], check=True, capture_output=True)
        lasts = time.perf_counter() - start
        expected = tree(whole)
        same = 0
        for number in range(options.kills):
            killed = Path(folder) / f"killed-{number}"
            again = [*command, "--out", str(killed), "--workers", options.workers]
            run = subprocess.Popen(again, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            moment = moments.uniform(0.2, lasts)
            time.sleep(moment)
            run.send_signal(signal.SIGKILL)
            run.wait()
            done = len(list(killed.glob("done/0*.json")))
            subprocess.run(again, check=True, capture_output=True)
            same += tree(killed) == expected
            print(f"killed after {moment:.1f} s with {done} shards committed", flush=True)
            shutil.rmtree(killed)
        print(f"the same {len(expected)} files, byte for byte: {same} of {options.kills}")


if __name__ == "__main__":
    main()
