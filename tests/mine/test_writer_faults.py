"""A whole run with a language model that fails in every way: nothing vanishes, nothing is paid for twice."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn import write_coco
from servers.llm import Llm, contradicting, serving, troubled

from counterfoil import shards
from counterfoil.errors import MiningError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.propose.contradict import Contradict
from counterfoil.mine.run import MineRecipe, mine
from counterfoil.models.server import Server
from counterfoil.recipes.captions import caption_recipe
from counterfoil.sources import open_source

PICTURES = 200


def recipe(url: str, **settings: Any) -> MineRecipe:
    writer = Server(model="m", url=url, concurrency=32, retries=3, timeout=3.0, **settings)
    return replace(caption_recipe("troubled", Contradict(writer=writer)), batch_size=64)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The drawn photos, each with a caption of its own, so that no two prompts are the same."""
    folder = write_coco(tmp_path_factory.mktemp("photos"), 20)
    lines = [f"000{n % 20:03}_{n}.png\tA photo number {n} of a cup on a table" for n in range(PICTURES)]
    for n in range(PICTURES):
        (folder / "images" / f"000{n % 20:03}_{n}.png").hardlink_to(folder / "images" / f"000{n % 20:03}.png")
    (folder / "images" / "captions.tsv").write_text("filepath\ttitle\n" + "\n".join(lines))
    return str(folder / "images" / "captions.tsv")


def ends(out: Path) -> dict[str, set[str]]:
    """What became of each picture: its foils, and reasons of what was refused."""
    found: dict[str, set[str]] = {}
    for row in shards.read_rows(out / "data"):
        found[row["key"]] = {"foil" for _ in row["foils"]}
    for row in shards.read_rows(out / "rejected"):
        found[row["key"]] |= {foil["reason"] for foil in row["foils"]}
    return found


def digest(out: Path) -> str:
    names = sorted(path for folder in ("data", "rejected") for path in (out / folder).iterdir())
    return hashlib.sha256(b"".join(path.read_bytes() for path in names)).hexdigest()


def test_of_two_hundred_records_each_ends_as_a_foil_or_a_refusal_and_is_paid_for_once(
    source: str, tmp_path: Path
) -> None:
    llm = Llm(contradicting, troubled(broken=0.3, silent=0.1, limited=0.05), silence=3.1)
    with serving(llm):
        with pytest.raises(MiningError, match="budget of 9,000 tokens is spent"):
            mine(open_source(source), recipe(llm.url, budget=9000), tmp_path / "out", Local(workers=0))
        mine(open_source(source), recipe(llm.url), tmp_path / "out", Local(workers=0))
        assert set(llm.answered.values()) <= {0, 1}
        found = ends(tmp_path / "out")
        assert len(found) == PICTURES
        assert all(found.values())
        assert sum("foil" in of_one for of_one in found.values()) > 0.8 * PICTURES
        assert {reason for of_one in found.values() for reason in of_one} > {"foil"}
    shares = {name: llm.faults[name] / len(llm.bodies) for name in ("silent", "429", "")}
    assert shares["silent"] == pytest.approx(0.1, abs=0.05)
    assert shares["429"] == pytest.approx(0.05, abs=0.04)
    assert 1 - sum(shares.values()) == pytest.approx(0.3, abs=0.08)


COMMAND = """
import sys
sys.path.insert(0, "tests")
from mine.test_writer_faults import Local, Path, mine, open_source, recipe
mine(open_source(sys.argv[1]), recipe(sys.argv[2]), Path(sys.argv[3]), Local(workers=0), limit=96)
"""


def test_killed_and_resumed_no_answer_is_paid_for_twice_and_the_bytes_follow_from_the_answers(
    source: str, tmp_path: Path
) -> None:
    llm = Llm(contradicting, troubled(broken=0.3, silent=0.0, limited=0.05))
    out = tmp_path / "out"
    with serving(llm):
        run = subprocess.Popen([sys.executable, "-c", COMMAND, source, llm.url, str(out)])
        while sum(1 for _ in out.glob("raw/answers/*/[0-9a-f]*.json")) < 40:
            assert run.poll() is None
            time.sleep(0.02)
        run.send_signal(signal.SIGKILL)
        run.wait()
        mine(open_source(source), recipe(llm.url), out, Local(workers=0), limit=96)
        twice = sum(count - 1 for count in llm.answered.values() if count > 1)
        assert twice <= 32  # what was on its way at that moment; what had arrived and was kept, never
        before, asked = digest(out), len(llm.bodies)
        for name in ("data", "rejected", "done"):
            shutil.rmtree(out / name)
        mine(open_source(source), recipe(llm.url), out, Local(workers=0), limit=96)
    assert (digest(out), len(llm.bodies)) == (before, asked)
