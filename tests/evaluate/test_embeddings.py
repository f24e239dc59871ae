"""Embeddings are found again under their names, and a damaged file costs no more than its rows."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from counterfoil.errors import DataError
from counterfoil.evaluate.embeddings import Kept

NAMES = ["a cat", "a dog", "two dogs"]


def rows(number: int = 3) -> list[NDArray[np.float32]]:
    return list(np.random.default_rng(number).random((number, 4), np.float32))


def found(folder: Path, *names: str) -> dict[str, list[float]]:
    return {name: row.tolist() for name, row in Kept(folder).find({name: name for name in names})}


def as_lists(named: dict[str, NDArray[np.float32]]) -> dict[str, list[float]]:
    return {name: row.tolist() for name, row in named.items()}


EXPECTED = as_lists(dict(zip(NAMES, rows(), strict=True)))


def test_what_is_kept_is_found_by_its_name_alone(tmp_path: Path) -> None:
    Kept(tmp_path).add(NAMES, rows())
    assert found(tmp_path, *NAMES, "a horse") == EXPECTED
    assert found(tmp_path / "another model", *NAMES) == {}


def test_what_has_no_name_is_not_kept(tmp_path: Path) -> None:
    Kept(tmp_path).add(["", ""], rows(2))
    Kept(tmp_path).add(["a cat", ""], rows(2))
    assert found(tmp_path, "", "a cat") == as_lists({"a cat": rows(2)[0]})


def test_no_flipped_bit_ever_gives_another_embedding(tmp_path: Path) -> None:
    Kept(tmp_path).add(NAMES, rows())
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    lost = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        left = found(tmp_path, *NAMES)
        assert left in ({}, EXPECTED), place
        lost += not left
    assert lost > len(whole) / 3


def test_a_file_that_is_cut_off_anywhere_is_removed_and_written_again(tmp_path: Path) -> None:
    Kept(tmp_path).add(NAMES, rows())
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        assert found(tmp_path, *NAMES) == {}
        assert not path.exists()
    Kept(tmp_path).add(NAMES, rows())
    assert found(tmp_path, *NAMES) == EXPECTED


def test_a_file_that_is_damaged_after_it_was_listed_loses_its_rows_alone(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.add(NAMES[:2], rows()[:2])
    kept.add(NAMES[2:], rows()[2:])
    assert len(dict(kept.find({name: name for name in NAMES}))) == 3
    other = Kept(tmp_path)
    list(other.find({"a cat": "a cat"}))
    max(tmp_path.iterdir(), key=lambda path: path.stat().st_size).write_bytes(b"")
    assert [key for key, _ in other.find({name: name for name in NAMES})] == ["two dogs"]


def test_unfinished_files_are_not_read(tmp_path: Path) -> None:
    Kept(tmp_path).add(NAMES, rows())
    (path,) = tmp_path.iterdir()
    path.rename(tmp_path / f".unfinished-7-{path.name}")
    assert found(tmp_path, *NAMES) == {}


def fill(folder: Path, seed: int) -> None:
    kept = Kept(folder)
    rng = np.random.default_rng(0)
    table = rng.random((200, 4), np.float32)
    for start in np.random.default_rng(seed).permutation(range(0, 200, 20)):
        kept.add([f"text {n}" for n in range(start, start + 20)], list(table[start : start + 20]))


def test_two_processes_that_write_at_once_do_no_harm(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=fill, args=(tmp_path, seed)) for seed in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0]
    table = np.random.default_rng(0).random((200, 4), np.float32)
    expected = {f"text {n}": row.tolist() for n, row in enumerate(table)}
    assert found(tmp_path, *expected) == expected


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="no folder"):
        found(tmp_path / "file", "a cat")
    with pytest.raises(DataError, match="cannot write"):
        Kept(tmp_path / "file").add(NAMES, rows())
