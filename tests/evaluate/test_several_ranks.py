"""Two processes write what one would, and one that dies takes nobody with it into an endless wait."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from evaluate.gallery.test_embedding import write_source
from evaluate.gallery.test_recall import coarse, write_gallery
from runs import start_ranks
from trees import tree

from counterfoil.errors import TrainingError
from counterfoil.evaluate.gallery import recall
from counterfoil.runs import gallery as runs_gallery
from counterfoil.runs.evaluation import Order, run

PATIENCE = 120


def order(name: str, folder: Path, asked: tuple[str, str, list[str]]) -> Order:
    model, on = (word.format(folder=folder) for word in asked[:2])
    (folder / name).mkdir(exist_ok=True)
    return Order(model, on, folder / name / "results.json", settings=asked[2])


def evaluated(name: str, folder: Path, asked: tuple[str, str, list[str]]) -> None:
    """As the command does, with the same words on every rank."""
    sys.argv = ["counterfoil", "evaluate", *asked[:2]]
    recall.GROUP, runs_gallery.SAMPLES = 1, 4
    run(order(name, folder, asked), lambda what, done, total: None)


def results(folder: Path) -> dict[str, bytes]:
    """The files of an evaluation; a picture of a plot tells nothing more."""
    return {name: data for name, data in tree(folder).items() if not name.endswith(".png")}


def dies(folder: Path) -> None:
    """Rank 1 is gone after its first tile; rank 0 says how that ends."""

    def progress(what: str, done: int, total: int | None) -> None:
        if os.environ["RANK"] == "1":
            os._exit(3)

    try:
        run(order("dying", folder, ASKED["embeddings"]), progress)
    except TrainingError as error:
        (folder / "said").write_text(str(error))


ASKED: dict[str, tuple[str, str, list[str]]] = {
    "items": (
        "drawn:clip",
        "drawn-quads-test,drawn-retrieval-test",
        ["drawn-quads-test.number=1", "drawn-retrieval-test.number=29", "model.batch=8"],
    ),
    "embeddings": ("embeddings:{folder}/gallery", "gallery", []),
    "source": ("drawn:clip", "gallery:{folder}/photos", ["model.batch=3"]),
}
"""A model, benchmarks and settings."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_gallery(tmp_path / "gallery", coarse(40, 170), [9, 20, 33])
    write_source(tmp_path / "photos")
    return tmp_path


@pytest.mark.parametrize("name", ASKED)
def test_two_ranks_write_the_bytes_of_one(name: str, folder: Path) -> None:
    for world in (1, 2):
        processes = start_ranks(world, evaluated, str(world), folder, ASKED[name])
        for process in processes:
            process.join(PATIENCE)
        assert [process.exitcode for process in processes] == [0] * world
    assert results(folder / "2") == results(folder / "1")
    assert "results.json" in results(folder / "1")


def test_a_rank_that_dies_stops_the_others_with_a_message(folder: Path) -> None:
    processes = start_ranks(2, dies, folder)
    for process in processes:
        process.join(PATIENCE)
    assert [process.exitcode for process in processes] == [0, 3]
    assert "rank 0 stops, as it lost another rank" in (folder / "said").read_text()
    assert not (folder / "dying" / "results.json").exists()
    evaluated("dying", folder, ASKED["embeddings"])
    assert (folder / "dying" / "results.json").exists()
