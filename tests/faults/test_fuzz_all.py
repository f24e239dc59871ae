"""Every reader against damaged files, a few cases each; and that the harness finds what there is to find."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import fuzz
from faults.readers import READERS, Reader

from counterfoil.errors import DataError

CASES = 8


@pytest.mark.parametrize("name", [name for name, reader in READERS.items() if reader.share == 1])
def test_a_reader_of_damaged_files_reads_them_or_says_what_is_wrong(name: str) -> None:
    told: list[tuple[int, str, str]] = []
    fuzz.cases(name, 7, range(CASES), lambda *one: told.append(one))
    assert [number for number, _, _ in told] == list(range(CASES))
    assert [one for one in told if one[1] not in ("read", "refused")] == []


def planted(act: Callable[[Path], object]) -> Reader:
    """A reader of one file that does something to the folder where that is damaged."""

    def write(folder: Path) -> None:
        (folder / "a.txt").write_text("sound")

    return Reader(write, lambda folder: act(folder) if (folder / "a.txt").read_bytes() != b"sound" else None)


def crash(folder: Path) -> None:
    raise KeyError("label")


def say_nothing(folder: Path) -> None:
    raise DataError(" ")


def hang(folder: Path) -> None:
    time.sleep(30)


def die(folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def escape(folder: Path) -> None:
    (folder.parent / "elsewhere").write_text("mine")


@pytest.mark.parametrize(
    ("act", "outcome", "words"),
    [
        (crash, "crashed", "test_fuzz_all.py:.*KeyError: .*label"),
        (say_nothing, "crashed", "DataError"),
        (hang, "hung", "took more than 1 seconds"),
        (die, "died", "the process died"),
        (escape, "wrote", "elsewhere"),
    ],
)
def test_a_reader_that_does_wrong_is_found(
    act: Callable[[Path], object], outcome: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(READERS, "planted", planted(act))
    monkeypatch.setattr(fuzz, "PATIENCE", 1)
    told = fuzz.fuzz("planted", 0, 2)
    assert told.outcomes[outcome] >= 1
    assert any(re.search(words, text) for text in told.findings.values())


def test_a_case_is_the_same_each_time_whatever_was_tried_before() -> None:
    seen: list[list[tuple[int, str, str]]] = [[], []]
    fuzz.cases("results.json", 3, range(40), lambda *one: seen[0].append(one))
    fuzz.cases("results.json", 3, range(30, 40), lambda *one: seen[1].append(one))
    assert seen[0][30:] == seen[1]
    assert {outcome for _, outcome, _ in seen[0]} == {"read", "refused"}
