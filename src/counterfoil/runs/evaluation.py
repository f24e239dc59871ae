"""From what `evaluate` and `compare` are told to results and reports."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from counterfoil import __version__, markdown
from counterfoil.config import with_settings
from counterfoil.errors import DataError, RecipeError, unknown
from counterfoil.evaluate import reference
from counterfoil.evaluate.benchmark import Answer, Benchmark, Scorer, evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.benchmarks.foils import Foils
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.look import Found, with_pictures
from counterfoil.evaluate.paired import differences
from counterfoil.evaluate.report import Judged, write_report
from counterfoil.evaluate.report.tables import tables
from counterfoil.evaluate.results import Answers, answers_path, read_results
from counterfoil.evaluate.scorers.given import writing
from counterfoil.evaluate.scorers.judge import CONTROL, CONTROLS, SCORES, Computing, Judge, open_judge
from counterfoil.evaluate.verdicts import Recall, Top
from counterfoil.runs.gallery import EMBEDDINGS, GALLERY, AtSize, retrieve
from counterfoil.shards import write_json

if TYPE_CHECKING:
    from counterfoil.models.ranks import Ranks

Progress = Callable[[str, int, int | None], None]

_LIBRARIES = ("numpy", "pillow", "torch", "transformers")
_SHOWN = ("constant", "bag-of-words", "blind", "picture-only")
"""Controls beside a model; an oracle has 1 everywhere, and chance is known."""


class Order(NamedTuple):
    """What was asked of `evaluate`; a setting is NAME.field=value of a benchmark, or model.field=value."""

    model: str
    on: str
    out: Path
    data: Path | None = None
    settings: Sequence[str] = ()
    allow_missing: bool = False
    cache: Path | None = None
    keep_scores: Path | None = None
    reviewed: str = ""


def run(order: Order, progress: Progress) -> dict[str, Any]:
    """Evaluate, write results.json with each item's answers and the report, and return the results.

    Under torchrun every rank calls this with the same arguments; they share the work, and the first writes.

    Raises:
        RecipeError: an unknown benchmark or setting.
        DataError: files are missing or damaged, or cannot be written.
        ModelError: a model that cannot be loaded.
        ScoreError: a score is no number, or an unknown control.
    """
    with _ranks(order.model) as ranks:
        if order.model.startswith(EMBEDDINGS) or order.on.partition(":")[0] == GALLERY:
            told, fingerprint = _gallery(order, ranks, progress)
        else:
            told, fingerprint = _benchmarks(order, ranks, progress)
    results = {
        "benchmarks": told,
        "model": {"name": order.model, "fingerprint": fingerprint},
        "command": shlex.join(["counterfoil", *sys.argv[1:]]),
        "versions": {"counterfoil": __version__, **_versions()},
    }
    if _first(ranks):
        write_json(order.out, results)
        write_report([Judged(label=order.model, results=results, against={})], order.out)
    return results


Told = tuple[dict[str, Any], str]
"""Benchmarks as they stand in results.json, and the hash of what has answered."""


def _gallery(order: Order, ranks: Ranks | None, progress: Progress) -> Told:
    """Retrieval at size: see `runs.gallery`."""
    if order.on.partition(":")[0] != GALLERY:
        raise RecipeError(f"{order.model} answers --on {GALLERY} alone, not {order.on}")
    if order.keep_scores or not all(setting.startswith("model.") for setting in order.settings):
        raise RecipeError(f"--on {order.on} has no --keep-scores, and no --set but model.NAME=value")
    asked = AtSize(
        model=order.model,
        source=order.on.partition(":")[2],
        out=order.out,
        computing=replace(_computing(order.settings), cache=order.cache),
        allow_missing=order.allow_missing,
    )
    told, fingerprint = retrieve(asked, ranks, progress)
    return {GALLERY: told}, fingerprint


def _benchmarks(order: Order, ranks: Ranks | None, progress: Progress) -> Told:
    of_model = [setting for setting in order.settings if setting.startswith("model.")]
    of_benchmarks = [setting for setting in order.settings if setting not in of_model]
    opened = open_benchmarks(order.on, order.data, [*_of_foils(order), *of_benchmarks])
    computing = replace(_computing(of_model), cache=order.cache)
    judge = open_judge(order.model, computing, ranks=ranks, progress=progress)
    found = _found(opened, judge, order.allow_missing)
    with _keeping(order.keep_scores if _first(ranks) else None) as keep:
        told = {one.benchmark.name: _judged(one, judge, order.out, keep, _first(ranks)) for one in found}
    return told, judge.fingerprint


def _of_foils(order: Order) -> list[str]:
    """The settings of benchmarks of mined foils that --reviewed stands for."""
    names = [_known(name.strip()) for name in order.on.split(",") if name.strip()]
    foils = [name for name in names if isinstance(BENCHMARKS[name], Foils)]
    if order.reviewed and not foils:
        raise RecipeError(f"--reviewed chooses mined foils, and --on {order.on} has none: name foils:FOLDER")
    return [f"{name}.reviewed={order.reviewed}" for name in foils if order.reviewed]


def _computing(settings: Sequence[str]) -> Computing:
    return with_settings(Computing(), [setting.removeprefix("model.") for setting in settings])


@contextmanager
def _ranks(model: str) -> Iterator[Ranks | None]:
    """The processes that share the work; controls, scores, and embeddings alone, need no torch."""
    alone = model.startswith(EMBEDDINGS) and os.environ.get("WORLD_SIZE", "1") == "1"
    if alone or model.startswith((CONTROL, SCORES)):
        yield None
        return
    from counterfoil.models.ranks import joined

    with joined() as ranks:
        yield ranks


def _first(ranks: Ranks | None) -> bool:
    return ranks.first if ranks else os.environ.get("RANK", "0") == "0"


def _found(opened: Sequence[Benchmark], judge: Judge, allow_missing: bool) -> list[Found]:
    if judge.looks:
        return with_pictures(opened, allow_missing=allow_missing)
    return [Found(benchmark, 0, 0) for benchmark in opened]


def open_benchmarks(on: str, root: Path | None, settings: Sequence[str] = ()) -> list[Benchmark]:
    """Benchmarks by their names.

    Args:
        on: names with commas between; "foils:FOLDER" for a mined dataset.
        root: the folder of data.
        settings: NAME.field=value.

    Raises:
        RecipeError: an unknown name or setting, or a benchmark that is named twice.
        DataError: files are missing or damaged.
    """
    names = [name.strip() for name in on.split(",") if name.strip()]
    if not names:
        raise RecipeError(f"--on {on!r} names no benchmark")
    if stray := [s for s in settings if s.partition(".")[0] not in {_known(name) for name in names}]:
        raise RecipeError(f"--set {stray[0]} belongs to none of {', '.join(names)}: it is NAME.field=value")
    data = Data(root)
    opened = [_open(name, data, settings) for name in names]
    if len({benchmark.name for benchmark in opened}) < len(opened):
        raise RecipeError(f"--on {on!r} names a benchmark twice: results have one place for each name")
    return opened


def _open(name: str, data: Data, settings: Sequence[str]) -> Benchmark:
    known, folder = _known(name), name.partition(":")[2]
    reader = BENCHMARKS[known]
    if folder and isinstance(reader, Foils):
        reader = replace(reader, dataset=folder)
    own = [s.removeprefix(f"{known}.") for s in settings if s.startswith(f"{known}.")]
    return with_settings(reader, own).open(data)


def _known(name: str) -> str:
    """The name in the table: hyphens and case do not matter."""
    plain = {_plain(known): known for known in BENCHMARKS}
    asked, _, folder = name.partition(":")
    if _plain(asked) not in plain or (folder and not isinstance(BENCHMARKS[plain[_plain(asked)]], Foils)):
        raise RecipeError(unknown("benchmark", name, BENCHMARKS))
    return plain[_plain(asked)]


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").replace("++", "_pp")


Keep = Callable[[str, Answer], None]
"""Takes a benchmark's name and an answer to it."""


