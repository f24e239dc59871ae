"""A checkpoint is whole or does not count; the one before survives whatever happens to the next."""

import multiprocessing
import os
import resource
import signal
import time
from pathlib import Path

import pytest
import torch

from counterfoil.errors import DataError
from counterfoil.train import checkpoint


def state(step: int, size: int = 8) -> checkpoint.State:
    return {"step": step, "weights": {"a": torch.full((size,), float(step))}}


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    checkpoint.save(tmp_path, 7, state(7), keep=2)
    found, told = checkpoint.latest(tmp_path)
    assert found is not None
    assert found["step"] == 7
    assert found["weights"]["a"].tolist() == [7.0] * 8
    assert told == []


def test_the_last_two_are_kept_and_the_latest_is_read(tmp_path: Path) -> None:
    for step in (10, 20, 100):
        checkpoint.save(tmp_path, step, state(step), keep=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "00000020.json", "00000020.pt", "00000100.json", "00000100.pt"
    ]  # fmt: skip
    found, _ = checkpoint.latest(tmp_path)
    assert found is not None
    assert found["step"] == 100


def test_what_one_that_was_killed_between_marker_and_file_left_is_removed(tmp_path: Path) -> None:
    for step in (10, 20, 30):
        checkpoint.save(tmp_path, step, state(step), keep=3)
    (tmp_path / "00000010.json").unlink()
    checkpoint.save(tmp_path, 40, state(40), keep=2)
    assert {path.stem for path in tmp_path.iterdir()} == {"00000030", "00000040"}


def test_an_empty_folder_has_none(tmp_path: Path) -> None:
    assert checkpoint.latest(tmp_path / "nowhere") == (None, [])


@pytest.mark.parametrize("name", ["00000020.pt", "00000020.json"])
@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"{}"])
def test_a_damaged_one_is_told_and_the_one_before_is_read(tmp_path: Path, name: str, damage: bytes) -> None:
    checkpoint.save(tmp_path, 10, state(10), keep=2)
    checkpoint.save(tmp_path, 20, state(20), keep=2)
    (tmp_path / name).write_bytes(damage)
    found, told = checkpoint.latest(tmp_path)
    assert found is not None
    assert found["step"] == 10
    assert len(told) == 1
    assert "step 20" in told[0]


def test_a_file_that_would_run_code_is_not_read(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path}/ran",)

    checkpoint.save(tmp_path, 1, {"evil": Evil()}, keep=1)
    assert checkpoint.latest(tmp_path)[0] is None
    assert not (tmp_path / "ran").exists()


def fill(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, resource.RLIM_INFINITY))
    try:
        checkpoint.save(folder, 20, state(20, size=1 << 20), keep=1)
    except DataError as error:
        (folder / "told").write_text(str(error))


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path: Path) -> None:
    checkpoint.save(tmp_path, 10, state(10), keep=1)
    writer = multiprocessing.get_context("spawn").Process(target=fill, args=(tmp_path,))
    writer.start()
    writer.join()
    told = (tmp_path / "told").read_text()
    assert "00000020.pt" in told
    assert "the checkpoint of step 10 is whole" in told
    assert sorted(path.name for path in tmp_path.glob("*0*")) == ["00000010.json", "00000010.pt"]
    found, _ = checkpoint.latest(tmp_path)
    assert found is not None
    assert found["step"] == 10


def save_for_ever(folder: Path) -> None:
    for step in range(1, 1000):
        checkpoint.save(folder, step, state(step, size=1 << 16), keep=1)


@pytest.mark.parametrize("wait", [0.0, 0.03])
def test_whoever_is_killed_while_saving_leaves_a_whole_one(tmp_path: Path, wait: float) -> None:
    writer = multiprocessing.get_context("spawn").Process(target=save_for_ever, args=(tmp_path,))
    writer.start()
    while not list(tmp_path.glob("[0-9]*.json")):
        time.sleep(0.001)
    time.sleep(wait)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    found, told = checkpoint.latest(tmp_path)
    assert found is not None
    assert found["weights"]["a"].unique().tolist() == [found["step"]]
    assert told == []
