"""The Ray engine gives the local engine's bytes, whatever dies on the way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dying import DieOnce
from faults.long import long
from trees import tree

from counterfoil.errors import DataError, MiningError, ModelError, RecipeError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.engines.passing import dumps, loads
from counterfoil.mine.engines.ray import Ray
from counterfoil.mine.pipeline import Outcome, advance, load_stages
from counterfoil.mine.run import Job, Marker, mine
from counterfoil.mine.stage import Run
from counterfoil.mine.tasks import Task
from counterfoil.recipes.drawn import drawn
from counterfoil.recipes.photos import photos
from counterfoil.records import Sample
from counterfoil.sources import open_source
from counterfoil.sources.drawn import Drawn

SCENES = Drawn(path="train", number=16)
SMALL = replace(drawn(), shard_size=4, batch_size=2)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes of one CPU each, on this machine."""
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    # By default workers give way to every other process, and do not find the modules of these tests.
    beside = {"RAY_worker_niceness": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in beside.items():
            patch.setenv(name, value)
        nodes: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        nodes.add_node(num_cpus=1)
        ray.init(nodes.address, log_to_driver=False)
        yield nodes
        ray.shutdown()
        nodes.shutdown()


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("local") / "out"
    mine(SCENES, SMALL, out, Local(workers=0))
    return out


def test_two_nodes_give_the_bytes_of_the_local_engine(cluster: Any, mined: Path, tmp_path: Path) -> None:
    mine(SCENES, SMALL, tmp_path / "out", Ray())
    assert tree(tmp_path / "out") == tree(mined)


def test_stages_that_stream_from_one_operator_to_the_next_do_too(
    cluster: Any, mined: Path, tmp_path: Path
) -> None:
    mine(SCENES, SMALL, tmp_path / "out", Ray(workers=1, pools=("draw:1",)))
    assert tree(tmp_path / "out") == tree(mined)


@long
def test_stages_that_share_a_gpu_do_too(cluster: Any, mined: Path, tmp_path: Path) -> None:
    third = cluster.add_node(num_cpus=1, num_gpus=1)
    mine(SCENES, SMALL, tmp_path / "out", Ray(gpus=("draw:0.5",)))
    cluster.remove_node(third)
    assert tree(tmp_path / "out") == tree(mined)


@long
def test_photos_do_even_stage_by_stage(cluster: Any, drawn_coco: Path, tmp_path: Path) -> None:
    recipe = replace(photos(), shard_size=4)
    mine(open_source(str(drawn_coco)), recipe, tmp_path / "ray", Ray(workers=1, fused=False))
    mine(open_source(str(drawn_coco)), recipe, tmp_path / "local", Local(workers=0))
    assert tree(tmp_path / "ray") == tree(tmp_path / "local")


def test_a_shard_whose_worker_is_killed_is_begun_anew(cluster: Any, tmp_path: Path) -> None:
    keys = [sample.key for sample in SCENES.read()]
    dying = DieOnce(str(tmp_path), (keys[3], keys[14]))
    recipe = replace(SMALL, stages=(SMALL.stages[0], dying, *SMALL.stages[1:]))
    mine(SCENES, recipe, tmp_path / "ray", Ray())
    mine(SCENES, recipe, tmp_path / "local", Local(workers=0))  # its samples have been seen: nothing dies
    assert tree(tmp_path / "ray") == tree(tmp_path / "local")


@long
def test_a_shard_that_kills_every_worker_ends_the_run_and_the_others_are_kept(
    cluster: Any, tmp_path: Path
) -> None:
    keys = [sample.key for sample in SCENES.read()]
    recipe = replace(SMALL, stages=(SMALL.stages[0], DieOnce("", (keys[13],)), *SMALL.stages[1:]))
    with pytest.raises(MiningError, match="shard 00003 was begun 2 times, and each time its worker died"):
        mine(SCENES, recipe, tmp_path / "out", Ray(retries=1))
    assert (tmp_path / "out" / "done" / "00000.json").exists()


@long
def test_a_node_may_leave_while_it_works(cluster: Any, mined: Path, tmp_path: Path) -> None:
    engine = Ray(workers=2)
    third = cluster.add_node(num_cpus=1)

    def losing(job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        for number, marker in enumerate(engine(job, tasks)):
            yield marker
            if number == 1:
                cluster.remove_node(third, allow_graceful=False)

    mine(SCENES, SMALL, tmp_path / "out", losing)
    assert tree(tmp_path / "out") == tree(mined)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 130), pytest.param(signal.SIGKILL, -9, marks=long)]
)
def test_a_driver_that_is_stopped_goes_on_where_it_was(
    number: int, status: int, cluster: Any, mined: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "counterfoil", "mine", "drawn:train", "--set", "source.number=16"]
    command += ["--set", "shard_size=4", "--set", "batch_size=2", "--out", str(out)]
    run = subprocess.Popen([*command, "--engine", "ray", "--address", cluster.address])
    while not list(out.glob("done/0*.json")) and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(number)
    assert run.wait(60) == status
    mine(SCENES, SMALL, out, Ray())
    assert tree(out) == tree(mined)


@long
def test_what_goes_wrong_in_a_worker_reaches_the_caller_as_it_is(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    engine = Ray()

    def spoiling(job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        (job.out / "data").write_text("no folder")
        return engine(job, tasks)

    with pytest.raises(DataError, match=r"cannot write .*data/0000"):
        mine(SCENES, SMALL, tmp_path / "out", spoiling)


def test_a_setting_that_names_no_number_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="'draw' is not STAGE:NUMBER"):
        mine(SCENES, SMALL, tmp_path / "out", Ray(pools=("draw",)))


def test_without_ray_its_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ModelError, match=r"pip install 'counterfoil\[ray\]'"):
        mine(SCENES, SMALL, tmp_path / "out", Ray())


def test_parses_pass_without_the_parsers_words(drawn_coco: Path, tmp_path: Path) -> None:
    samples = [s for s in open_source(str(drawn_coco)).read() if isinstance(s, Sample)][:2]
    stages = load_stages(photos().stages[:2], Run(0, tmp_path))
    outcome = advance(stages, Outcome(kept=list(samples)))
    written = dumps([outcome])
    (back,) = loads(written)
    pixels = sum(scene.pixels.nbytes for scene in outcome.kept)
    assert len(written) < pixels + 100_000
    for before, after in zip(outcome.kept, back.kept, strict=True):
        assert np.array_equal(before.pixels, after.pixels)
        for one, other in zip(before.parses, after.parses, strict=True):
            told = [[(t.text, t.lemma_, t.tag_, t.dep_, t.head.i) for t in doc] for doc in (one, other)]
            assert told[0] == told[1]
            assert [c.text for c in one.noun_chunks] == [c.text for c in other.noun_chunks]
