"""The commands answer fast and say in one sentence what is wrong."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil import __version__
from counterfoil.cli import app

HEAVY = ("numpy", "cv2", "spacy", "pyarrow", "matplotlib", "datasets", "torch", "fastapi", "uvicorn")


def ask(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


COMMANDS = ("mine", "train", "look", "review", "export", "demo")


@pytest.mark.parametrize("command", [["--version"], ["--help"], *([c, "--help"] for c in COMMANDS)])
def test_help_and_version_import_nothing_heavy(command: list[str]) -> None:
    code = f"""
import sys
sys.argv = ["counterfoil", *{command!r}]
from counterfoil.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code
assert not set({HEAVY!r}) & set(sys.modules)
"""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert time.perf_counter() - start < 5


def test_the_version_is_told() -> None:
    assert ask("--version") == (0, f"counterfoil {__version__}\n")


def test_every_command_explains_every_flag() -> None:
    for command in COMMANDS:
        status, told = ask(command, "--help")
        assert status == 0
        assert "[required]" in told or "--out" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["mine", "nowhere", "--out", "OUT"], "nowhere"),
        (["mine", "COCO", "--out", "OUT", "--recipe", "fotos"], "did you mean 'photos'"),
        (["mine", "COCO", "--out", "OUT", "--recipe", "json:nothing"], "no recipe at 'json:nothing'"),
        (["mine", "COCO", "--out", "OUT", "--set", "propose.max_tow_way=3"], "did you mean 'max_two_way'"),
        (["mine", "COCO", "--out", "OUT", "--set", "source.capshions=x"], "captions"),
        (["mine", "COCO", "--out", "/proc/none"], "cannot write"),
        (["look", "nowhere"], "nowhere"),
        (["export", "nowhere", "--format", "winogrand", "--out", "OUT"], "did you mean 'winoground'"),
        (["export", "nowhere", "--format", "winoground", "--out", "OUT"], "nowhere"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_one(
    arguments: list[str], told: str, drawn_coco: Path, tmp_path: Path
) -> None:
    places = {"COCO": str(drawn_coco), "OUT": str(tmp_path / "out")}
    status, output = ask(*(places.get(argument, argument) for argument in arguments))
    assert status == 1
    assert told in output
    assert output.startswith("Error: ")
    assert "Traceback" not in output


def test_mine_look_and_export_work_one_after_the_other(drawn_coco: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    status, told = ask("mine", str(drawn_coco), "--out", out, "--limit", "2", "--workers", "0")
    assert status == 0, told
    assert "of 2 pictures" in told
    status, told = ask("look", out)
    assert status == 0, told
    assert Path(told.strip().removeprefix("Report: ")).is_file()
    status, told = ask("export", out, "--format", "winoground", "--out", str(tmp_path / "quads"))
    assert status == 0, told
