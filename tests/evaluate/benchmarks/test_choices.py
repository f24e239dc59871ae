"""Benchmarks of one query and several answers: what is read of a record, field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from official import WRITERS

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.negbench import NegChoice, NegRetrieval
from counterfoil.evaluate.benchmarks.spec import Spec
from counterfoil.evaluate.benchmarks.svo_probes import SvoProbes
from counterfoil.evaluate.benchmarks.vl_checklist import FILES, VlChecklist
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.bounds import constant

SVO = "sentence,pos_image_id,neg_image_id,subj_neg,verb_neg,obj_neg\n"
NEGBENCH = "image_path,caption_0,caption_1,caption_2,caption_3,correct_answer,correct_answer_template\n"


def _path(picture: object) -> str:
    assert isinstance(picture, Stored)
    return picture.image.path


def test_svo_probes_asks_which_picture_a_sentence_is_true_of(tmp_path: Path) -> None:
    WRITERS["svo_probes"](tmp_path)
    item = list(SvoProbes().open(Data(tmp_path)).items())[4]
    assert [Path(_path(picture)).name for picture in item.pictures] == ["8.jpg", "9.jpg"]
    assert (item.texts, item.owners, item.parts) == (('A girl, "4", jumps into the water.',), (0,), ("verb",))


def test_a_row_of_svo_probes_in_which_nothing_differs_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "svo_probes.csv").write_text(
        f"{SVO}A girl jumps.,1,2,False,True,False\nA,1,3,False,False,False\n"
    )
    with pytest.raises(DataError, match="row 2: none of subj_neg"):
        list(SvoProbes().open(Data(tmp_path)).items())


def test_vl_checklist_has_56_files_in_13_parts(tmp_path: Path) -> None:
    # 5 attributes of 2 corpora, 3 places and 3 sizes of 7, actions of 3, places of 1
    WRITERS["vl_checklist"](tmp_path)
    assert (len(FILES), sum(map(len, FILES.values()))) == (13, 56)
    items = list(VlChecklist().open(Data(tmp_path)).items())
    first = items[0]
    assert (first.key, first.parts) == ("Attribute/vg/action/0", ("Attribute action", "Attribute"))
    assert (first.texts, first.owners) == (("huge train 0", "little train 0"), (0, -1))
    assert _path(first.pictures[0]).endswith("vg/VG_100K_2/0.jpg")
    assert len(items) == 56 * 4
    assert len(list(VlChecklist(at_most=3).open(Data(tmp_path)).items())) == 56 * 3


def test_both_means_of_vl_checklist_count_the_three_kinds_the_same(tmp_path: Path) -> None:
    WRITERS["vl_checklist"](tmp_path)
    weights = evaluate(VlChecklist().open(Data(tmp_path)), constant).weights
    assert weights["macro-3/accuracy"] == pytest.approx(
        dict.fromkeys(("Object", "Attribute", "Relation"), 1 / 3)
    )
    assert weights["macro-types/accuracy"]["Relation spatial"] == pytest.approx(1 / 6)
    assert weights["macro-types/accuracy"]["Object Size small"] == pytest.approx(1 / 18)


def test_spec_asks_both_ways_with_pictures_of_the_subsets_folder(tmp_path: Path) -> None:
    WRITERS["spec"](tmp_path)
    items = {item.key: item for item in Spec().open(Data(tmp_path)).items()}
    assert len(items) == 6 * 2 * 60
    by_picture, by_text = items["count/image2text/10"], items["count/text2image/10"]
    assert _path(by_picture.pictures[0]).endswith("count/images/1.jpg")
    assert by_picture.owners == (-1, 0, -1, -1, -1, -1, -1, -1, -1)
    assert [Path(_path(picture)).parts[-3] for picture in by_text.pictures] == ["count"] * 9
    assert (by_text.texts, by_text.owners) == (("broccoli, case 1 of count",), (1,))
    assert by_text.parts == ("count text2image",)


def test_chance_of_spec_is_one_of_as_many_as_there_are(tmp_path: Path) -> None:
    WRITERS["spec"](tmp_path)
    benchmark = Spec().open(Data(tmp_path))
    assert benchmark.chance_of("count text2image/accuracy") == pytest.approx(1 / 9)
    # 3, 2, 9, 4, 2 and 9 keys
    mean = (1 / 3 + 1 / 2 + 1 / 9 + 1 / 4 + 1 / 2 + 1 / 9) / 6
    assert benchmark.chance_of("macro-12/accuracy") == pytest.approx(mean)
    assert benchmark.chance_of("accuracy") == pytest.approx(mean)


@pytest.mark.parametrize("label", [3, -1, "0"])
def test_a_label_of_spec_that_is_no_key_is_an_error(label: object, tmp_path: Path) -> None:
    WRITERS["spec"](tmp_path)
    path = tmp_path / "spec" / "data" / "absolute_size" / "image2text.json"
    record = {"query": "images/0.jpg", "keys": ["a", "b", "c"], "label": label}
    path.write_text(json.dumps([record]))
    with pytest.raises(DataError, match="record 0: label"):
        Spec().open(Data(tmp_path))


def test_negbench_finds_pictures_whatever_the_path_and_counts_by_template(tmp_path: Path) -> None:
    WRITERS["negbench_coco"](tmp_path)
    reader = NegChoice(name="negbench_coco", table="COCO_val_mcq_llama3.1_rephrased.csv")
    item = list(reader.open(Data(tmp_path)).items())[6]
    assert _path(item.pictures[0]) == str(tmp_path / "val2017" / "000000000006.jpg")
    assert item.texts[2] == "A photo with 2 cats, 6, but no dog."
    assert (item.owners, item.parts) == ((-1, -1, 0, -1), ("positive",))


@pytest.mark.parametrize("answer", ["4", "", "A"])
def test_an_answer_of_negbench_that_is_none_of_four_is_an_error(answer: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{NEGBENCH}1.jpg,a,b,c,d,{answer},positive\n")
    with pytest.raises(DataError, match="row 1: correct_answer"):
        list(NegChoice(name="a", table="a.csv").open(Data(tmp_path)).items())


def test_retrieval_of_negbench_is_one_gallery_with_every_caption(tmp_path: Path) -> None:
    WRITERS["negbench_coco_retrieval"](tmp_path)
    reader = NegRetrieval(name="negbench_coco_retrieval", table="COCO_val_retrieval.csv")
    (item,) = reader.open(Data(tmp_path)).items()
    assert (len(item.pictures), len(item.texts), item.owners[:4]) == (40, 80, (0, 0, 1, 1))
    assert item.texts[2:4] == ("A cat's bowl, 1.", 'A "bowl", 1.')


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1.jpg,\"['a']\"\n1.jpg,\"['b']\"\n", "row 2: 1.jpg stands in an earlier row"),
        ("1.jpg,a dog\n", "row 1: captions are 'a dog'"),
        ("1.jpg,[]\n", "row 1: captions"),
        ("1.jpg,\"['a'\"\n", "row 1: captions"),
        ("", "has no rows"),
    ],
)
def test_a_gallery_of_negbench_that_cannot_be_is_an_error(rows: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"filepath,captions\n{rows}")
    with pytest.raises(DataError, match=message):
        NegRetrieval(name="a", table="a.csv").open(Data(tmp_path))
