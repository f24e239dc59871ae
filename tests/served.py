"""A dataset's review page on loopback, for as long as a test needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from counterfoil.review.serve import LOOPBACK, open_page

Serve = Callable[[Path], str]
"""Serves a dataset until the test ends; returns the address."""


@contextmanager
def serving(dataset: Path, host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """The address; the server runs in a thread."""
    page = open_page(dataset, host=host, port=port)
    thread = Thread(target=page.run)
    thread.start()
    try:
        yield page.address.rstrip("/")
    finally:
        page.server.should_exit = True
        thread.join()
