"""What people said decides what is kept, trained on and evaluated, and shows in the report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.judgements import Judgement, Ledger
from counterfoil.look import look
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.drawn import drawn
from counterfoil.shards import read_manifest, read_rows
from counterfoil.sources import open_source

COUNT = 12
"""Foils that are judged: every other one is accepted."""


def ask(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


def keys(dataset: Path, part: str = "data") -> list[str]:
    return [foil["key"] for row in read_rows(dataset / part) for foil in row["foils"]]


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn foils, of which Ada accepted six and rejected six."""
    out = tmp_path_factory.mktemp("reviewed") / "foils"
    mine(open_source("drawn:train", {"size": "32"}), drawn(), out, Local(workers=0), limit=8)
    ledger = Ledger(out)
    for nth, key in enumerate(keys(out)[:COUNT]):
        said: dict[str, Any] = (
            {"verdict": "rejected", "reason": "bad_english", "note": "odd"} if nth % 2 else {}
        )
        ledger.append(Judgement(**{"id": key, "foil": key, "reviewer": "Ada", "verdict": "accepted"} | said))
    return out


def test_refilter_keeps_what_was_accepted_and_tells_why_not_the_rest(mined: Path, tmp_path: Path) -> None:
    status, told = ask("refilter", mined, "--out", tmp_path / "good", "--reviewed", "accepted")
    assert (status, told.split()[0]) == (0, str(COUNT // 2))
    assert keys(tmp_path / "good") == keys(mined)[:COUNT:2]
    refused = {f["key"]: f for row in read_rows(tmp_path / "good" / "rejected") for f in row["foils"]}
    one, other = refused[keys(mined)[1]], refused[keys(mined)[COUNT]]
    assert (one["stage"], one["reason"], one["detail"]) == ("review", "bad_english", "Ada: bad_english (odd)")
    assert (other["stage"], other["reason"]) == ("review", "not_judged")
    manifest = read_manifest(tmp_path / "good")
    assert manifest["stages"][-1]["rejected"] == {
        "bad_english": COUNT // 2,
        "not_judged": len(keys(mined)) - COUNT,
    }
    assert manifest["counts"]["foils"] == COUNT // 2
    assert "Only foils that more reviewers accepted" in (tmp_path / "good" / "README.md").read_text()
    status, told = ask("refilter", tmp_path / "good", "--out", tmp_path / "x", "--reviewed", "accepted")
    assert (status, "reviewed already" in told) == (1, True)


def test_refilter_can_leave_out_only_what_was_rejected(mined: Path, tmp_path: Path) -> None:
    assert ask("refilter", mined, "--out", tmp_path / "out", "--reviewed", "not-rejected")[0] == 0
    assert keys(tmp_path / "out") == [
        key for nth, key in enumerate(keys(mined)) if nth >= COUNT or nth % 2 == 0
    ]


def test_evaluate_asks_about_reviewed_foils_alone(mined: Path, tmp_path: Path) -> None:
    arguments = ("evaluate", "control:random", "--on", f"foils:{mined}", "--out", tmp_path / "results.json")
    assert ask(*arguments, "--reviewed", "accepted")[0] == 0
    told = json.loads((tmp_path / "results.json").read_text())
    assert told["benchmarks"]["foils"]["metrics"]["group"]["n"] == COUNT // 2
    assert "did you mean 'accepted'" in ask(*arguments, "--reviewed", "acceptet")[1]
    elsewhere = ("evaluate", "control:random", "--on", "drawn-quads-test", "--out", tmp_path / "results.json")
    assert "name foils:FOLDER" in ask(*elsewhere, "--reviewed", "accepted")[1]


def test_train_learns_from_reviewed_foils_alone(mined: Path, tmp_path: Path) -> None:
    few = ("--workers", 0, "--set", "steps=1", "--set", "batching.groups=2", "--set", "trackers=")
    common = ("--model", "drawn:clip", "--set", "held_out=0", *few, "--reviewed", "accepted")
    status, told = ask("train", mined, "--out", tmp_path / "ckpt", *common)
    assert status == 0, told
    assert f"Data: {COUNT // 2} foils" in (tmp_path / "ckpt" / "README.md").read_text()
    status, told = ask("train", "drawn:train", "--out", tmp_path / "other", *common)
    assert (status, "nobody judges drawn:SPLIT" in told) == (1, True)


def test_the_report_can_be_filtered_by_what_people_said(mined: Path, tmp_path: Path) -> None:
    dataset = Path(shutil.copytree(mined, tmp_path / "foils"))
    report = look(dataset).parent
    text = (report / "groups" / "index.js").read_text(encoding="ascii")
    index = json.loads(text.removeprefix("counterfoil.index(").removesuffix(");\n").replace(",\n]", "]"))
    codes = [index["signatures"][code][-1] for group in index["groups"] for code in group]
    assert (codes.count("accepted"), codes.count("rejected")) == (COUNT // 2, COUNT // 2)
    again = Judgement(id="more", foil=keys(mined)[COUNT], reviewer="Bob", verdict="accepted")
    Ledger(dataset).append(again)
    assert look(dataset).parent == report
    assert text != (report / "groups" / "index.js").read_text(encoding="ascii")
