"""Runs of the laboratory: each done once, each from its base, and all of them in one table."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from runs import difference, weights

from counterfoil.recipes import lab
from counterfoil.runs.laboratory import Laboratory, Run, runs
from counterfoil.runs.shortened import shortened
from counterfoil.train.loop import Progress

TOLD: list[str] = []


@contextlib.contextmanager
def bar() -> Iterator[Progress]:
    yield lambda what, done, total: TOLD.append(what)


def small(out: Path) -> Laboratory:
    return Laboratory(out=out, base_steps=2, steps=3, scenes=100, quads_per_cell=32, questions=3)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's runs, a few steps each, and what is told of them."""
    out = tmp_path_factory.mktemp("laboratory")
    return out, shortened(small(out), bar)


def test_every_run_comes_after_its_base() -> None:
    names = [run.name for run in runs(("ends", "convolutional"), (0, 1), ("none", "both"), ("clip",))]
    assert names[:3] == ["ends-0-base", "ends-0-none", "ends-0-both"]
    assert names[3] == "convolutional-0-base"
    assert names[-1] == "ends-0-both-clip"
    assert len(names) == len(set(names)) == 13


def test_the_table_has_base_none_and_both_at_equal_steps(done: tuple[Path, str]) -> None:
    out, told = done
    rows = [line.split("|")[1].strip() for line in told.splitlines() if line.startswith("|")]
    assert rows == ["negatives", "---", "base", "none", "both"]
    steps = {result["arm"]: result["steps"] for result in small(out).results()}
    assert steps == {"base": 2, "none": 3, "both": 3}


def test_what_is_told_is_what_was_measured(done: tuple[Path, str]) -> None:
    out, told = done
    both = next(result for result in small(out).results() if result["arm"] == "both")
    recall = both["measured"]["drawn-duo-retrieval-test"]["metrics"]["image@1"]
    *_, last, _ = next(line for line in told.splitlines() if line.startswith("| both")).split("|")
    ends = f"{100 * recall['low']:.0f}-{100 * recall['high']:.0f}"
    assert last.strip() == f"{100 * recall['value']:.1f} ({ends})"
    quads = both["measured"]["drawn-duo-quads-held_out"]["metrics"]["swap object/group"]
    assert quads["n"] == 3


def test_it_is_said_that_it_is_shortened_and_one_seed(done: tuple[Path, str]) -> None:
    out, told = done
    note = (
        "Shortened, and one seed, of the encoder 'convolutional': 2 steps of the base and 3 after it, where"
    )
    assert note in told
    assert (out / "lab_table.md").read_text().startswith(note)


def test_a_plot_and_the_figures_lie_beside_the_runs(done: tuple[Path, str]) -> None:
    out, _ = done
    assert (out / "lab.png").read_bytes().startswith(b"\x89PNG")
    assert set(json.loads((out / "lab.json").read_bytes())["figures"]) == {
        f"convolutional {arm} two_way" for arm in ("base", "none", "both")
    }


def test_arms_begin_with_the_weights_of_their_base(done: tuple[Path, str], tmp_path: Path) -> None:
    out, _ = done
    started = json.loads((out / "convolutional-0-both" / "training" / "run.json").read_bytes())["model"]
    other = json.loads((out / "convolutional-0-none" / "training" / "run.json").read_bytes())["model"]
    assert started == other
    assert difference(weights(out / "convolutional-0-base"), weights(out / "convolutional-0-both")) > 0


def test_what_is_done_is_not_done_again_and_a_stopped_run_goes_on(
    done: tuple[Path, str], tmp_path: Path
) -> None:
    _, told = done
    first = small(tmp_path)
    base = Run(encoder="convolutional", seed=0, arm="base")
    first.do(base, lambda what, done, total: None)
    both = replace(base, arm="both")

    def killed(what: str, taken: int, steps: int | None) -> None:
        if "training" in what and taken == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.do(both, killed)
    assert not (tmp_path / f"{both.name}.json").exists()
    TOLD.clear()
    assert shortened(small(tmp_path), bar) == told
    assert not [what for what in TOLD if "base" in what]


def test_a_short_run_is_saved_midway() -> None:
    assert (lab.base(400).save_every, lab.arm("both", 3000).save_every) == (200, 500)
