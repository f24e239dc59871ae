"""A name to who answers: a model, a file of scores, or a control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from counterfoil.errors import ScoreError, unknown
from counterfoil.evaluate.benchmark import Benchmark, Scorer
from counterfoil.evaluate.scorers.bag_of_words import bag_of_words
from counterfoil.evaluate.scorers.blind import Trigrams
from counterfoil.evaluate.scorers.bounds import chance, constant, oracle
from counterfoil.evaluate.scorers.given import Given
from counterfoil.evaluate.scorers.picture_only import picture_only
from counterfoil.evaluate.scorers.progress import Progress, silent

if TYPE_CHECKING:
    from counterfoil.models.ranks import Ranks

CONTROL, SCORES = "control:", "scores:"


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Who answers.

    Args:
        name: as it was asked for.
        on: the scorer for a benchmark. One run asks one judge, so that nothing is encoded twice.
        looks: whether it asks for pictures, so that all have to be there.
        fingerprint: the hash of a model; "" for what is none.
        truncated: texts of the benchmark last scored of which the model did not see the end.
    """

    name: str
    on: Callable[[Benchmark], Scorer]
    looks: bool = False
    fingerprint: str = ""
    truncated: set[str] = field(default_factory=set)


class Control(NamedTuple):
    """A control: its scorer for a benchmark, and whether it asks for pictures."""

    on: Callable[[Benchmark], Scorer]
    looks: bool = False


def always(scorer: Scorer) -> Callable[[Benchmark], Scorer]:
    """The same scorer for every benchmark."""
    return lambda benchmark: scorer


CONTROLS: Mapping[str, Control] = {
    "oracle": Control(always(oracle)),
    "constant": Control(always(constant)),
    "random": Control(always(chance)),
    "bag-of-words": Control(always(bag_of_words)),
    "blind": Control(Trigrams),
    "picture-only": Control(always(picture_only), looks=True),
}
"""By the name after "control:". What each can and cannot get stands with it."""


@dataclass(frozen=True, kw_only=True)
class Computing:
    """How models compute.

    Args:
        batch: pictures, texts, or for a matcher pairs at a time; 0 for what suits the kind.
        precision: of the towers; scores are float32 always.
        workers: threads that prepare; 0 for one a core, at most 8.
        cache: a folder for embeddings that outlive the run.
        activation, tokenizer: what a model's files do not tell, see `load_dual_encoder`.
    """

    batch: int = 0
    precision: Literal["fp32", "bf16", "fp16"] = "fp32"
    workers: int = 0
    cache: Path | None = None
    activation: str | None = None
    tokenizer: str | None = None


_PLAIN = Computing()


def open_judge(
    name: str,
    computing: Computing = _PLAIN,
    *,
    ranks: Ranks | None = None,
    progress: Progress = silent,
) -> Judge:
    """Open who is to answer.

    Args:
        name: "scores:FILE"; "control:NAME", "control:blind:MODEL" for a causal language model; or a model:
            a folder, a hub id or a file of weights, "drawn:NAME".
        computing: how models compute.
        ranks: the processes that share the work; None for this one, on a GPU if there is one.
        progress: is told of every batch.

    Raises:
        ScoreError: an unknown control, or no file of scores.
        ModelError: a model that cannot be loaded.
    """
    if name.startswith(SCORES):
        path = Path(name.removeprefix(SCORES)).expanduser()
        if not path.is_file():
            raise ScoreError(f"no file of scores at {path}")
        return Judge(name=name, on=lambda benchmark: Given(path, benchmark.name))
    if name.startswith(CONTROL):
        return _control(name, computing, ranks)
    from counterfoil.evaluate.scorers.opened import open_model

    return open_model(name, computing, ranks, progress)


def _control(name: str, computing: Computing, ranks: Ranks | None) -> Judge:
    asked, _, model = name.removeprefix(CONTROL).partition(":")
    if asked not in CONTROLS:
        raise ScoreError(unknown("control", asked, CONTROLS))
    if not model:
        return Judge(name=name, on=CONTROLS[asked].on, looks=CONTROLS[asked].looks)
    if asked != "blind":
        raise ScoreError(f"{name}: only control:blind takes a model, a causal language model")
    from counterfoil.evaluate.scorers.opened import open_blind

    return open_blind(name, model, computing, ranks)
