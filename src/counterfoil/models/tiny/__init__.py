"""Tiny models: real classes with random weights, saved to a folder and loaded like real checkpoints.

They answer nonsense, at once and without a download: for tests, and to watch a whole recipe run.
A new one is a module that writes it into a folder, and a line here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from counterfoil.models.tiny import blip

TINY: Mapping[str, Callable[[Path], None]] = {
    "blip": blip.write,
}
"""Who writes it, by role: "tiny:ROLE" is its name as a checkpoint."""
