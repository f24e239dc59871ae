"""What's Up: sets of four with opposites side by side, pairs and sets by hand, names of photos."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from official import whatsup

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.whatsup import WhatsUp, places
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.bounds import oracle


@pytest.fixture
def data(tmp_path: Path) -> Data:
    whatsup.write(tmp_path)
    return Data(tmp_path)


def test_a_set_is_four_photos_by_four_sentences_with_opposites_side_by_side(data: Data) -> None:
    items = {item.key: item for item in WhatsUp().open(data).items()}
    assert items["a/3"].texts == tuple(
        f"A cup 3 {place} a table" for place in ("to the left of", "to the right of", "on", "under")
    )
    assert items["b/0"].texts == tuple(
        f"A cup 0 {place} a table" for place in ("to the left of", "to the right of", "in front of", "behind")
    )
    names = [Path(p.image.path).name for p in items["a/3"].pictures if isinstance(p, Stored)]
    assert names == ["cup3_2.jpeg", "cup3_3.jpeg", "cup3_0.jpeg", "cup3_1.jpeg"]


def test_photos_of_both_staged_lists_are_told_apart_by_their_folders(data: Data) -> None:
    items = {item.key: item for item in WhatsUp().open(data).items()}
    folders = [Path(p.image.path).parent.name for key in ("a/0", "b/0") for p in items[key].pictures
               if isinstance(p, Stored)]  # fmt: skip
    assert folders == ["controlled_images"] * 4 + ["controlled_clevr"] * 4


def test_a_found_photo_has_two_options_of_which_the_first_is_right(data: Data) -> None:
    items = {item.key: item for item in WhatsUp().open(data).items()}
    item = items["coco_one/5"]
    assert item.texts == ("A photo 5 of a dog on the left", "A photo 5 of a dog on the right")
    assert item.owners == (0, -1)
    names = [p.image.path for key in ("coco_one/5", "vg_two/5") for p in items[key].pictures
             if isinstance(p, Stored)]  # fmt: skip
    assert [name.split("whatsup/")[1] for name in names] == ["val2017/000000000005.jpg", "vg_images/5.jpg"]


def test_a_pair_is_right_if_both_photos_are_and_a_set_if_all_four_are() -> None:
    scores = np.eye(4, dtype=np.float32)[None].repeat(2, 0)
    scores[1, 3] = (0, 0, 1, 0)  # the last photo of the second set is taken for its opposite
    found = places(scores, np.arange(4))
    assert (found["accuracy"] > 0).tolist() == [[True] * 4, [True, True, True, False]]
    assert (found["pair"] > 0).tolist() == [[True, True], [True, False]]
    assert (found["set"] > 0).tolist() == [[True], [False]]


def test_rates_are_over_photos_pairs_and_sets(data: Data) -> None:
    metrics = evaluate(WhatsUp().open(data), oracle).metrics
    assert [metrics[f"a/{metric}"].n for metric in ("accuracy", "pair", "set")] == [48, 24, 12]
    assert "coco_one/pair" not in metrics
    assert metrics["macro-6/accuracy"].n == 2 * 48 + 4 * 20


def test_chance_is_a_quarter_of_staged_and_a_half_of_found_photos(data: Data) -> None:
    benchmark = WhatsUp().open(data)
    assert benchmark.chance_of("b/accuracy") == 1 / 4
    assert benchmark.chance_of("vg_one/accuracy") == 1 / 2
    assert benchmark.chance_of("macro-6/accuracy") == pytest.approx((2 / 4 + 4 / 2) / 6)
    assert benchmark.chance_of("accuracy") == pytest.approx((96 / 4 + 80 / 2) / 176)
    assert benchmark.chance_of("a/set") == 1 / 4**4


def test_spoilt_lists_are_refused(tmp_path: Path) -> None:
    whatsup.write(tmp_path)
    path = tmp_path / "whatsup" / "controlled_images_dataset.json"
    records = json.loads(path.read_text())
    path.write_text(json.dumps(records[:-1]))
    with pytest.raises(
        DataError, match=r"no photo for \['A cup 11 to the right of a table'\]: it is cut off"
    ):
        WhatsUp().open(Data(tmp_path))
    path.write_text(json.dumps([*records, records[-1]]))
    with pytest.raises(
        DataError, match="record 48: 'A cup 11 to the right of a table' is right of an earlier"
    ):
        WhatsUp().open(Data(tmp_path))
    path.write_text(json.dumps(records))
    (tmp_path / "whatsup" / "vg_qa_one_obj.json").write_text('[[1, "a dog"]]')
    with pytest.raises(DataError, match=r"record 0 is \[1, 'a dog'\], not \[image id, right, wrong\]"):
        WhatsUp().open(Data(tmp_path))
    (tmp_path / "whatsup" / "vg_qa_one_obj.json").write_text(json.dumps([["9" * 5000, "a dog", "a cat"]]))
    with pytest.raises(DataError, match=r"record 0: '9{80}' is no number of a photo"):
        WhatsUp().open(Data(tmp_path))
