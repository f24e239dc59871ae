"""CREPE: lists in Python's notation, boxes, and chance that differs by kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from official import crepe

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmarks.crepe import Crepe
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Cropped


@pytest.fixture
def table(tmp_path: Path) -> Path:
    crepe.write(tmp_path)
    return tmp_path / "crepe" / "swap" / "prod_vg_hard_negs_swap_complexity_7.csv"


def test_an_item_is_a_box_its_caption_and_all_negatives(table: Path, tmp_path: Path) -> None:
    items = {item.key: item for item in Crepe().open(Data(tmp_path)).items()}
    assert len(items) == 3 * 9 * 4
    item = items["swap/7/2"]
    caption = "A cup 2, 7 spoons and a 'plate'"
    assert item.texts == (caption, *(f'{caption} without "spoon" {n}' for n in range(4)))
    assert item.owners == (0, -1, -1, -1, -1)
    assert item.parts == ("swap", "swap 7")
    (picture,) = item.pictures
    assert isinstance(picture, Cropped)
    assert picture.of.image.path.endswith("VG_100K/2.jpg")
    assert (picture.left, picture.top, picture.width, picture.height) == (2, 3, 10, 12)


def test_chance_is_one_in_as_many_as_there_are_options(table: Path, tmp_path: Path) -> None:
    benchmark = Crepe().open(Data(tmp_path))
    assert benchmark.chance_of("atom/accuracy") == pytest.approx(1 / 6)
    assert benchmark.chance_of("swap 7/accuracy") == pytest.approx(1 / 5)
    assert benchmark.chance_of("macro-9 negate/accuracy") == pytest.approx(1 / 2)
    assert benchmark.chance_of("accuracy") == pytest.approx((1 / 6 + 1 / 5 + 1 / 2) / 3)


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("\"['a', 'b\"", "row 1: hard_negs is no whole list"),
        ('"[]"', "row 1: hard_negs is '\\[\\]', no list of texts"),
        ('"[1, 2]"', "no list of texts"),
    ],
)
def test_a_spoilt_list_is_refused_with_its_row(listed: str, told: str, table: Path, tmp_path: Path) -> None:
    table.write_text(f"image_id,x,y,width,height,caption,hard_negs\n1,2,3,4,5,a cup,{listed}\n")
    with pytest.raises(DataError, match=told):
        Crepe().open(Data(tmp_path))


def test_a_table_that_is_missing_is_named(table: Path, tmp_path: Path) -> None:
    table.unlink()
    with pytest.raises(DataError, match=r"crepe needs prod_vg_hard_negs_swap_complexity_7\.csv"):
        Crepe().open(Data(tmp_path))


def test_a_row_that_is_cut_off_is_refused(table: Path, tmp_path: Path) -> None:
    table.write_text("image_id,x,y,width,height,caption,hard_negs\n1,2,3,4,5\n")
    with pytest.raises(DataError, match="row 1 has no caption, hard_negs"):
        Crepe().open(Data(tmp_path))
