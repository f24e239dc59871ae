"""Small files in each benchmark's official form, so that the laws hold of what really is read.

A writer fills a folder with files and pictures as the benchmark's authors publish them, some 60 items.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from official import foils, sugarcrepe, winoground

WRITERS: dict[str, Callable[[Path], None]] = {
    "sugarcrepe": sugarcrepe.write,
    "winoground": winoground.write,
    "foils": foils.write,
    "foils-text": foils.write,
}
