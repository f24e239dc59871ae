"""A source is embedded shard by shard: nothing lost or doubled, by one rank or two, after a kill too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluate.gallery.test_recall import counted, streamed
from official.pictures import write_picture
from trees import tree
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.gallery.embedding import Embedding, Made
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.evaluate.verdicts import Recall
from counterfoil.models.drawn import DrawnEncoder
from counterfoil.models.embedder import Embedder
from counterfoil.records import Sample
from counterfoil.sources import open_source

NUMBER = 11
ENCODER = DrawnEncoder(kind="ends", image_size=16, width=16, heads=2, layers=1, embed_dim=8).build(seed=0)


def write_source(folder: Path) -> Path:
    """Photos with one to three captions."""
    lines = []
    for n in range(NUMBER):
        write_picture(folder / f"{n:02}.png", 20 * n)
        captions = [f"a red star number {n} {'or so' * other}" for other in range(1 + n % 3)]
        lines.append(json.dumps({"file_name": f"{n:02}.png", "captions": captions}))
    (folder / "captions.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "photos")


def embed(source: Path, folder: Path, **more: Any) -> Made:
    embedder = Embedder(encoder=ENCODER, batch=2, workers=2)
    return Embedding(source=open_source(str(source)), embedder=embedder, folder=folder, size=4, **more)()


def test_what_is_streamed_is_what_is_scored_in_memory(source: Path, tmp_path: Path) -> None:
    made = embed(source, tmp_path / "gallery")
    assert [shard.shape("pictures")[0] for shard in made.shards] == [4, 4, 3]
    samples = [sample for sample in open_source(str(source)).read() if isinstance(sample, Sample)]
    item = Item(
        key="all",
        pictures=tuple(Stored(sample.image) for sample in samples),
        texts=tuple(text for sample in samples for text in sample.captions),
        owners=tuple(n for n, sample in enumerate(samples) for _ in sample.captions),
    )
    asked = Benchmark(name="all", items=lambda: [item], verdict=Recall(), chance={}, source="", licence="")
    found = counted(streamed(tmp_path / "gallery", tmp_path / "work"))
    assert found == evaluate(asked, Cosine(encoder=ENCODER))


def test_only_what_is_not_whole_is_made_again(source: Path, tmp_path: Path) -> None:
    embed(source, tmp_path / "gallery")
    whole = tree(tmp_path / "gallery")
    (tmp_path / "gallery" / "marks" / "000001.json").unlink()
    kept = tmp_path / "gallery" / "pictures" / "000000.npy"
    np.save(kept, np.zeros((4, 8), np.float32))
    embed(source, tmp_path / "gallery")
    assert {n for n, data in tree(tmp_path / "gallery").items() if data != whole[n]} == {
        "pictures/000000.npy"
    }


def test_a_source_that_has_changed_is_an_error(source: Path, tmp_path: Path) -> None:
    embed(source, tmp_path / "gallery")
    told = (source / "captions.jsonl").read_text()
    (source / "captions.jsonl").write_text(told.replace("number 5", "number five"))
    with pytest.raises(DataError, match=r"changed since 000001 was made: remove"):
        embed(source, tmp_path / "gallery")


def test_a_picture_that_is_damaged_stops_the_run_or_is_counted(source: Path, tmp_path: Path) -> None:
    (source / "05.png").write_bytes((source / "05.png").read_bytes()[:60])
    with pytest.raises(DataError, match=r"05.*--allow-missing"):
        embed(source, tmp_path / "gallery")
    made = embed(source, tmp_path / "gallery", allow_missing=True)
    assert made.missing == 1
    assert [shard.shape("pictures")[0] for shard in made.shards] == [4, 3, 3]
    # the second shard's photos are 4, 5 (gone), 6 and 7, with 2, 1 and 2 captions
    assert made.shards[1].owners().tolist() == [0, 0, 1, 2, 2]
    assert embed(source, tmp_path / "gallery", allow_missing=True).missing == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["embeddings:nowhere", "--on", "gallery"], "holds no gallery"),
        (["embeddings:nowhere", "--on", "sugarcrepe"], "answers --on gallery alone"),
        (["embeddings:nowhere", "--on", "gallery:photos"], "has its pictures already"),
        (["control:oracle", "--on", "gallery:photos"], "control:oracle has none of"),
        (["drawn:clip", "--on", "gallery"], "no source is named"),
        (["drawn:clip", "--on", "gallery:photos", "--set", "gallery.size=3"], "no --set but model."),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(tmp_path: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["evaluate", *words, "--out", str(tmp_path / "r.json")])
    assert (result.exit_code, said in result.output) == (1, True), result.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_embeds_and_counts(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    command = ["evaluate", "drawn:clip", "--on", f"gallery:{source}", "--out", str(out)]
    for _ in range(2):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
    told = json.loads(out.read_text())["benchmarks"]["gallery"]
    assert told["metrics"]["text@1"]["n"] == NUMBER
    assert told["metrics"]["image@1"]["n"] == sum(1 + n % 3 for n in range(NUMBER))