@contextmanager
def _keeping(path: Path | None) -> Iterator[Keep]:
    """What writes a file of scores, or does nothing where none is asked for."""
    if path is None:
        yield lambda benchmark, answer: None
        return
    with writing(path) as write:
        yield write


def _judged(found: Found, judge: Judge, out: Path, keep: Keep, first: bool) -> dict[str, Any]:
    """A benchmark as it stands in results.json; ranks after the first only share the scoring."""
    benchmark = found.benchmark
    if not first:
        return evaluate(benchmark, judge.on(benchmark)).as_json()
    with Answers(answers_path(out, benchmark.name)) as answers:

        def take(answer: Answer) -> None:
            answers(answer)
            keep(benchmark.name, answer)

        result = evaluate(benchmark, judge.on(benchmark), take)
    return {
        **result.as_json(),
        "chance": {metric: benchmark.chance_of(metric) for metric in result.metrics},
        "controls": {name: _values(benchmark, control) for name, control in _controls(benchmark, judge)},
        "digest": answers.digest,
        "general": benchmark.general,
        "licence": benchmark.licence,
        "missing": found.missing,
        "source": benchmark.source,
        "truncated": len(judge.truncated),
    }


def _controls(benchmark: Benchmark, judge: Judge) -> Iterator[tuple[str, Scorer]]:
    """Those that say something of it; of galleries and classes they would say nothing, at great length."""
    for name, control in CONTROLS.items():
        shown = name in _SHOWN and not isinstance(benchmark.verdict, Recall | Top)
        if shown and (judge.looks or not control.looks) and judge.name != f"{CONTROL}{name}":
            yield name, control.on(benchmark)


