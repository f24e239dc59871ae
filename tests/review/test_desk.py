"""Filters choose what they say, samples are drawn evenly and alike, and one goes on to what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from square_dataset import write_dataset

from counterfoil.errors import DataError
from counterfoil.judgements import Judgement, Verdict
from counterfoil.review.build import open_index
from counterfoil.review.desk import Agreement, Desk, Share
from counterfoil.review.precision import Stratum
from counterfoil.review.selection import Wanted, select
from counterfoil.shards import SCHEMA, read_rows, write_json, write_rows

ALL = Wanted()


def silent(what: str, done: int, total: int | None) -> None:
    pass


@pytest.fixture
def desk(dataset: Path) -> Iterator[Desk]:
    index, _ = open_index(dataset, silent)
    yield Desk(dataset, index)
    index.close()


def keys(desk: Desk, wanted: Wanted, reviewer: str = "Ada") -> list[str]:
    return [entry.key for entry in desk.index.entries(desk.chosen(wanted, reviewer).tolist())]


def judge(desk: Desk, key: str, verdict: Verdict = "accepted", by: str = "Ada") -> None:
    reason = "bad_english" if verdict == "rejected" else ""
    desk.judge(Judgement(id=f"{by} {key}", foil=key, reviewer=by, verdict=verdict, reason=reason))


def test_filters_choose_what_they_name(desk: Desk) -> None:
    assert len(keys(desk, ALL)) == 78
    assert len(keys(desk, Wanted(editor="recolour"))) == len(keys(desk, Wanted(way="two-way"))) == 52
    assert len(keys(desk, Wanted(operation="swap", kind="order"))) == 26
    assert keys(desk, Wanted(operation="swap", way="two-way")) == []


def test_search_finds_the_beginnings_of_words_whatever_else_is_typed(desk: Desk) -> None:
    blue = [key for key in keys(desk, ALL) if key.endswith("/0") and key.startswith("square")]
    assert keys(desk, Wanted(words="BLU squ")) == blue
    assert keys(desk, Wanted(words="square/00007")) == [f"square/00007/{n}" for n in range(3)]
    for odd in ('"', "' OR 1=1 --", "blue AND NOT", "*", "(", "-", "NEAR(", "caption:x", "\x00"):
        desk.chosen(Wanted(words=odd), "Ada")


def test_a_sample_has_as_many_of_each_kind_and_editor_wherever_one_stops(desk: Desk) -> None:
    drawn = select(desk.index, Wanted(sample=5, seed=1))
    assert Counter(desk.index.cell_of[drawn].tolist()) == {0: 5, 1: 5}
    assert desk.index.cell_of[drawn].tolist() == [0, 1] * 5
    assert drawn.tolist() == select(desk.index, Wanted(sample=5, seed=1)).tolist()
    assert drawn.tolist() != select(desk.index, Wanted(sample=5, seed=2)).tolist()
    assert drawn[:4].tolist() == select(desk.index, Wanted(sample=2, seed=1)).tolist()
    only = select(desk.index, Wanted(sample=5, seed=1, way="text-only"))
    assert only.tolist() == drawn[1::2].tolist()


def test_every_foil_is_drawn_as_often(desk: Desk) -> None:
    draws = np.bincount(
        np.concatenate([select(desk.index, Wanted(sample=13, way="text-only", seed=s)) for s in range(200)]),
        minlength=78,
    )[desk.index.cell_of == 1]
    assert draws.sum() == 200 * 13
    assert draws.min() > 60  # 100 of 200 are expected, 7 the standard deviation
    assert draws.max() < 140


def test_one_goes_on_to_what_is_open_and_walks_through_all(desk: Desk) -> None:
    open_ones = replace(ALL, verdict="open")
    for number in (0, 1, 3):
        judge(desk, desk.index.entries([number])[0].key)
    assert desk.step(open_ones, "Ada", None) == 2
    assert desk.step(open_ones, "Ada", 2) == 4
    assert desk.step(open_ones, "Bob", None) == 0
    assert (desk.step(ALL, "Ada", 2, by=1), desk.step(ALL, "Ada", 2, by=-1)) == (3, 1)
    assert desk.step(ALL, "Ada", 77) is None
    assert desk.step(ALL, "Ada", 0, by=-1) is None
    assert desk.progress(ALL, "Ada") == Share(3, 78)
    assert keys(desk, replace(ALL, verdict="accepted")) == [*keys(desk, ALL)[:2], keys(desk, ALL)[3]]


def test_strata_count_foils_once_and_by_majority(desk: Desk) -> None:
    one, two, three, *_ = keys(desk, Wanted(way="two-way"))
    judge(desk, one)
    judge(desk, two, "rejected")
    judge(desk, three)
    judge(desk, three, "rejected", by="Bob")
    assert desk.strata(ALL) == {
        ("replace attribute", "recolour"): Stratum(52, 3, 1),
        ("swap order", "words alone"): Stratum(26, 0, 0),
    }
    assert keys(desk, Wanted(verdict="disputed")) == [three]
    drawn = desk.strata(Wanted(sample=52, way="two-way"))
    assert drawn == {("replace attribute", "recolour"): Stratum(52, 3, 1)}
    assert desk.strata(Wanted(sample=1))["replace attribute", "recolour"].size == 52
    assert desk.reasons == {"bad_english": 2}


def test_agreement_is_of_the_foils_that_all_judged(desk: Desk) -> None:
    for key in keys(desk, ALL)[:10]:
        judge(desk, key)
    for nth, key in enumerate(keys(desk, ALL)[5:15]):
        judge(desk, key, "rejected" if nth == 0 else "accepted", by="Bob")
    judge(desk, keys(desk, ALL)[5], "rejected", by="Cyd")
    found = {one.reviewers: one for one in desk.agreement()}
    assert found["Ada", "Bob"] == Agreement(("Ada", "Bob"), 5, 4, 0.0)  # chance agrees as often
    assert found["Bob", "Cyd"] == Agreement(("Bob", "Cyd"), 1, 1, None)
    assert found["Ada", "Bob", "Cyd"] == Agreement(("Ada", "Bob", "Cyd"), 1, 0, -0.5)


def test_verdicts_of_another_program_are_taken_in_and_those_of_foils_that_are_gone_counted(
    desk: Desk, dataset: Path
) -> None:
    other = Desk(dataset, desk.index)
    judge(other, keys(desk, ALL)[0])
    judge(other, "no such foil")
    assert desk.progress(ALL, "Ada").done == 0
    desk.refresh()
    assert (desk.progress(ALL, "Ada").done, desk.gone) == (1, 1)


def test_the_index_is_made_once_and_anew_for_another_dataset(dataset: Path) -> None:
    first, cache = open_index(dataset, silent)
    first.close()
    made = (cache / "index.sqlite").stat().st_mtime_ns
    again, _ = open_index(dataset, silent)
    again.close()
    assert (cache / "index.sqlite").stat().st_mtime_ns == made
    write_dataset(dataset, 2)
    other, _ = open_index(dataset, silent)
    assert (len(other), cache.exists()) == (9, False)
    other.close()


def test_a_folder_that_cannot_be_reviewed_says_why(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no finished dataset"):
        open_index(tmp_path, silent)
    write_json(tmp_path / "manifest.json", {"counts": {}})
    with pytest.raises(DataError, match="no foils to review"):
        open_index(tmp_path, silent)


def test_two_foils_of_one_key_are_refused(dataset: Path) -> None:
    (path,) = (dataset / "data").glob("*.parquet")
    rows = list(read_rows(path))
    rows[1]["foils"][0]["key"] = rows[0]["foils"][0]["key"]
    write_rows(path, rows, SCHEMA)
    with pytest.raises(DataError, match="two foils of one key"):
        open_index(dataset, silent)
