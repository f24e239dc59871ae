"""A mined dataset: two-way foils and text-only ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from counterfoil.shards import SCHEMA, write_json, write_rows
from official.pictures import png


def write(folder: Path) -> None:
    """Sixty groups of one foil of each."""
    rows = [
        {
            "key": str(number),
            "image": {"bytes": png(2 * number), "path": f"{number}.png"},
            "captions": [f"A red car {number}."],
            "licence": "CC0-1.0",
            "foils": [_foil(number, png(2 * number + 1)), _foil(number, None)],
        }
        for number in range(60)
    ]
    write_rows(folder / "data" / "00000.parquet", rows, SCHEMA)
    write_json(folder / "manifest.json", {})


def _foil(number: int, negative: bytes | None) -> dict[str, Any]:
    return {
        "key": f"{number}/{'text' if negative is None else 'square'}",
        "operation": "replace",
        "kind": "attribute",
        "caption": f"A red car {number}.",
        "negative_caption": f"A blue car {number}.",
        "negative_image": negative and {"bytes": negative, "path": f"{number}n.png"},
    }
