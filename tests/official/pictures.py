"""Pictures of one colour each, so that no two are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from counterfoil.pictures import encode_png


def png(number: int, side: int = 24) -> bytes:
    """A picture of which the number is the colour."""
    colour = [number % 256, number // 256 % 256, 128]
    return encode_png(np.full((side, side, 3), colour, np.uint8))


def write_picture(path: Path, number: int) -> str:
    """Write it, and return its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(number))
    return path.name
