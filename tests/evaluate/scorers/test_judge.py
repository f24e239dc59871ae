"""A name opens who answers: models by what their files say, files of scores, controls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from encoders import write_encoder
from official import WRITERS
from vision_language import write_blip, write_language_model, write_llava

from counterfoil.errors import ModelError, ScoreError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.benchmarks.drawn import DrawnChoice
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.scorers.bounds import oracle
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.evaluate.scorers.given import writing
from counterfoil.evaluate.scorers.judge import CONTROLS, Computing, open_judge
from counterfoil.evaluate.scorers.matched import Matched

BENCH = DrawnChoice(split="test", number=1).open()


def test_a_drawn_encoder_is_opened() -> None:
    judge = open_judge("drawn:clip", Computing(batch=7, precision="bf16"))
    scorer = judge.on(BENCH)
    assert isinstance(scorer, Cosine)
    assert (scorer.batch, scorer.precision, judge.looks) == (7, "bf16", True)
    assert judge.fingerprint == scorer.fingerprint
    assert judge.on(BENCH) is scorer
    assert evaluate(BENCH, scorer).items == len(list(BENCH.items()))
    assert judge.truncated == set()


def test_a_folder_is_opened_by_what_its_files_say(tmp_path: Path) -> None:
    write_encoder(tmp_path / "clip", "clip")
    write_blip(tmp_path / "blip")
    write_llava(tmp_path / "llava")
    kinds = {"clip": Cosine, "blip": Matched, "llava": Matched}
    judges = {name: open_judge(str(tmp_path / name)) for name in kinds}
    assert {name: type(judge.on(BENCH)) for name, judge in judges.items()} == kinds
    assert len({judge.fingerprint for judge in judges.values()}) == 3


def test_a_language_model_is_a_blind_control(tmp_path: Path) -> None:
    write_language_model(tmp_path)
    judge = open_judge(f"control:blind:{tmp_path}")
    assert not judge.looks
    for item, score_IT in zip(BENCH.items(), judge.on(BENCH)(BENCH.items()), strict=True):
        assert score_IT.shape == (1, len(item.texts))
        assert (score_IT < 0).all()


def test_a_file_of_scores_is_opened_for_each_benchmark(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    with writing(path) as write:
        evaluate(BENCH, oracle, lambda answer: write(BENCH.name, answer))
    assert evaluate(BENCH, open_judge(f"scores:{path}").on(BENCH)).metrics["accuracy"].value == 1


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_is_opened_by_its_name(name: str) -> None:
    judge = open_judge(f"control:{name}")
    assert (judge.looks, judge.fingerprint) == (name == "picture-only", "")
    (score_IT,) = {scores.shape for scores in judge.on(BENCH)(BENCH.items())}
    assert score_IT == (1, 2)


def test_what_cannot_be_opened_says_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ScoreError, match="unknown control 'bag-of-word': did you mean 'bag-of-words'"):
        open_judge("control:bag-of-word")
    with pytest.raises(ScoreError, match="only control:blind takes a model"):
        open_judge("control:oracle:gpt2")
    with pytest.raises(ScoreError, match="no file of scores"):
        open_judge("scores:nowhere.csv")
    with pytest.raises(ModelError, match="nothing-here"):
        open_judge(str(tmp_path / "nothing-here"))


@pytest.mark.parametrize("name", WRITERS)
def test_a_dual_encoder_answers_every_benchmark(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    benchmark = BENCHMARKS[name].open(Data(tmp_path))
    answered = evaluate(benchmark, open_judge("drawn:ends").on(benchmark))
    assert all(np.isfinite(rate.value) for rate in answered.metrics.values())


def test_controls_and_score_files_need_no_torch() -> None:
    told = (
        "import sys; sys.modules['torch'] = None; sys.modules['transformers'] = None\n"
        "from counterfoil.evaluate.scorers.judge import CONTROLS, open_judge\n"
        "for name in CONTROLS: open_judge(f'control:{name}')\n"
        "try: open_judge('drawn')\n"
        "except Exception as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert "counterfoil[torch]" in done.stdout
