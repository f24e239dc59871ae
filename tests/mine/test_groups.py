"""Foils without files are those of a mined dataset."""

from dataclasses import replace
from pathlib import Path

from worlds import through

from counterfoil.mine.engines.local import Local
from counterfoil.mine.groups import groups
from counterfoil.mine.run import mine
from counterfoil.pictures import encode_png
from counterfoil.recipes.drawn import drawn
from counterfoil.shards import read_rows
from counterfoil.sources.drawn import Drawn


def test_groups_hold_what_a_mined_dataset_holds(tmp_path: Path) -> None:
    source = Drawn(path="train", number=12, size=32)
    mine(source, drawn(), tmp_path / "out", Local(workers=0), seed=3)
    rows = list(read_rows(tmp_path / "out" / "data"))
    found = list(groups(source, drawn(), seed=3))
    assert [picture.key for picture, _ in found] == [row["key"] for row in rows]
    for (picture, foils), row in zip(found, rows, strict=True):
        assert encode_png(picture.pixels) == row["image"]["bytes"]
        assert [foil.negative_caption for foil in foils] == [
            foil["negative_caption"] for foil in row["foils"]
        ]
        for foil, stored in zip(foils, row["foils"], strict=True):
            assert foil.patch is not None
            assert encode_png(foil.patch.onto(picture.pixels)) == stored["negative_image"]["bytes"]


def test_batches_make_no_difference() -> None:
    source = Drawn(path="test", number=9)
    one, three = (list(groups(source, replace(drawn(), batch_size=size))) for size in (1, 3))
    keys = [foil.key for _, foils in one for foil in foils]
    assert keys == [foil.key for _, foils in three for foil in foils]
    assert keys == [foil.key for foil in through(drawn().stages, list(source.read()))[0]]
