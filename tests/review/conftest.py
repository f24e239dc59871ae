"""A dataset of painted squares, and its page on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from served import Serve, serving
from square_dataset import write_dataset


@pytest.fixture(scope="session")
def squares(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 squares with two pictures and a caption each, and a hostile sample; never written to."""
    return write_dataset(tmp_path_factory.mktemp("review") / "squares")


@pytest.fixture
def dataset(squares: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(squares, tmp_path / "squares"))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a dataset until the test ends; returns the address."""
    with ExitStack() as stack:
        yield lambda dataset: stack.enter_context(serving(dataset))


@pytest.fixture
def ask(dataset: Path, serve: Serve) -> Iterator[httpx.Client]:
    """A browser of Ada's, without the script."""
    with httpx.Client(base_url=serve(dataset), cookies={"reviewer": "Ada"}, follow_redirects=True) as client:
        yield client
