"""A whole run: complete, the same however it is cut, and honest about what it refuses."""

import json
import multiprocessing
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from faults.kills import ended, killed
from trees import tree

from counterfoil import shards
from counterfoil.errors import DataError, MiningError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import Job, Marker, MineRecipe, mine
from counterfoil.mine.stage import Apply, Run
from counterfoil.mine.tasks import Task
from counterfoil.pictures import decode
from counterfoil.recipes.photos import photos
from counterfoil.records import ImageFile, Pictured, Rejected, Sample
from counterfoil.sources import open_source
from counterfoil.storage import cache_folder, place


def small() -> MineRecipe:
    return replace(photos(), shard_size=3, batch_size=2)


@pytest.fixture(scope="module")
def mined(drawn_coco: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("mined") / "out"
    mine(open_source(str(drawn_coco)), small(), out, Local(workers=0))
    return out


def test_every_input_is_a_row_and_every_proposal_a_foil_or_a_refusal(mined: Path) -> None:
    manifest = json.loads((mined / "manifest.json").read_text())
    rows = list(shards.read_rows(mined / "data"))
    refused = [foil for row in shards.read_rows(mined / "rejected") for foil in row["foils"]]
    foils = [foil for row in rows for foil in row["foils"]]
    counts = manifest["counts"]
    assert counts["inputs"] == counts["samples"] == len(rows) == 12
    assert counts["foils"] == len(foils)
    assert counts["two_way"] == sum(foil["negative_image"] is not None for foil in foils) > 12
    assert counts["proposals"] == len(foils) + sum(foil["operation"] is not None for foil in refused)
    assert all(foil["stage"] and foil["reason"] for foil in refused)


def test_a_two_way_foil_changes_its_picture_inside_its_box_only(mined: Path) -> None:
    seen = 0
    for row in shards.read_rows(mined / "data"):
        original = decode(ImageFile("o", row["image"]["bytes"]))
        for foil in row["foils"]:
            if foil["negative_image"] is None or foil["box"] is None:
                continue
            negative = decode(ImageFile("n", foil["negative_image"]["bytes"]))
            change = np.abs(original.astype(int) - negative).mean(axis=2)
            left, top, right, bottom = (
                round(v * s) for v, s in zip(foil["box"], (240, 160, 240, 160), strict=True)
            )
            change[max(top - 24, 0) : bottom + 24, max(left - 24, 0) : right + 24] = 0
            assert change.mean() < 1
            seen += 1
    assert seen > 6


def test_original_and_negative_share_one_encoder(mined: Path) -> None:
    row = next(r for r in shards.read_rows(mined / "data") if any(f["negative_image"] for f in r["foils"]))
    negative = next(f["negative_image"]["bytes"] for f in row["foils"] if f["negative_image"])

    def tables(jpeg: bytes) -> list[bytes]:
        return [jpeg[i : i + 67] for i in range(len(jpeg) - 67) if jpeg[i : i + 4] == b"\xff\xdb\x00\x43"]

    assert tables(negative) == tables(row["image"]["bytes"])
    assert tables(negative)


@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_gives_the_same_bytes(
    workers: int, drawn_coco: Path, mined: Path, tmp_path: Path
) -> None:
    mine(open_source(str(drawn_coco)), small(), tmp_path / "out", Local(workers=workers))
    assert tree(tmp_path / "out") == tree(mined)


def test_a_run_that_is_done_is_not_mined_again(drawn_coco: Path, mined: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in mined.glob("data/*")}
    mine(open_source(str(drawn_coco)), small(), mined, Local(workers=0))
    assert {path: path.stat().st_mtime_ns for path in mined.glob("data/*")} == before


def test_killed_at_twenty_random_moments_the_dataset_is_the_same(
    drawn_coco: Path, mined: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "counterfoil", "mine", str(drawn_coco), "--out", str(tmp_path / "out")]
    command += ["--workers", "2", "--set", "shard_size=3", "--set", "batch_size=2"]
    chance = random.Random(7)
    at_start = Counter(killed(command, chance.uniform(0.3, 3.5), chance) for _ in range(10))
    at_work = Counter(killed(command, chance.uniform(0.0, 3.5), chance, at_work=True) for _ in range(10))
    assert at_start["driver"]
    assert at_work["child"]
    assert ended(command)
    assert tree(tmp_path / "out") == tree(mined)


def test_answers_of_language_models_outlast_a_run_wherever_it_writes(tmp_path: Path) -> None:
    assert Job(small(), tmp_path, 0).answers == tmp_path / "raw" / "answers"
    there, elsewhere = (Job(small(), place(f"s3://bucket/{name}"), 0).answers for name in ("a", "b"))
    assert there == Job(small(), place("s3://bucket/a"), 1).answers != elsewhere
    assert there.is_relative_to(cache_folder())


def test_an_interrupted_run_ends_with_status_130_and_says_how_to_go_on(
    drawn_coco: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", "from counterfoil.cli import main; main()", "mine", str(drawn_coco)]
    run = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while not (tmp_path / "out" / "run.json").exists():
        time.sleep(0.05)
    run.send_signal(signal.SIGTERM)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130
    assert b"the same command goes on" in told


def test_a_folder_with_another_run_is_not_touched(drawn_coco: Path, mined: Path) -> None:
    before = tree(mined)
    with pytest.raises(DataError, match="a run with another seed"):
        mine(open_source(str(drawn_coco)), small(), mined, Local(workers=0), seed=1)
    with pytest.raises(DataError, match="a run with another recipe"):
        mine(open_source(str(drawn_coco)), replace(small(), quality=90), mined, Local(workers=0))
    assert tree(mined) == before


def test_a_folder_with_other_files_is_not_touched(drawn_coco: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(DataError, match="holds other files"):
        mine(open_source(str(drawn_coco)), small(), tmp_path, Local(workers=0))
    assert tree(tmp_path) == {"thesis.tex": b"mine"}


def test_an_output_folder_that_cannot_be_written_is_one_clear_sentence(drawn_coco: Path) -> None:
    with pytest.raises(DataError, match=r"cannot write /proc/nowhere"):
        mine(open_source(str(drawn_coco)), small(), Path("/proc/nowhere"), Local(workers=0))


@dataclass(frozen=True)
class Listed:
    """A source of given samples."""

    samples: tuple[Sample | Rejected, ...]

    def read(self) -> Iterator[Sample | Rejected]:
        yield from self.samples


def test_a_source_that_changed_under_a_run_is_noticed(drawn_coco: Path, tmp_path: Path) -> None:
    samples = tuple(open_source(str(drawn_coco)).read())[:4]
    recipe = replace(small(), prepare=())
    mine(Listed(samples), recipe, tmp_path / "out", Local(workers=0))
    assert isinstance(samples[0], Sample)
    changed = (replace(samples[0], captions=("A dog.",)), *samples[1:])
    with pytest.raises(DataError, match="the source has changed"):
        mine(Listed(changed), recipe, tmp_path / "out", Local(workers=0))


def test_a_run_in_which_every_input_is_refused_fails_with_the_reason(tmp_path: Path) -> None:
    missing = Sample(key="a", image=ImageFile(str(tmp_path / "no.jpg")), captions=("A dog.",))
    with pytest.raises(MiningError, match=r"every one of 1 inputs was refused: missing_picture \(1\)"):
        mine(Listed((missing,)), small(), tmp_path / "out", Local(workers=0))


def test_a_source_without_samples_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no samples at all"):
        mine(Listed(()), small(), tmp_path / "out", Local(workers=0))


@dataclass(frozen=True)
class CrashOn:
    """Crash whenever a batch holds a certain sample."""

    takes: ClassVar[type] = Pictured
    gives: ClassVar[type] = Pictured
    version: ClassVar[int] = 1
    keys: tuple[str, ...] = ()

    def load(self, run: Run) -> Apply:
        def crash(batch: Sequence[Pictured]) -> list[Pictured]:
            if any(record.key in self.keys for record in batch):
                raise ZeroDivisionError("as told")
            return list(batch)

        return crash


def crashing(*keys: str) -> MineRecipe:
    stages = photos().stages
    return replace(small(), stages=(stages[0], CrashOn(keys), *stages[1:]), batch_size=8)


def test_one_record_that_crashes_costs_itself_alone(drawn_coco: Path, tmp_path: Path) -> None:
    keys = [sample.key for sample in open_source(str(drawn_coco)).read()]
    manifest = mine(open_source(str(drawn_coco)), crashing(keys[1]), tmp_path / "out", Local(workers=0))
    stage = next(s for s in manifest["stages"] if s["name"] == "crash_on")
    assert (stage["in"], stage["out"], stage["rejected"]) == (12, 11, {"crashed": 1})
    told = [row for row in shards.read_rows(tmp_path / "out" / "rejected") if row["key"] == keys[1]]
    assert told[0]["foils"][0]["detail"] == "ZeroDivisionError: as told"


def test_too_many_crashes_stop_the_run_and_what_is_committed_stays(drawn_coco: Path, tmp_path: Path) -> None:
    keys = [sample.key for sample in open_source(str(drawn_coco)).read()]
    with pytest.raises(MiningError, match="stage crash_on crashed on 2 of 3 records"):
        mine(open_source(str(drawn_coco)), crashing(*keys[:2]), tmp_path / "out", Local(workers=0))
    assert len(list(shards.read_rows(tmp_path / "out" / "data"))) == 1
    assert len(list(shards.read_rows(tmp_path / "out" / "rejected"))) >= 2


def test_a_worker_that_dies_is_told_and_the_run_can_go_on(
    drawn_coco: Path, mined: Path, tmp_path: Path
) -> None:
    recipe = replace(small(), stages=(*photos().stages,))
    engine = Local(workers=1)

    def killing(job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        for marker in engine(job, tasks):
            yield marker
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(MiningError, match="a worker process died"):
        mine(open_source(str(drawn_coco)), recipe, tmp_path / "out", killing)
    mine(open_source(str(drawn_coco)), recipe, tmp_path / "out", Local(workers=0))
    assert tree(tmp_path / "out") == tree(mined)
