"""From what `evaluate` and `compare` are told to results and reports."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from counterfoil import __version__
from counterfoil.config import with_settings
from counterfoil.errors import DataError, RecipeError, unknown
from counterfoil.evaluate.benchmark import Benchmark, Scorer, evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.benchmarks.foils import Foils
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.paired import differences
from counterfoil.evaluate.report import Judged, write_report
from counterfoil.evaluate.results import Answers, answers_path, read_results
from counterfoil.shards import write_json

Progress = Callable[[str, int, int | None], None]

_LIBRARIES = ("numpy", "pillow", "torch", "transformers")


class Order(NamedTuple):
    """What was asked of `evaluate`."""

    model: str
    on: str
    data: Path | None
    out: Path
    settings: Sequence[str] = ()


def run(order: Order, scorer: Scorer, controls: Mapping[str, Scorer]) -> dict[str, Any]:
    """Evaluate, write results.json with each item's answers and the report, and return the results.

    Raises:
        RecipeError: an unknown benchmark or setting.
        DataError: files are missing or damaged.
        ScoreError: a score is no number.
    """
    opened = open_benchmarks(order.on, order.data, order.settings)
    told = {benchmark.name: _judged(benchmark, order, scorer, controls) for benchmark in opened}
    results = {
        "benchmarks": told,
        "model": {"name": order.model},
        "command": shlex.join(sys.argv),
        "versions": {"counterfoil": __version__, **_versions()},
    }
    write_json(order.out, results)
    write_report([Judged(label=order.model, results=results, against={})], order.out)
    return results


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
    if not names or len(set(names)) < len(names):
        raise RecipeError(f"--on {on!r} names {'a benchmark twice' if names else 'no benchmark'}")
    if stray := [s for s in settings if s.partition(".")[0] not in {_known(name) for name in names}]:
        raise RecipeError(f"--set {stray[0]} belongs to none of {', '.join(names)}: it is NAME.field=value")
    data = Data(root)
    return [_open(name, data, settings) for name in names]


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


def _judged(
    benchmark: Benchmark, order: Order, scorer: Scorer, controls: Mapping[str, Scorer]
) -> dict[str, Any]:
    """A benchmark as it stands in results.json."""
    with Answers(answers_path(order.out, benchmark.name)) as answers:
        result = evaluate(benchmark, scorer, answers)
    return {
        **result.as_json(),
        "chance": dict(benchmark.chance),
        "controls": {name: _values(benchmark, control) for name, control in controls.items()},
        "digest": answers.digest,
        "general": benchmark.general,
        "licence": benchmark.licence,
        "source": benchmark.source,
    }


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


def compare(paths: Sequence[Path], page: Path | None) -> list[Judged]:
    """Set results beside each other, the others against the first on the same items.

    Args:
        paths: of results.json.
        page: where to write the report; None for nowhere.

    Raises:
        DataError: a file is no results.json, or its answers are to other items.
    """
    if len(paths) < 2:
        raise DataError("compare needs two results.json or more")
    read = [read_results(path) for path in paths]
    labels = _labels(paths, read)
    judged = [
        Judged(
            label=label,
            results=results,
            against=differences(paths[0], path, read[0]) if path != paths[0] else {},
        )
        for label, path, results in zip(labels, paths, read, strict=True)
    ]
    if page:
        write_report(judged, page)
    return judged


def _labels(paths: Sequence[Path], read: Iterable[Mapping[str, Any]]) -> list[str]:
    """The models' names, or the files' where two models have one."""
    names = [
        str(results.get("model", {}).get("name", path.stem))
        for path, results in zip(paths, read, strict=True)
    ]
    return names if len(set(names)) == len(names) else [str(path.with_suffix("")) for path in paths]
