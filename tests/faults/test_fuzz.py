"""Whatever stands in a dataset or in a setting: an answer or one clear error, and nothing is written."""

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from faults.long import CASES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trees import tree

from counterfoil import shards
from counterfoil.config import with_settings
from counterfoil.errors import CounterfoilError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.photos import photos
from counterfoil.sources import open_source

FUZZED = settings(
    max_examples=CASES or 30,
    deadline=timedelta(seconds=20),  # a reader that hangs
    suppress_health_check=list(HealthCheck),
    derandomize=not CASES,
    database=None,
)


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Sound bytes with a few cut out, put in, or changed."""
    data = bytearray(sound)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 4, 64, 4096]))
        data[start : start + length] = draw(st.binary(max_size=8))
    return bytes(data)


def outcome(act: Callable[[], Any]) -> Any:
    """What came of it; None for an error of ours."""
    with suppress(CounterfoilError):
        return act()
    return None


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[], Any]:
    """Makes a new folder for each case."""
    return lambda: TemporaryDirectory(dir=tmp_path)


@pytest.fixture(scope="module")
def mined(drawn_coco: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("mined") / "out"
    mine(open_source(str(drawn_coco)), photos(), out, Local(workers=0), limit=2)
    return tree(out)


DATASET = ("data/00000.parquet", "rejected/00000.parquet", "done/00000.json", "manifest.json", "run.json")


@pytest.mark.parametrize("name", DATASET)
@FUZZED
@given(data=st.data())
def test_a_damaged_file_of_a_dataset(
    name: str, mined: dict[str, bytes], folder: Callable[[], Any], data: st.DataObject
) -> None:
    hurt = data.draw(damaged(mined[name]) | st.binary(max_size=200))
    with folder() as inside:
        out = Path(inside, "out")
        for file, sound in mined.items():
            (out / file).parent.mkdir(parents=True, exist_ok=True)
            (out / file).write_bytes(hurt if file == name else sound)
        before = tree(out)
        if name.endswith(".parquet"):
            outcome(lambda: list(shards.read_rows(out / name)))
        outcome(lambda: shards.read_manifest(out))
        outcome(lambda: shards.read_json(out / "run.json"))
        whole = shards.committed(out, "done/00000.json")
        touched = name.startswith(("data", "rejected", "done")) and hurt != mined[name]
        assert (whole is None) == touched
        assert tree(out) == before


@FUZZED
@given(path=st.text(max_size=20), value=st.text(max_size=20))
def test_any_setting(path: str, value: str) -> None:
    outcome(lambda: with_settings(photos(), [f"{path}={value}"]))
    outcome(lambda: with_settings(photos(), [f"filter.limits.{path}={value}"]))


@FUZZED
@given(text=st.text(max_size=30))
def test_any_name_of_a_source(text: str) -> None:
    outcome(lambda: open_source(text))


class Runs:
    """A pickle that runs a command when it is opened."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.command,)


@pytest.mark.parametrize("name", DATASET)
def test_a_pickle_in_the_place_of_a_file_is_never_opened(
    name: str, mined: dict[str, bytes], tmp_path: Path
) -> None:
    for file, sound in mined.items():
        (tmp_path / "out" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / file).write_bytes(sound)
    (tmp_path / "out" / name).write_bytes(pickle.dumps(Runs(f"touch {tmp_path}/ran")))
    outcome(lambda: list(shards.read_rows(tmp_path / "out" / "data")))
    outcome(lambda: shards.read_manifest(tmp_path / "out"))
    if name not in {"manifest.json", "run.json"}:
        assert shards.committed(tmp_path / "out", "done/00000.json") is None
    assert not (tmp_path / "ran").exists()