def _values(benchmark: Benchmark, control: Scorer) -> dict[str, float]:
    return {metric: rate.value for metric, rate in evaluate(benchmark, control).metrics.items()}


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def table(results: Mapping[str, Any]) -> str:
    """What the terminal shows of an evaluation: whole benchmarks and means of their parts."""
    return _shown([Judged(label=results["model"]["name"], results=results, against={})])


def compare(paths: Sequence[Path], page: Path | None) -> str:
    """Set results beside each other, the others against the first on the same items.

    Args:
        paths: of results.json.
        page: where to write the report; None for nowhere.

    Returns:
        The summary, as Markdown.

    Raises:
        DataError: a file is no results.json, or its answers are to other items.
    """
    if len(paths) < 2:
        raise DataError("compare needs two results.json or more")
    read = [read_results(path) for path in paths]
    judged = [
        Judged(
            label=label,
            results=results,
            against=differences(paths[0], path, read[0], results) if path != paths[0] else {},
        )
        for label, path, results in zip(_labels(paths, read), paths, read, strict=True)
    ]
    if page:
        write_report(judged, page)
    return _shown(judged)


def _shown(judged: Sequence[Judged]) -> str:
    summary = tables(judged)[0]
    return markdown.table(summary.head, summary.rows)


def reference_table(results: Mapping[str, Any]) -> tuple[str, bool]:
    """Published figures of OpenAI's CLIP ViT-B/32 beside a run's, and whether all measured ones agree."""
    checks = [check for check in reference.check(results) if check.measured is not None]
    rows = [
        (
            f"{check.benchmark}: {check.metric}",
            f"{100 * check.expected:.2f}",
            f"{100 * (check.measured or 0):.2f}",
            f"{check.items_off:+g} of {check.n}",
            "yes" if check.within and check.same_n is not False else "NO",
            check.note,
        )
        for check in checks
    ]
    head = ("% right", "published", "measured", "items off", "agrees", "note")
    return markdown.table(head, rows), all(row[-2] == "yes" for row in rows) and bool(rows)


def _labels(paths: Sequence[Path], read: Iterable[Mapping[str, Any]]) -> list[str]:
    """The models' names, or the files' where two models have one."""
    named = zip(paths, read, strict=True)
    names = [str(results.get("model", {}).get("name", path.stem)) for path, results in named]
    return names if len(set(names)) == len(names) else [str(path.with_suffix("")) for path in paths]
