"""Who is told how far the work is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""What is worked on ("pictures", "texts", "pairs"), how many are done, and how many are to be."""


def silent(what: str, done: int, total: int | None) -> None:
    """Tell nobody."""
