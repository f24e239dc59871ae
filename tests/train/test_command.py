"""`counterfoil train` from end to end, and what it answers to mistakes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from transformers import AutoModel, CLIPModel
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.drawn import drawn
from counterfoil.sources import open_source

FEW = ("--workers", "0", "--set", "steps=2", "--set", "batching.groups=4", "--set", "trackers=")
DRAWN = ("drawn:train", "--set", "data.scenes=40", "--set", "data.quads_per_cell=4", "--set", "data.size=32")


def ask(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty drawn scenes, mined."""
    out = tmp_path_factory.mktemp("mined") / "foils"
    mine(open_source("drawn:train", {"size": "32"}), drawn(), out, Local(workers=0), limit=30)
    return out


def test_the_drawn_world_to_a_model_with_a_table_of_before_and_after(tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, told = ask("train", *DRAWN, "--model", "drawn:clip", "--out", out, *FEW)
    assert status == 0, told
    assert "| foils/group |" in told
    assert "| retrieval/text@1 |" in told
    assert "| shape/accuracy |" in told
    assert told.rstrip().endswith(f"Model: {out}")
    assert isinstance(AutoModel.from_pretrained(out), CLIPModel)
    measured = json.loads((out / "training" / "before_after.json").read_text())
    assert measured["before"].keys() == measured["after"].keys()
    again = ask("train", *DRAWN, "--model", "drawn:clip", "--out", out, *FEW)
    assert again[0] == 0
    status, told = ask("train", *DRAWN, "--model", "drawn:clip", "--out", out, *FEW, "--recipe", "neg_clip")
    assert status == 1
    assert "holds a run with another recipe" in told


def test_a_mined_folder_trains_what_an_earlier_run_has_made(mined: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    status, told = ask("train", mined, "--model", "drawn:siglip", "--out", first, *FEW, "--recipe", "sig_lip")
    assert status == 0, told
    sweep = ("--set", "forgetting.wise_ft=0,0.5,1", "--recipe", "neg_clip")
    status, told = ask("train", mined, "--model", first, "--out", second, *FEW, *sweep)
    assert status == 0, told
    assert (second / "training" / "pareto.png").is_file()
    shares = json.loads((second / "training" / "before_after.json").read_text())["wise_ft"]
    assert list(shares) == ["0", "0.5", "1"]
    assert "WiSE-FT" in (second / "README.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--recipe", "finetun"], "did you mean 'finetune'"),
        (["--recipe", "counterfoil.recipes.drawn:drawn"], "not a TrainRecipe"),
        (["--set", "optimizer.rate=1"], "did you mean 'optimiser"),
        (["--set", "forgetting.freeze=img"], "Known: image, text"),
        (["--set", "data.scene=3"], "did you mean 'scenes'"),
        (["--set", "batching.groups=999"], "larger than the data"),
        (["--recipe", "gnm"], "unknown score 'itm.mean'"),
        (["--model", "./nowhere"], "no model at ./nowhere"),
        (["--model", "drawn:clipp"], "did you mean 'clip'"),
        (["--out", "/proc/none"], "cannot write"),
        (["--pairs", "nowhere"], "nowhere"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_one(arguments: list[str], told: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, output = ask("train", *DRAWN, "--model", "drawn:clip", "--out", out, *FEW, *arguments)
    assert status == 1, output
    assert told in output
    assert output.startswith("Error: ")
    assert "Traceback" not in output
    assert not (out / "model.safetensors").exists()


def test_data_that_are_not_there_are_named(tmp_path: Path) -> None:
    status, told = ask("train", "nowhere", "--model", "drawn", "--out", tmp_path / "out", *FEW)
    assert status == 1
    assert "'nowhere'" in told


def test_shards_are_trained_on_a_window_at_a_time(tmp_path: Path) -> None:
    foils = tmp_path / "foils"
    mine(
        open_source("drawn:train", {"size": "32"}),
        replace(drawn(), shard_size=8),
        foils,
        Local(workers=0),
        limit=32,
    )
    out = tmp_path / "out"
    streamed = ("--set", "window=2", "--set", "held_out=0.25")
    status, told = ask("train", foils, "--model", "drawn:clip", "--out", out, *FEW, *streamed)
    assert status == 0, told
    assert "| foils/group |" in told
    assert json.loads((out / "training" / "run.json").read_text())["data"]["shards"] == 3
    assert "Data: 3 shards" in (out / "README.md").read_text()
    status, told = ask("train", *DRAWN, "--model", "drawn:clip", "--out", out, *FEW, *streamed)
    assert status == 1
    assert "window=2 streams mined folders" in told
