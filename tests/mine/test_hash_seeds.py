"""Sets of words have another order in each process: no output may depend on it."""

import os
import subprocess
import sys
from pathlib import Path

from trees import tree

from counterfoil import shards


def test_two_processes_that_order_sets_otherwise_mine_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2", "3"):
        command = [
            sys.executable,
            "-m",
            "counterfoil",
            "mine",
            "drawn:test",
            "--out",
            str(tmp_path / seed),
        ]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(
            [*command, "--limit", "60", "--workers", "0"], env=environment, check=True, capture_output=True
        )
    first, *others = (tree(tmp_path / seed) for seed in ("1", "2", "3"))
    assert all(other == first for other in others)
    rows = shards.read_rows(tmp_path / "1" / "data")
    assert sum(len(row["foils"]) for row in rows) > 300
