"""A dataset that was mined already, judged anew: by other limits, or without what an audit or people refuse.

Nothing is painted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterfoil import shards
from counterfoil.claim import claimed
from counterfoil.config import fingerprint, to_json
from counterfoil.errors import DataError, RecipeError
from counterfoil.judgements import Judgement, agreed, read_standing, reviewed
from counterfoil.mine.filter import Filter
from counterfoil.mine.run import Marker, MineRecipe, finish
from counterfoil.shards import Row

_WHY = ("stage", "reason", "detail")

Verdict = Callable[[Row], tuple[str, str] | None]
"""The reason and detail for which a stored foil is refused; None where it is kept."""


def refilter(dataset: Path, recipe: MineRecipe, out: Path) -> dict[str, Any]:
    """Write the dataset that `mine` would have written with this recipe's filter; return its manifest.

    Raises:
        DataError: the dataset is not whole, or was mined by a recipe that differs in more than its filter.
        RecipeError: the recipe has no filter.
    """
    described = _described(dataset, "audit", "review")
    if _but_filter(described["recipe"]) != _but_filter(to_json(recipe)):
        raise DataError(f"{dataset} was mined by another recipe: only settings of its filter may differ here")
    limits = next((stage for stage in recipe.stages if isinstance(stage, Filter)), None)
    if limits is None:
        raise RecipeError(f"recipe {recipe.name} has no filter")

    def judge(foil: Row) -> tuple[str, str] | None:
        scores = {score["name"]: score["value"] for score in foil["scores"]}
        return limits.judge(foil["provenance"]["editor"], scores)

    return _judged(dataset, described | {"recipe": to_json(recipe)}, out, "filter", judge)


def withdraw(
    dataset: Path, refused: Mapping[str, tuple[str, str]], audit: Mapping[str, Any], out: Path
) -> dict[str, Any]:
    """Write the dataset without some of its foils, which become refusals of the stage "audit".

    Args:
        dataset: a finished one.
        refused: by the foil's key, reason and detail.
        audit: what the card says of it; part of the fingerprint.
        out: folder to write.

    Returns:
        Its manifest.

    Raises:
        DataError: the dataset is not whole, or foils were withdrawn from it already.
    """
    described = _described(dataset, "audit") | {"audit": dict(audit)}
    return _judged(dataset, described, out, "audit", lambda foil: refused.get(foil["key"]))


def keep_reviewed(dataset: Path, which: str, out: Path) -> dict[str, Any]:
    """Write the dataset with the foils that people left; the others become refusals of the stage "review".

    Args:
        dataset: a finished one, with verdicts.
        which: see `judgements.REVIEWED`.
        out: folder to write.

    Returns:
        Its manifest.

    Raises:
        DataError: the dataset is not whole, nobody has judged it, or it holds only reviewed foils already.
        RecipeError: no such choice.
    """
    described, wanted = _described(dataset, "review"), reviewed(dataset, which)
    standing = read_standing(dataset)
    said = {foil: standing.of(foil) for foil in standing.foils()}
    counts = Counter(map(agreed, said.values()))
    described["review"] = {"kept": which, "verdicts": dict(sorted(counts.items()))}

    def judge(foil: Row) -> tuple[str, str] | None:
        return None if wanted(foil["key"]) else _why_not(said.get(foil["key"], {}))

    return _judged(dataset, described, out, "review", judge)


def _why_not(said: Mapping[str, Judgement]) -> tuple[str, str]:
    """The reason that most reviewers gave, and what each of them said."""
    reasons = Counter(judgement.reason for judgement in said.values() if judgement.reason)
    told = [f"{name}: {by.reason or by.verdict}{by.note and f' ({by.note})'}" for name, by in said.items()]
    return (reasons.most_common(1)[0][0] if reasons else "not_judged"), "; ".join(told)


_JUDGED_BY = {"audit": "balanced", "review": "reviewed"}


def _described(dataset: Path, *stages: str) -> dict[str, Any]:
    """What the dataset says of itself; refused where one of these stages has judged it."""
    shards.read_manifest(dataset)
    described: dict[str, Any] = shards.read_json(dataset / "run.json")
    for stage in stages:
        if stage in described:
            raise DataError(f"{dataset} is {_JUDGED_BY[stage]} already: give the dataset that it was made of")
    return described


def _judged(
    dataset: Path, described: dict[str, Any], out: Path, stage: str, judge: Verdict
) -> dict[str, Any]:
    described["fingerprint"] = fingerprint({k: v for k, v in described.items() if k != "fingerprint"})
    with claimed(out, described):
        names = sorted(path.stem for path in (dataset / "data").glob("*.parquet"))
        return finish(out, described, [_shard(dataset, out, name, _Judged(stage, judge)) for name in names])


def _but_filter(recipe: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **recipe,
        "stages": [stage for stage in recipe["stages"] if not stage["unit"].endswith(":Filter")],
    }


def _shard(dataset: Path, out: Path, shard: str, judged: _Judged) -> Marker:
    marker = shards.committed(dataset, f"done/{shard}.json")
    if marker is None:
        raise DataError(
            f"shard {shard} of {dataset} is damaged: run the command that mined it again, which mends it"
        )
    name = f"{shard}.parquet"
    rows = list(shards.read_rows(dataset / "data" / name))
    refused = {row["key"]: row for row in shards.read_rows(dataset / "rejected" / name)}
    for row in rows:
        judged.judge(row, refused)
    shards.write_rows(out / "data" / name, rows, shards.SCHEMA)
    left = [row for row in refused.values() if row["foils"]]
    shards.write_rows(out / "rejected" / name, left, shards.REJECTED_SCHEMA)
    raw = f"raw/{shard}.jsonl"
    shards.write_text(out / raw, (dataset / raw).read_text(encoding="utf-8"))
    return shards.commit(out, f"done/{shard}.json", judged.counted(marker), marker["files"])


@dataclass
class _Judged:
    """The foils of a shard that reached a stage: moved to where its verdict puts them, and counted."""

    stage: str
    verdict: Verdict
    kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    cells: dict[str, Counter[str]] = field(default_factory=dict)
    editors: dict[str, Counter[str]] = field(default_factory=dict)

    def judge(self, row: Row, refused: dict[str, Row]) -> None:
        """Judge a sample's foils anew; `row` keeps some, its entry in `refused` gets the others."""
        beside = refused.setdefault(row["key"], {**row, "image": None, "foils": []})
        reached = list(self._reached(row, beside))
        row["foils"] = []
        beside["foils"] = [foil for foil in beside["foils"] if foil["stage"] != self.stage]
        for before, foil in sorted(reached, key=lambda pair: int(pair[1]["key"].rpartition("/")[2])):
            why = self.verdict(foil)
            after = "rejected" if why else "kept"
            told = dict(zip(_WHY, (self.stage, *why), strict=True)) if why else {}
            (beside if why else row)["foils"].append({**foil, **told})
            self._count(foil, before, after, why[0] if why else "")

    def _reached(self, row: Row, beside: Row) -> Iterator[tuple[str, Row]]:
        """The foils that came as far as the stage, without its verdict, each with what became of it."""
        yield from (("kept", foil) for foil in row["foils"])
        for foil in beside["foils"]:
            if foil["stage"] == self.stage:
                yield "rejected", {name: value for name, value in foil.items() if name not in _WHY}

    def _count(self, foil: Row, before: str, after: str, reason: str) -> None:
        way = "two_way" if foil["negative_image"] else "text_only"
        cell = self.cells.setdefault(f"{foil['operation']} {foil['kind']}", Counter())
        cell.update({f"{way}_{after}": 1})
        cell.subtract({f"{way}_{before}": 1})
        if editor := foil["provenance"]["editor"]:
            of_editor = self.editors.setdefault(editor, Counter())
            of_editor.update({after: 1})
            of_editor.subtract({before: 1})
        self.kept += not reason
        self.reasons.update([reason] if reason else [])

    def counted(self, marker: Marker) -> Marker:
        """The marker with this stage's counts; the stage is the last one."""
        given = self.kept + sum(self.reasons.values())
        stage = {"in": given, "out": self.kept, "rejected": dict(self.reasons)}
        return marker | {
            "stages": marker["stages"] | {self.stage: stage},
            "order": [name for name in marker["order"] if name != self.stage] + [self.stage],
            "cells": _moved(marker["cells"], self.cells),
            "editors": _moved(marker["editors"], self.editors),
        }


def _moved(
    counts: Mapping[str, Mapping[str, int]], by: Mapping[str, Counter[str]]
) -> dict[str, dict[str, int]]:
    sums = {name: Counter(of) for name, of in counts.items()}
    for name, change in by.items():
        sums.setdefault(name, Counter()).update(change)
    return {name: {fate: n for fate, n in of.items() if n} for name, of in sums.items()}
