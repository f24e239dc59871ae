"""`counterfoil evaluate` and `compare`, from the command line to results.json and its report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from official import WRITERS
from typer.testing import CliRunner

from counterfoil.cli import app

SMALL = ["--set", "drawn-quads-test.number=4"]


def _run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def sugarcrepe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sugarcrepe")
    WRITERS["sugarcrepe"](folder)
    return folder


def _results(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_results_are_the_contract_that_readers_rely_on(sugarcrepe: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    status, said = _run(
        "evaluate", "control:oracle", "--on", "sugarcrepe", "--data", sugarcrepe, "--out", out
    )
    assert status == 0, said
    told = _results(out)["benchmarks"]["sugarcrepe"]
    assert told["items"] == 70
    assert set(told["metrics"]["swap_obj/accuracy"]) == {"value", "low", "high", "n", "ties", "lenient"}
    assert told["metrics"]["macro-7/accuracy"]["value"] == 1.0
    assert told["controls"]["constant"]["accuracy"] == 0.0
    assert told["controls"]["bag-of-words"]["same words/accuracy"] == 0.0
    assert told["chance"]["macro-3/accuracy"] == 0.5
    assert (tmp_path / "results.html").is_file()
    assert "| sugarcrepe: macro-7/accuracy | 100.0" in said


def test_a_model_is_scored_beside_the_controls_and_compared(tmp_path: Path) -> None:
    for name in ("drawn:clip", "control:random"):
        out = tmp_path / f"{name.partition(':')[2]}.json"
        status, said = _run("evaluate", name, "--on", "drawn-quads-test", *SMALL, "--out", out)
        assert status == 0, said
    told = _results(tmp_path / "clip.json")
    assert len(told["model"]["fingerprint"]) == 64
    assert {"constant", "bag-of-words", "blind", "picture-only"} == set(
        told["benchmarks"]["drawn-quads-test"]["controls"]
    )
    status, said = _run(
        "compare", tmp_path / "clip.json", tmp_path / "random.json", "--out", tmp_path / "both"
    )
    assert status == 0, said
    assert "difference (p)" in said
    assert {path.name for path in tmp_path.glob("both*")} == {"both.html", "both.md", "both.png"}


def test_pictures_that_are_missing_stop_the_run_or_are_counted(sugarcrepe: Path, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "results.json"
    WRITERS["sugarcrepe"](data)
    next(data.rglob("*000000000000.jpg")).unlink()
    command = ("evaluate", "drawn:clip", "--on", "sugarcrepe", "--data", data, "--out", out)
    status, said = _run(*command)
    assert (status, out.exists()) == (1, False)
    assert "1 of 70 pictures are missing" in said
    assert "--allow-missing" in said
    status, said = _run(*command, "--allow-missing")
    assert status == 0, said
    told = _results(out)["benchmarks"]["sugarcrepe"]
    assert (told["items"], told["missing"]) == (69, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["control:oracle", "--on", "sugarcrape"], "did you mean 'sugarcrepe'?"),
        (["control:oracle", "--on", "sugarcrepe"], "--data"),
        (["control:oracle", "--on", ""], "no benchmark"),
        (["control:oracle", "--on", "drawn-quads-test,drawn-quads-test"], "a benchmark twice"),
        (["control:oracle", "--on", "drawn-quads-test,Drawn_Quads_Test"], "a benchmark twice"),
        (["control:oracel", "--on", "drawn-quads-test"], "did you mean 'oracle'?"),
        (["scores:nowhere.csv", "--on", "drawn-quads-test"], "no file of scores"),
        (["./nowhere", "--on", "drawn-quads-test"], "no model at ./nowhere"),
        (["control:oracle", "--on", "drawn-quads-test", "--set", "sugarcrepe.x=1"], "belongs to none"),
        (["control:oracle", "--on", "drawn-quads-test", "--set", "drawn-quads-test.x=1"], "'x'"),
        (["control:oracle", "--on", "drawn-quads-test", "--set", "model.precision=int8"], "precision"),
        (["control:oracle", "--on", "foils", "--data", "."], "holds no finished dataset"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_status_one(tmp_path: Path, words: list[str], said: str) -> None:
    status, output = _run("evaluate", *words, "--out", tmp_path / "results.json")
    assert status == 1, output
    assert output.startswith("Error: ")
    assert said in output
    assert list(tmp_path.iterdir()) == []


def test_scores_are_kept_and_judged_again(tmp_path: Path) -> None:
    asked = ("--on", "drawn-quads-test", *SMALL)
    kept = tmp_path / "scores.csv"
    _run("evaluate", "drawn:clip", *asked, "--out", tmp_path / "a.json", "--keep-scores", kept)
    status, said = _run("evaluate", f"scores:{kept}", *asked, "--out", tmp_path / "b.json")
    assert status == 0, said
    first, again = (
        _results(tmp_path / name)["benchmarks"]["drawn-quads-test"] for name in ("a.json", "b.json")
    )
    assert first["metrics"] == again["metrics"]
    assert first["digest"] == again["digest"]


def test_comparing_one_file_or_none_that_is_there_is_an_error(tmp_path: Path) -> None:
    assert _run("compare", tmp_path / "a.json")[0] == 1
    status, said = _run("compare", tmp_path / "a.json", tmp_path / "b.json")
    assert (status, "cannot be read" in said) == (1, True)


def test_names_of_benchmarks_are_read_with_hyphens_or_without(sugarcrepe: Path, tmp_path: Path) -> None:
    status, said = _run(
        "evaluate", "control:constant", "--on", "SugarCrepe,Drawn_Quads_Test", *SMALL,
        "--data", sugarcrepe, "--out", tmp_path / "r.json",
    )  # fmt: skip
    assert status == 0, said
    assert set(_results(tmp_path / "r.json")["benchmarks"]) == {"sugarcrepe", "drawn-quads-test"}


def test_the_reference_check_fails_for_a_model_that_is_another(sugarcrepe: Path, tmp_path: Path) -> None:
    status, said = _run(
        "evaluate", "control:oracle", "--on", "sugarcrepe", "--data", sugarcrepe,
        "--out", tmp_path / "r.json", "--check-reference",
    )  # fmt: skip
    assert status == 1
    assert "| sugarcrepe: macro-7/accuracy | 73.05 | 100.00 |" in said
