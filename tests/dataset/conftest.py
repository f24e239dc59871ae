"""A finished dataset of drawn pictures, small or large."""

from collections.abc import Callable
from pathlib import Path

import pytest
from square_dataset import write_dataset

MakeDataset = Callable[..., Path]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """25 squares and a hostile sample."""
    return write_dataset(tmp_path / "squares")


@pytest.fixture
def make_dataset(tmp_path: Path) -> MakeDataset:
    """Writes a dataset of any size."""

    def make(num_samples: int) -> Path:
        return write_dataset(tmp_path / f"squares-{num_samples}", num_samples)

    return make
