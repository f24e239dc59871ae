"""No acknowledged verdict is lost or doubled, and what follows from verdicts is what people said."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from counterfoil.errors import DataError, RecipeError
from counterfoil.judgements import FILE, Judgement, Ledger, Standing, agreed, read_standing, reviewed


def judgement(number: int, foil: str = "photo/0", by: str = "Ada", **other: Any) -> Judgement:
    return Judgement(**{"id": f"id-{number}", "foil": foil, "reviewer": by, "verdict": "accepted"} | other)


def rejected(number: int, foil: str, by: str) -> Judgement:
    return judgement(number, foil, by, verdict="rejected", reason="bad_picture")


def write(folder: Path, *judgements: Judgement) -> Path:
    ledger = Ledger(folder)
    for each in judgements:
        ledger.append(each)
    return folder


def ids(folder: Path) -> list[str]:
    return [json.loads(line)["id"] for line in (folder / FILE).read_text().splitlines()]


def test_a_repeated_request_is_written_once(tmp_path: Path) -> None:
    write(tmp_path, judgement(1), judgement(1), judgement(2))
    write(tmp_path, judgement(2))
    assert ids(tmp_path) == ["id-1", "id-2"]


def test_another_verdict_under_the_same_id_is_refused(tmp_path: Path) -> None:
    write(tmp_path, judgement(1))
    with pytest.raises(DataError, match="given already"):
        write(tmp_path, judgement(1, foil="photo/1"))


@pytest.mark.parametrize("kept", range(0, 130, 13))
def test_a_line_that_was_cut_off_is_passed_over_and_the_next_one_is_whole(tmp_path: Path, kept: int) -> None:
    write(tmp_path, judgement(1), judgement(2))
    first, second = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(first + second[:kept])
    assert [each.id for each in Ledger(tmp_path).news()] == ["id-1"]
    write(tmp_path, judgement(2), judgement(3))
    assert [each.id for each in Ledger(tmp_path).news()] == ["id-1", "id-2", "id-3"]


def test_a_line_that_lacks_only_its_end_is_not_written_twice(tmp_path: Path) -> None:
    write(tmp_path, judgement(1))
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes().rstrip())
    write(tmp_path, judgement(1), judgement(2))
    assert ids(tmp_path) == ["id-1", "id-2"]


def test_two_programs_that_write_at_once_lose_nothing_and_hear_of_each_other(tmp_path: Path) -> None:
    ledgers = [Ledger(tmp_path) for _ in range(4)]

    def work(nth: int) -> list[Judgement]:
        return [news for n in range(25) for news in ledgers[nth].append(judgement(100 * nth + n))]

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(work, range(4)))
    assert len(ids(tmp_path)) == len(set(ids(tmp_path))) == 100
    for nth, ledger in enumerate(ledgers):
        assert len({each.id for each in (*heard[nth], *ledger.news())}) == 100


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "1", "foil": "f", "reviewer": "r", "verdict": "perhaps"}', "unknown verdict 'perhaps'"),
        ('{"id": "1", "foil": "f", "reviewer": "r", "verdict": "rejected"}', "unknown reason to reject ''"),
        ('{"id": "1", "foil": 7, "reviewer": "r", "verdict": "accepted"}', "foil of a verdict is 7"),
        ('{"id": "1"}', "line 1, is no verdict"),
        ("[1, 2]", "line 1, is no verdict"),
        ("[" * 5000, "line 1, is no verdict"),
    ],
)
def test_a_line_that_is_no_verdict_is_named(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / FILE).write_text(f"{line}\n")
    with pytest.raises(DataError, match=told):
        read_standing(tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"id": ""}, {"reviewer": "  "}, {"reviewer": "x" * 61}, {"note": "x" * 2001}]
)
def test_a_verdict_without_a_name_or_with_too_long_a_text_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(DataError):
        judgement(1, **wrong)


def test_the_last_verdict_counts_and_undoing_it_brings_back_the_one_before() -> None:
    standing = Standing([judgement(1), rejected(2, "photo/0", "Ada")])
    assert standing.of("photo/0")["Ada"].reason == "bad_picture"
    standing.take(judgement(3, verdict="undone", undoes="id-2"))
    assert standing.of("photo/0")["Ada"].verdict == "accepted"
    standing.take(judgement(4, verdict="undone", undoes="id-1"))
    assert standing.of("photo/0") == {}
    assert standing.last("Ada") is None


def test_nobody_can_undo_the_verdict_of_another() -> None:
    standing = Standing([judgement(1), judgement(2, by="Bob", verdict="undone", undoes="id-1")])
    assert list(standing.of("photo/0")) == ["Ada"]


def test_reviewers_agree_by_majority() -> None:
    said = {"Ada": judgement(1), "Bob": rejected(2, "photo/0", "Bob")}
    assert agreed(said) == "disputed"
    assert agreed(said | {"Cyd": judgement(3, by="Cyd")}) == "accepted"
    assert agreed(said | {"Cyd": rejected(3, "photo/0", "Cyd")}) == "rejected"


def test_reviewed_foils_are_the_accepted_ones_or_all_but_the_rejected(tmp_path: Path) -> None:
    both = judgement(3, "c"), rejected(4, "c", "Bob")
    write(tmp_path, judgement(1, "a"), rejected(2, "b", "Ada"), *both)
    for which, wanted in (("accepted", "a"), ("not-rejected", "acd")):
        keep = reviewed(tmp_path, which)
        assert "".join(filter(keep, "abcd")) == wanted


def test_wanting_reviewed_foils_of_a_dataset_that_nobody_judged_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="counterfoil review"):
        reviewed(tmp_path, "accepted")
    with pytest.raises(RecipeError, match="did you mean 'accepted'"):
        reviewed(tmp_path, "acepted")
