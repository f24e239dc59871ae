"""Files of benchmarks are found by their names, and never another benchmark's."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.errors import DataError
from counterfoil.evaluate.data import Data, Origin

ORIGIN = Origin(source="a paper", licence="MIT", get="git clone it {data}/mine")


def _touch(root: Path, *names: str) -> Data:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return Data(root)


def test_a_file_is_found_wherever_it_lies_and_by_its_folders(tmp_path: Path) -> None:
    data = _touch(tmp_path, "deep/down/swap.json", "deep/raw/add.json", "deep/filtered/add.json")
    assert data.file("mine", "swap.json", ORIGIN) == tmp_path / "deep/down/swap.json"
    assert data.file("mine", "filtered/add.json", ORIGIN) == tmp_path / "deep/filtered/add.json"


def test_of_several_the_one_in_the_benchmarks_own_folder_is_taken(tmp_path: Path) -> None:
    data = _touch(tmp_path, "other/test.csv", "mine/test.csv")
    assert data.file("mine", "test.csv", ORIGIN) == tmp_path / "mine/test.csv"
    with pytest.raises(DataError, match=r"several times, as mine/test\.csv and other/test\.csv"):
        data.file("yours", "test.csv", ORIGIN)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"Get it: git clone it {tmp_path}/mine \(licence: MIT\)"):
        Data(tmp_path).file("mine", "swap.json", ORIGIN)
    with pytest.raises(DataError, match="--data"):
        Data().file("mine", "swap.json", ORIGIN)
    with pytest.raises(DataError, match="is no folder"):
        Data(tmp_path / "nowhere").file("mine", "swap.json", ORIGIN)


def test_a_photo_of_2014_is_found_under_its_name_of_2017(tmp_path: Path) -> None:
    data = _touch(tmp_path, "val2017/000000391895.jpg")
    found = data.picture("coco_order", "val2014/COCO_val2014_000000391895.jpg")
    assert found.image.path == str(tmp_path / "val2017/000000391895.jpg")


def test_a_short_name_is_never_another_benchmarks_picture(tmp_path: Path) -> None:
    data = _touch(tmp_path, "other/1.jpg", "mine/pictures/2.jpg")
    assert data.picture("mine", "Color/1.jpg").image.path == str(tmp_path / "mine/1.jpg")
    assert data.picture("mine", "Color/2.jpg").image.path == str(tmp_path / "mine/pictures/2.jpg")


def test_names_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").touch()
    data = _touch(tmp_path / "data", "mine/a.json")
    for name in ("../secret.jpg", str(tmp_path / "secret.jpg"), "../../etc/passwd"):
        assert Path(data.picture("mine", name).image.path).is_relative_to(tmp_path / "data")


def test_a_link_to_the_folder_around_it_is_followed_once(tmp_path: Path) -> None:
    data = _touch(tmp_path, "mine/a.json")
    (tmp_path / "mine" / "loop").symlink_to(tmp_path)
    assert data.file("mine", "a.json", ORIGIN) == tmp_path / "mine/a.json"
