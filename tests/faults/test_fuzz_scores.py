"""Files of scores and checkpoints, whatever stands in them: an answer, or one clear error; no code is run."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from evaluate.scorers.test_given import HEAD, item, square
from faults.test_fuzz import FUZZED, Runs, damaged, folder, outcome
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.errors import ScoreError
from counterfoil.evaluate.scorers.given import Given
from counterfoil.train import checkpoint

__all__ = ["folder"]

ITEMS = [item("a"), item("b")]


def table() -> bytes:
    rows = [HEAD, *square("squares", "a", 1, 2, 3, 4), *square("squares", "b", 5, 6, 7, 8)]
    return "\n".join(rows).encode() + b"\n"


def arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, **{"squares/key": np.array(["a", "b"]), "squares/scores": np.arange(8.0).reshape(2, 2, 2)})  # type: ignore[arg-type]
    return file.getvalue()


def judged(path: Path) -> None:
    scores = outcome(lambda: list(Given(path, "squares")(ITEMS)))
    assert scores is None or all(
        np.isfinite(score_IT).all() and score_IT.shape == (2, 2) for score_IT in scores
    )


CELL = st.text(max_size=6) | st.sampled_from(
    ["squares", "a", "b", "0", "1", "-1", "1e400", "nan", '"', "9" * 30]
)


@FUZZED
@given(rows=st.lists(st.lists(CELL, max_size=6).map(",".join), max_size=10))
def test_a_table_of_any_cells(folder: Callable[[], Any], rows: list[str]) -> None:
    with folder() as inside:
        path = Path(inside, "scores.csv")
        path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
        judged(path)


def test_scores_that_would_run_code_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.npz"
    told = {
        "squares/key": np.array(["a"]),
        "squares/scores": np.array([Runs(f"touch {tmp_path}/ran")], object),
    }
    np.savez(path, **told)  # type: ignore[arg-type]
    assert outcome(lambda: list(Given(path, "squares")(ITEMS))) is None
    assert not (tmp_path / "ran").exists()


def test_an_array_whose_header_is_no_header_is_refused(tmp_path: Path) -> None:
    with np.load(io.BytesIO(arrays())) as sound, ZipFile(tmp_path / "s.npz", "w") as lying:
        for name in sound.files:
            file = io.BytesIO()
            np.save(file, sound[name])
            lying.writestr(f"{name}.npy", file.getvalue().replace(b"'shape': ", b"'shape'[ "))
    with pytest.raises(ScoreError, match="cannot be read"):
        list(Given(tmp_path / "s.npz", "squares")(ITEMS))


@FUZZED
@given(data=st.data())
def test_a_damaged_checkpoint_is_not_the_latest(folder: Callable[[], Any], data: st.DataObject) -> None:
    with folder() as inside:
        path = Path(inside)
        for step in (1, 2):
            checkpoint.save(path, step, {"step": step, "a": torch.zeros(4)}, keep=2)
        name = data.draw(st.sampled_from(["00000002.pt", "00000002.json"]))
        sound = (path / name).read_bytes()
        hurt = data.draw(damaged(sound) | st.binary(max_size=100))
        (path / name).write_bytes(hurt)
        state, told = checkpoint.latest(path)
        assert state is not None
        assert (state["step"], len(told)) == ((2, 0) if hurt == sound else (1, 1))
