"""Copies of a mined dataset in which somebody cheats."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from counterfoil import shards
from counterfoil.shards import Row

Change = Callable[[Row, Row], None]
"""Changes a foil of a row in place."""

Plant = Callable[[Change], Path]
"""A copy of the clean foils with each foil changed."""


def plant(clean: Path, out: Path, change: Change) -> Path:
    """Copy a dataset to `out`, with each foil changed; its shards are whole."""
    shutil.copytree(clean, out)
    for shard in sorted((out / "data").glob("*.parquet")):
        found = list(shards.read_rows(shard))
        for row in found:
            for foil in row["foils"]:
                change(row, foil)
        shards.write_rows(shard, found, shards.SCHEMA)
        marker = f"done/{shard.stem}.json"
        told = shards.read_json(out / marker)
        shards.commit(out, marker, told, told["files"])
    return out
