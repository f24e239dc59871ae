"""Benchmarks of two pictures and two captions: what is read of a record, field by field."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from official import WRITERS
from official.pictures import write_picture

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.benchmarks.cola import Cola
from counterfoil.evaluate.benchmarks.eqben import EqBen, Frame
from counterfoil.evaluate.benchmarks.inpaintcoco import InpaintCoco
from counterfoil.evaluate.benchmarks.mmvp_vlm import MmvpVlm
from counterfoil.evaluate.benchmarks.vismin import VisMin
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.bounds import constant, oracle
from counterfoil.pictures import PictureError
from counterfoil.records import ImageFile


def _names(item: Item) -> list[str]:
    files = [picture.of if isinstance(picture, Frame) else picture for picture in item.pictures]
    return [Path(file.image.path).name for file in files if isinstance(file, Stored)]


def _colours(item: Item) -> list[int]:
    """The number that each picture was written with."""
    return [int(picture.pixels()[0, 0, 0]) for picture in item.pictures]


def test_cola_asks_only_for_the_picture_of_each_caption(tmp_path: Path) -> None:
    WRITERS["cola"](tmp_path)
    benchmark = Cola().open(Data(tmp_path))
    item = list(benchmark.items())[1]
    assert _names(item) == ["2400002.jpg", "2400003.jpg"]
    assert item.texts == (
        "white shirt 1 to the left of blue pants",
        "blue shirt 1 to the left of white pants",
    )
    assert {name.rsplit("/")[-1] for name in evaluate(benchmark, oracle).metrics} == {"image"}


@pytest.mark.parametrize(
    ("text", "message"),
    [('[["a.jpg", "a", "b.jpg"]]', r"record 0 is .*caption 2"), ("{}", "holds a dict, not rows")],
)
def test_a_record_of_cola_has_four_places(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "COLA_multiobjects_matching_benchmark.json").write_text(text)
    with pytest.raises(DataError, match=message):
        list(Cola().open(Data(tmp_path)).items())


def test_inpaintcoco_and_vismin_have_their_pictures_within(tmp_path: Path) -> None:
    for name, reader in (("inpaintcoco", InpaintCoco()), ("vismin", VisMin())):
        WRITERS[name](tmp_path)
        benchmark: Benchmark = reader.open(Data(tmp_path))
        items = list(benchmark.items())
        assert _colours(items[41]) == [82, 83]
        assert items[41].owners == (0, 1)
    assert items[41].texts == ("two dogs on sofa 41", "three dogs on sofa 41")
    assert (items[41].key, items[41].parts) == ("sample_41", ("attribute",))


def test_the_categories_of_vismin_count_the_same_in_its_macro_average(tmp_path: Path) -> None:
    WRITERS["vismin"](tmp_path)
    assert {"macro/text", "macro/image", "macro/group", "counting/group"} <= evaluate(
        VisMin().open(Data(tmp_path)), constant
    ).metrics.keys()


def test_mmvp_pairs_neighbours_and_says_what_its_authors_say(tmp_path: Path) -> None:
    WRITERS["mmvp_vlm"](tmp_path)
    first, *_, last = MmvpVlm().open(Data(tmp_path)).items()
    assert (first.key, first.parts, _names(first)) == ("1-2", ("Camera Perspective",), ["1.jpg", "2.jpg"])
    assert first.texts == ("a dog, right of house 0", "a dog, left of house 0")
    assert first.templates == ("a photo of {}",)
    assert (last.parts, _colours(last)) == (("Spatial",), [118, 119])


@pytest.mark.parametrize("rows", ["1,Color,a\n", "1,Color,a\n2,Text,b\n"])
def test_a_statement_of_mmvp_without_its_other_is_an_error(rows: str, tmp_path: Path) -> None:
    (tmp_path / "Questions.csv").write_text(f"Question ID,Type,Statement\n{rows}")
    with pytest.raises(DataError, match="question 1 has no other"):
        list(MmvpVlm().open(Data(tmp_path)).items())


def test_frames_of_eqben_are_turned_from_blue_green_red(tmp_path: Path) -> None:
    WRITERS["eqben"](tmp_path)
    items = [i for i in EqBen().open(Data(tmp_path)).items() if i.parts == ("eqbenyoucook2",)]
    assert _names(items[0]) == ["20.npy", "21.npy"]
    assert items[0].pictures[0].pixels()[0, 0].tolist() == [200, 0, 20]
    assert items[0].pictures[0].identity() != items[0].pictures[1].identity()


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda path: None, "missing_picture"),
        (lambda path: path.write_bytes(b"\x93NUMPY"), "truncated_picture"),
        (lambda path: np.save(path, np.zeros((4, 4), np.uint8)), "not_a_picture"),
    ],
)
def test_a_frame_that_cannot_be_had_says_why(write: object, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "frame.npy"
    assert callable(write)
    write(path)
    with pytest.raises(PictureError, match=r"frame\.npy") as raised:
        Frame(Stored(ImageFile(str(path)))).pixels()
    assert raised.value.reason == reason


def test_the_kubric_sets_of_eqben_count_as_one_of_five_sources(tmp_path: Path) -> None:
    WRITERS["eqben"](tmp_path)
    found = evaluate(EqBen().open(Data(tmp_path)), constant)
    weights = found.weights["macro-5/group"]
    assert weights["eqbensd"] == pytest.approx(1 / 5)
    assert weights["eqbenkubric_cnt"] == pytest.approx(1 / 15)


def test_a_part_of_each_source_of_eqben_may_be_taken(tmp_path: Path) -> None:
    WRITERS["eqben"](tmp_path)
    items = list(EqBen(at_most=3).open(Data(tmp_path)).items())
    assert len(items) == 7 * 3


def test_a_picture_of_no_source_of_eqben_is_an_error(tmp_path: Path) -> None:
    write_picture(tmp_path / "flickr" / "1.png", 1)
    record = {"image0": "flickr/1.png", "caption0": "a", "image1": "flickr/1.png", "caption1": "b"}
    (tmp_path / "private_info_global.json").write_text(json.dumps([record]))
    with pytest.raises(DataError, match="none of eqbenag"):
        list(EqBen().open(Data(tmp_path)).items())
