"""Two processes write what one would, and one that dies takes nobody with it into an endless wait."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from evaluate.gallery.test_recall import coarse, write_gallery
from runs import start_ranks
from trees import tree

from counterfoil.errors import TrainingError
from counterfoil.evaluate.gallery import recall
from counterfoil.runs.evaluation import Order, run

PATIENCE = 120


def order(model: str, folder: Path, name: str) -> Order:
    on = "gallery" if model.startswith("embeddings:") else "drawn-quads-test,drawn-retrieval-test"
    numbers = [] if on == "gallery" else ["drawn-quads-test.number=3", "drawn-retrieval-test.number=29"]
    settings = [*numbers, "model.batch=8"] if numbers else []
    (folder / name).mkdir(exist_ok=True)
    return Order(model, on, folder / name / "results.json", settings=settings)


def evaluated(model: str, folder: Path, name: str) -> None:
    """As the command does, with the same words on every rank."""
    sys.argv = ["counterfoil", "evaluate", model]
    recall.GROUP = 1
    run(order(model, folder, name), lambda what, done, total: None)


def results(folder: Path) -> dict[str, bytes]:
    """The files of an evaluation; a picture of a plot tells nothing more."""
    return {name: data for name, data in tree(folder).items() if not name.endswith(".png")}


def dies(folder: Path) -> None:
    """Rank 1 is gone after its first tile; rank 0 says how that ends."""

    def progress(what: str, done: int, total: int | None) -> None:
        if os.environ["RANK"] == "1":
            os._exit(3)

    try:
        run(order(f"embeddings:{folder / 'gallery'}", folder, "dying"), progress)
    except TrainingError as error:
        (folder / "said").write_text(str(error))


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    write_gallery(tmp_path / "gallery", coarse(40, 170), [9, 20, 33])
    return tmp_path


@pytest.mark.parametrize("model", ["drawn:clip", "embeddings:"])
def test_two_ranks_write_the_bytes_of_one(model: str, gallery: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = f"embeddings:{gallery / 'gallery'}" if model == "embeddings:" else model
    for name, world in (("one", 1), ("two", 2)):
        processes = start_ranks(world, evaluated, asked, gallery, name)
        for process in processes:
            process.join(PATIENCE)
        assert [process.exitcode for process in processes] == [0] * world
    assert results(gallery / "two") == results(gallery / "one")
    assert "results.json" in results(gallery / "one")


def test_a_rank_that_dies_stops_the_others_with_a_message(gallery: Path) -> None:
    processes = start_ranks(2, dies, gallery)
    for process in processes:
        process.join(PATIENCE)
    assert [process.exitcode for process in processes] == [0, 3]
    assert "rank 0 stops, as it lost another rank" in (gallery / "said").read_text()
    assert not (gallery / "dying" / "results.json").exists()
    evaluated(f"embeddings:{gallery / 'gallery'}", gallery, "dying")
    assert np.load(next((gallery / "dying" / "results.gallery").glob("tile-*")))["text"].shape[0] == 2
