"""Datasets in an object store: the same bytes as in a folder, whole or not at all."""

import io
import json
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from store import gcs_server
from trees import tree

from counterfoil import shards
from counterfoil.errors import DataError
from counterfoil.export import EXPORTS
from counterfoil.mine.engines.local import Local
from counterfoil.mine.refilter import refilter
from counterfoil.mine.run import TIMES, MineRecipe, mine
from counterfoil.recipes.drawn import drawn
from counterfoil.recipes.photos import photos
from counterfoil.records import Sample
from counterfoil.sources import open_source
from counterfoil.sources.drawn import Drawn
from counterfoil.storage import Remote, fetched, place, staged
from counterfoil.train.stream import open_stream, opened

SCENES = Drawn(path="train", number=12)
SMALL = replace(drawn(), shard_size=4, batch_size=2)


def there(folder: Path) -> dict[str, bytes]:
    """`tree` of a place that need be no folder."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.parent.name != TIMES)
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize(
    ("recipe", "source"),
    [(SMALL, "drawn"), (replace(photos(), shard_size=4), "photos")],
    ids=lambda v: str(v)[:6],
)
def test_a_dataset_in_a_store_is_the_one_of_a_folder(
    recipe: MineRecipe, source: str, bucket: Remote, drawn_coco: Path, tmp_path: Path
) -> None:
    mined = SCENES if source == "drawn" else open_source(str(drawn_coco))
    out = cast(Path, bucket / source)
    mine(mined, recipe, tmp_path / "out", Local(workers=0))
    mine(mined, recipe, out, Local(workers=0))
    assert there(out) == tree(tmp_path / "out")
    assert tree(fetched(out)) == tree(tmp_path / "out")


def test_shards_in_a_store_are_streamed_as_those_of_a_folder(bucket: Remote, tmp_path: Path) -> None:
    mine(SCENES, SMALL, tmp_path / "out", Local(workers=0))
    with staged(bucket / "streamed") as beside:
        shutil.copytree(tmp_path / "out", beside, dirs_exist_ok=True)
    here, away = (open_stream([str(folder)], window=2) for folder in (tmp_path / "out", bucket / "streamed"))
    assert away.described() == here.described()
    assert len(away.windows(0, 0)) == 2
    for ours, theirs in zip(here.windows(0, 1), away.windows(0, 1), strict=True):
        with opened(ours) as local, opened(theirs) as remote:
            assert remote.foils.equals(local.foils)
            assert np.array_equal(remote.pictures[0], local.pictures[0])


def test_google_store_holds_the_same(tmp_path: Path) -> None:
    mine(SCENES, SMALL, tmp_path / "out", Local(workers=0))
    with gcs_server() as options:
        out = place(f"gs://anonymous@bucket/out?{options}")
        mine(SCENES, SMALL, out, Local(workers=0))
        assert there(out) == tree(tmp_path / "out")


def test_a_run_into_a_store_that_is_killed_goes_on(bucket: Remote, tmp_path: Path) -> None:
    out = cast(Path, bucket / "killed")
    command = [sys.executable, "-m", "counterfoil", "mine", "drawn:train", "--set", "source.number=12"]
    command += ["--set", "shard_size=4", "--set", "batch_size=2", "--out", str(out)]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list(out.glob("done/0*.json")) and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not (out / "manifest.json").exists()
    with pytest.raises(DataError, match="s3://bucket/killed holds no finished dataset"):
        shards.read_manifest(out)
    mine(SCENES, SMALL, out, Local(workers=0))
    mine(SCENES, SMALL, tmp_path / "out", Local(workers=0))
    assert there(out) == tree(tmp_path / "out")


def test_a_damaged_object_is_mined_again(bucket: Remote, tmp_path: Path) -> None:
    out = cast(Path, bucket / "damaged")
    mine(SCENES, SMALL, out, Local(workers=0))
    before = there(out)
    (tmp_path / "half").write_bytes(before["data/00001.parquet"][:-100])
    (bucket / "damaged" / "data" / "00001.parquet").put(tmp_path / "half")
    mine(SCENES, SMALL, out, Local(workers=0))
    assert there(out) == before


def test_another_run_into_the_same_place_is_refused(bucket: Remote) -> None:
    out = cast(Path, bucket / "mine")
    mine(SCENES, SMALL, out, Local(workers=0))
    with pytest.raises(DataError, match="s3://bucket/mine holds a run with another seed"):
        mine(SCENES, SMALL, out, Local(workers=0), seed=1)


def test_what_is_mined_is_judged_anew_and_exported(bucket: Remote, tmp_path: Path) -> None:
    dataset = cast(Path, bucket / "judged")
    manifest = mine(SCENES, SMALL, dataset, Local(workers=0))
    again = refilter(dataset, SMALL, cast(Path, bucket / "again"))
    assert again["counts"] == manifest["counts"]
    assert EXPORTS["gnm"].write(fetched(dataset), tmp_path / "gnm") > 0
    with pytest.raises(DataError, match="folders of this machine only"):
        EXPORTS["gnm"].write(fetched(dataset), cast(Path, bucket / "gnm"))


def test_tars_in_a_store_are_a_source(bucket: Remote, tmp_path: Path) -> None:
    samples = [sample for sample in SCENES.read() if sample.image.data is not None]
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for number, sample in enumerate(samples[:3]):
            for name, data in ((f"{number}.bmp", sample.image.data), (f"{number}.txt", b"A dog.")):
                info = tarfile.TarInfo(name)
                info.size = len(data or b"")
                tar.addfile(info, io.BytesIO(data or b""))
    (bucket / "tars" / "a.tar").put(tmp_path / "a.tar")
    for name in ("s3://bucket/tars", "s3://bucket/tars/a.tar", "webdataset:s3://bucket/tars"):
        read = list(open_source(name).read())
        assert [one.key for one in read] == ["0", "1", "2"]
        assert all(isinstance(one, Sample) and one.captions == ("A dog.",) for one in read)


def test_what_is_not_there_is_told(bucket: Remote) -> None:
    with pytest.raises(DataError, match="s3://bucket/nothing"):
        list(open_source("s3://bucket/nothing").read())
    with pytest.raises(DataError, match=r"cannot write s3://nobucket/out/run.json"):
        mine(SCENES, SMALL, place("s3://nobucket/out"), Local(workers=0))


def test_what_is_staged_is_put_at_the_end(bucket: Remote) -> None:
    with staged(bucket / "staged") as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b.json").write_text(json.dumps({}))
        assert not (bucket / "staged").exists()
    assert [str(file) for file in (bucket / "staged").rglob("*")] == ["s3://bucket/staged/a/b.json"]


def test_a_place_says_where_it_is() -> None:
    remote = cast(Remote, place("s3://bucket/a/b.json?scheme=http"))
    assert (remote.name, remote.stem, remote.suffix) == ("b.json", "b", ".json")
    assert (str(remote), str(remote.parent), str(remote.parent.parent)) == (
        "s3://bucket/a/b.json",
        "s3://bucket/a",
        "s3://bucket",
    )
    assert remote.options == "scheme=http"
    assert place("folder/s3") == Path("folder/s3")


def test_an_unknown_store_is_told() -> None:
    with pytest.raises(DataError, match="nowhere://bucket: no store that can be opened"):
        shards.write_json(place("nowhere://bucket/a.json"), {})
