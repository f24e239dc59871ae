"""Training into an object store: what a folder would have, whatever stops the run."""

import os
import signal
import time
from pathlib import Path
from typing import cast

import pytest
from runs import difference, model_file, run, small_recipe, start, weights

from counterfoil.errors import DataError, ModelError
from counterfoil.models import load_dual_encoder
from counterfoil.storage import Remote, place
from counterfoil.train import checkpoint
from counterfoil.train.forgetting import Forgetting
from counterfoil.train.log import read
from counterfoil.train.losses import LOSSES

RECIPE = small_recipe(
    save_every=1,
    loss=LOSSES["ce_clip"],
    forgetting=Forgetting(average=0.9),
    trackers=("tensorboard",),
)


def run_beside(environment: dict[str, str], out: Path) -> None:
    os.environ.update(environment)
    run(out, RECIPE)


def names(out: Path) -> set[str]:
    files = (str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    return {name for name in files if "tfevents" not in name}


def test_a_run_into_a_store_that_is_killed_ends_as_one_in_a_folder(bucket: Remote, tmp_path: Path) -> None:
    out = cast(Path, bucket / "training" / "killed")
    told = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    process = start(run_beside, told, out)
    while process.is_alive() and not (out / "training/checkpoints/00000003.json").exists():
        time.sleep(0.01)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert not (out / "training" / "done.json").exists()
    run(out, RECIPE)
    run(tmp_path / "out", RECIPE)
    assert model_file(out) == model_file(tmp_path / "out")
    assert names(out) == names(tmp_path / "out")
    lines = [line["step"] for line in read(out / "training" / "log.jsonl") if "loss" in line]
    assert lines == list(range(1, 7))
    assert list(out.rglob("*tfevents*"))
    assert run(out, RECIPE)["steps"] == 6
    learned = load_dual_encoder(str(out))
    assert learned.name == "s3://bucket/training/killed"
    assert difference(learned.model.state_dict(), weights(tmp_path / "out")) == 0
    with pytest.raises(ModelError, match="no model at s3://bucket/nothing"):
        load_dual_encoder("s3://bucket/nothing")


def test_another_run_into_the_same_place_is_refused(bucket: Remote) -> None:
    out = cast(Path, bucket / "training" / "mine")
    run(out, small_recipe(steps=1))
    with pytest.raises(DataError, match="s3://bucket/training/mine holds a run with another seed"):
        run(out, small_recipe(steps=1), seed=1)


def test_a_checkpoint_without_a_marker_or_cut_off_does_not_count(bucket: Remote, tmp_path: Path) -> None:
    folder = cast(Path, bucket / "checkpoints")
    checkpoint.save(folder, 10, {"step": 10}, keep=3)
    checkpoint.save(folder, 20, {"step": 20}, keep=3)
    (tmp_path / "half").write_bytes((folder / "00000020.pt").read_bytes()[:-100])
    (bucket / "checkpoints" / "00000020.pt").put(tmp_path / "half")
    (bucket / "checkpoints" / "00000030.pt").put(tmp_path / "half")  # and killed before its marker
    found, told = checkpoint.latest(folder)
    assert found == {"step": 10}
    assert len(told) == 1
    assert "step 20 in s3://bucket/checkpoints is damaged" in told[0]
    checkpoint.save(folder, 40, {"step": 40}, keep=1)
    assert {path.name for path in folder.iterdir()} == {"00000040.json", "00000040.pt"}


def test_a_store_that_cannot_be_written_is_told(bucket: Remote) -> None:
    folder = place(f"{bucket}-that-is-not/checkpoints")
    with pytest.raises(
        DataError, match=r"cannot write s3://bucket-that-is-not/checkpoints/00000010.pt: .*no checkpoint was"
    ):
        checkpoint.save(folder, 10, {"step": 10}, keep=1)
