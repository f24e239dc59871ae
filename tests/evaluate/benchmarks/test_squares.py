"""ColorSwap and COCO-Counterfactuals: fields, splits and names; a pool of all their pictures and captions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from official import coco_counterfactuals, colorswap
from official.pictures import png

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.coco_counterfactuals import CocoCounterfactuals
from counterfoil.evaluate.benchmarks.colorswap import ColorSwap
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.bounds import oracle


@pytest.fixture
def counterfactuals(tmp_path: Path) -> Data:
    coco_counterfactuals.write(tmp_path)
    return Data(tmp_path)


def test_colorswap_is_read_from_its_test_split_alone(tmp_path: Path) -> None:
    colorswap.write(tmp_path)
    items = list(ColorSwap().open(Data(tmp_path)).items())
    assert [item.key for item in items] == [str(number) for number in range(60)]
    assert items[3].texts == ("a red cat 3 in a grey hat", "a grey cat 3 in a red hat")
    assert [p.image.data for p in items[3].pictures if isinstance(p, Stored)] == [
        png(6),
        png(7),
    ]
    assert items[3].parts == ("image_source midjourney", "caption_source rule_based")


def test_the_real_colorswap_has_300_squares(shared_data: Path) -> None:
    found = evaluate(ColorSwap().open(Data(shared_data / "benchmarks")), oracle)
    assert (found.items, found.metrics["group"].value) == (300, 1.0)


def test_a_table_of_other_columns_is_refused_with_those_that_were_expected(tmp_path: Path) -> None:
    coco_counterfactuals.write(tmp_path)
    lines = tmp_path / "coco_counterfactuals" / "data" / "examples.jsonl"
    folder = tmp_path / "colorswap"
    folder.mkdir()
    shutil.copy(lines, folder / "captions.jsonl")
    with pytest.raises(DataError, match="line 1 has no image_2, caption_2: expected id, image_1, image_2"):
        list(ColorSwap().open(Data(tmp_path)).items())


def test_pictures_are_found_by_names_without_their_ending(counterfactuals: Data) -> None:
    item = next(iter(CocoCounterfactuals().open(counterfactuals).items()))
    assert item.texts == ("A cat 0 in a tree.", "A dog 0 in a tree.")
    assert [Path(p.image.path).name for p in item.pictures if isinstance(p, Stored)] == [
        "0_0_img_0.jpg",
        "0_0_img_1.jpg",
    ]


def test_a_pool_is_one_gallery_of_two_pictures_a_square(counterfactuals: Data) -> None:
    benchmark = CocoCounterfactuals(pool=True).open(counterfactuals)
    (gallery,) = benchmark.items()
    assert len(gallery.pictures) == len(gallery.texts) == 400
    assert benchmark.chance["text@1"] == pytest.approx(1 / 400)
    assert benchmark.chance["image@10"] == pytest.approx(10 / 400)


def test_a_share_is_drawn_by_its_seed_alone(counterfactuals: Data) -> None:
    def keys(seed: int) -> list[str]:
        items = CocoCounterfactuals(share=0.3, seed=seed).open(counterfactuals).items()
        return [item.key for item in items]

    assert keys(1) == keys(1)
    assert keys(1) != keys(2)
    assert len(set(keys(1))) == 60


def test_a_share_of_nothing_is_an_error(counterfactuals: Data) -> None:
    with pytest.raises(DataError, match=r"no squares in a share of 0\.001 of 200"):
        CocoCounterfactuals(share=0.001).open(counterfactuals)


def test_an_id_that_comes_twice_is_an_error(tmp_path: Path) -> None:
    coco_counterfactuals.write(tmp_path)
    path = tmp_path / "coco_counterfactuals" / "data" / "examples.jsonl"
    first, *_ = path.read_text().splitlines()
    path.write_text(f"{first}\n{first}\n")
    with pytest.raises(DataError, match="two items with the key '0_0'"):
        evaluate(CocoCounterfactuals().open(Data(tmp_path)), oracle)
    path.write_text("\n".join([first, first.replace('"id": "0_0"', '"id": ""')]))
    with pytest.raises(DataError, match="line 2: its id is empty"):
        CocoCounterfactuals().open(Data(tmp_path))
