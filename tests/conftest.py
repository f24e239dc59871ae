"""What every test may use."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos and benchmark texts; the test is skipped where it is absent."""
    folder = Path(os.environ.get("COUNTERFOIL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs real data in {folder}: set COUNTERFOIL_DATA to a folder that has it")
    return folder
