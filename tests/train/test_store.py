import os
import pickle
from pathlib import Path

import pytest
from train.small import foil, grey, sample

from counterfoil.errors import DataError
from counterfoil.shards import SCHEMA, Row, write_rows
from counterfoil.train.store import Stored, Stores, stored


def rows(first: int, last: int) -> list[Row]:
    """Originals of grey `first` to `last`; every other one has a text-only foil and one of its grey + 100."""
    foils = [
        [foil("t", "x", "y"), foil("p", "x", "y", n + 100)] if n % 2 else None for n in range(first, last)
    ]
    return [sample(str(n), n, ["x"], own) for n, own in zip(range(first, last), foils, strict=True)]


def write(folder: Path) -> list[Path]:
    shards = [folder / "0.parquet", folder / "1.parquet"]
    write_rows(shards[0], rows(1, 41), SCHEMA)  # three row groups
    write_rows(shards[1], rows(41, 51), SCHEMA)
    return shards


def greys(pictures: Stored) -> list[int]:
    return [int(pictures[number][0, 0, 0]) for number in range(len(pictures))]


def test_pictures_are_numbered_in_the_order_of_rows_and_of_foils_that_have_one(tmp_path: Path) -> None:
    stores = stored(write(tmp_path), tmp_path / "cache")
    assert greys(stores.originals) == list(range(1, 51))
    assert greys(stores.negatives) == list(range(101, 151, 2))


def test_equal_bytes_have_equal_digests(tmp_path: Path) -> None:
    write_rows(tmp_path / "0.parquet", [sample("a", 7, []), sample("b", 8, []), sample("c", 7, [])], SCHEMA)
    one, two, three = stored([tmp_path / "0.parquet"], tmp_path / "cache").originals.digests.to_pylist()
    assert one == three != two


def copies(cache: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}


def test_pictures_are_copied_once_and_anew_when_a_shard_changes(tmp_path: Path) -> None:
    shards, cache = write(tmp_path), tmp_path / "cache"
    stored(shards, cache)
    before = copies(cache)
    stored(shards, cache)
    assert copies(cache) == before
    write_rows(shards[1], rows(61, 71), SCHEMA)
    os.utime(shards[1], ns=(1, 1))
    assert greys(stored(shards, cache).originals)[-1] == 70


def test_a_store_goes_to_another_process_as_a_path(tmp_path: Path) -> None:
    stores: Stores = stored(write(tmp_path), tmp_path / "cache")
    data = pickle.dumps(stores.originals)
    assert len(data) < 500
    assert greys(pickle.loads(data)) == greys(stores.originals)


def test_a_picture_that_is_only_named_is_refused(tmp_path: Path) -> None:
    row = sample("a", 7, []) | {"image": {"bytes": None, "path": "a.jpg"}}
    write_rows(tmp_path / "0.parquet", [row], SCHEMA)
    with pytest.raises(DataError, match=r"0\.parquet: a picture in image has no bytes"):
        stored([tmp_path / "0.parquet"], tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(grey(1))
    with pytest.raises(DataError, match="cannot write"):
        stored(write(tmp_path), tmp_path / "cache")
