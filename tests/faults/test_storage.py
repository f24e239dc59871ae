"""The disk is full, cannot be written, or goes away: one sentence, a status, and what is whole stays so."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from trees import tree

from counterfoil.errors import DataError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import Job, Marker, mine
from counterfoil.mine.tasks import Task
from counterfoil.recipes.drawn import drawn
from counterfoil.sources.drawn import Drawn

SCENES = Drawn(path="train", number=16)
SMALL = replace(drawn(), shard_size=4, batch_size=4)
COMMAND = [sys.executable, "-m", "counterfoil", "mine", "drawn:train", "--workers", "0"]
COMMAND += ["--set", "source.number=16", "--set", "shard_size=4", "--set", "batch_size=4", "--out"]

ON_OWN_DISK = """
mount -t tmpfs -o size={size} tmpfs {disk} && {before} "$@" >{told} 2>&1
echo $? >{status}
cp -r {disk} {kept}
"""


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    mine(SCENES, SMALL, out, Local(workers=0))
    return out


@pytest.mark.parametrize(
    ("before", "reason"),
    [("", "No space left on device"), ("mount -o remount,ro {disk} &&", "Read-only file system")],
    ids=["full", "read-only"],
)
def test_a_disk_that_takes_no_more_is_one_sentence_and_the_run_goes_on_elsewhere(
    before: str, reason: str, mined: Path, tmp_path: Path
) -> None:
    disk, kept, told, status = (tmp_path / name for name in ("disk", "kept", "told", "status"))
    disk.mkdir()
    size = sum(map(len, tree(mined).values())) // 2
    named = {"disk": disk, "kept": kept, "told": told, "status": status, "size": size}
    script = ON_OWN_DISK.format(before=before.format(disk=disk), **named)
    own = ["unshare", "--mount", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*own, "true"], check=False).returncode:
        pytest.skip("needs a file system of its own (unshare)")
    subprocess.run([*own, "sh", "-c", script, "sh", *COMMAND, str(disk / "out")], check=True, timeout=120)
    assert status.read_text() == "1\n"
    last = told.read_text().splitlines()[-1]
    assert last.startswith(f"Error: cannot write {disk}")
    assert reason in last
    assert "Traceback" not in told.read_text()
    assert not list(kept.rglob(".unfinished-*"))
    out = kept / "out"
    mine(SCENES, SMALL, out, Local(workers=0))
    assert tree(out) == tree(mined)


def test_shards_that_vanish_under_a_run_are_missed_before_it_says_that_all_is_well(
    mined: Path, tmp_path: Path
) -> None:
    out, gone = tmp_path / "out", tmp_path / "gone"

    def losing(job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        for number, marker in enumerate(Local(workers=0)(job, tasks)):
            yield marker
            if number == 1:
                out.rename(gone)

    with pytest.raises(DataError, match=r"2 shards of .* have vanished since they were written, 00000 among"):
        mine(SCENES, SMALL, out, losing)
    assert not (out / "manifest.json").exists()
    mine(SCENES, SMALL, gone, Local(workers=0))
    assert tree(gone) == tree(mined)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_asked_to_stop_ends_with_status_130_and_can_go_on(number: int, tmp_path: Path) -> None:
    out, whole, many = tmp_path / "out", tmp_path / "whole", replace(SCENES, number=200)
    run = subprocess.Popen([*COMMAND, str(out), "--set", "source.number=200"], stderr=subprocess.PIPE)
    while not list(out.glob("done/0*.json")) and run.poll() is None:
        time.sleep(0.01)
    os.kill(run.pid, number)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130
    assert b"the same command goes on" in told
    for folder in (out, whole):
        mine(many, SMALL, folder, Local(workers=0))
    assert tree(out) == tree(whole)
