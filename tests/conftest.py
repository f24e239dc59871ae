"""What every test may use."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: the models of tests are too small for more
# Tiny models are built once for all runs of the tests, and not in the home of who runs them.
os.environ.setdefault("XDG_CACHE_HOME", str(Path(tempfile.gettempdir()) / "counterfoil-tests"))

import pytest
from drawn import write_coco
from store import s3_server

from counterfoil.storage import Remote, place

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos and benchmark texts; the test is skipped where it is absent."""
    folder = Path(os.environ.get("COUNTERFOIL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs real data in {folder}: set COUNTERFOIL_DATA to a folder that has it")
    return folder


@pytest.fixture(scope="session")
def bucket() -> Iterator[Remote]:
    """A bucket, empty at first; a process keeps a store open, so that all tests of it share the server."""
    import pyarrow.fs as pa_fs

    with s3_server():
        system, _ = pa_fs.FileSystem.from_uri("s3://bucket?allow_bucket_creation=true")
        system.create_dir("bucket")
        yield cast(Remote, place("s3://bucket"))


@pytest.fixture(scope="session")
def drawn_coco(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A COCO folder of twelve drawn pictures."""
    return write_coco(tmp_path_factory.mktemp("drawn"), 12)
