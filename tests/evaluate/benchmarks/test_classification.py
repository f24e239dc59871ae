"""Zero-shot classification: classes by folder, by file, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from official import WRITERS
from official.classification import NAMES
from official.pictures import write_picture

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmarks.classification import Classification
from counterfoil.evaluate.benchmarks.imagenet import IMAGENET
from counterfoil.evaluate.class_names import class_names
from counterfoil.evaluate.data import Data

FOLDERS = ["n01440764", "n01443537"]


def _folders(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        write_picture(folder / "classification" / name / "1.JPEG", number)


def test_a_class_is_called_as_its_folder(tmp_path: Path) -> None:
    WRITERS["classification"](tmp_path)
    benchmark = Classification().open(Data(tmp_path))
    items = list(benchmark.items())
    assert len(items) == 70  # no text among them
    assert items[0].texts == tuple(sorted(NAMES))
    shark = next(item for item in items if item.key.startswith("great_white_shark"))
    assert shark.owners == (-1, -1, 0, -1, -1, -1, -1)
    assert shark.templates == ("a photo of a {}.",)
    assert benchmark.chance == {"top-1": 1 / 7, "top-5": 5 / 7}
    assert benchmark.general


def test_imagenets_classes_are_called_as_their_file_says(tmp_path: Path) -> None:
    WRITERS["imagenet"](tmp_path)
    items = list(IMAGENET.open(Data(tmp_path)).items())
    assert (items[0].texts, len(items)) == (tuple(NAMES), 70)
    assert items[10].key == "n01441/ILSVRC2012_val_00000010.JPEG"
    assert items[10].owners.index(0) == 1


def test_of_five_classes_or_fewer_the_first_five_are_not_asked(tmp_path: Path) -> None:
    _folders(tmp_path, "cat", "dog", "cow", "sheep", "horse")
    assert Classification().open(Data(tmp_path)).chance == {"top-1": 1 / 5}


def test_templates_may_stand_in_a_file(tmp_path: Path) -> None:
    _folders(tmp_path, "cat", "dog")
    (tmp_path / "classification" / "templates.txt").write_text("a photo of a {}.\n\nart of the {}.\n")
    (item, _) = Classification(template_file="templates.txt").open(Data(tmp_path)).items()
    assert item.templates == ("a photo of a {}.", "art of the {}.")


@pytest.mark.parametrize("templates", [(), ("a photo",), ("a {} of a {}",)])
def test_a_template_has_one_place_for_a_name(templates: tuple[str, ...], tmp_path: Path) -> None:
    _folders(tmp_path, "cat", "dog")
    with pytest.raises(DataError, match="no templates"):
        replace(Classification(), templates=templates).open(Data(tmp_path))


def test_one_class_is_no_classification(tmp_path: Path) -> None:
    _folders(tmp_path, "cat")
    with pytest.raises(DataError, match=r"1 folders of classes\. Get it"):
        Classification().open(Data(tmp_path))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.json", json.dumps({"n01440764": "tench", "n01443537": "goldfish", "n02": "cock"})),
        ("a.json", json.dumps({"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]})),
        ("a.json", json.dumps(["tench", "goldfish"])),
        ("a.txt", "tench\ngoldfish\n"),
        ("a.txt", "n01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus\nn02 cock\n"),
    ],
)
def test_names_are_read_in_every_form_that_goes_round(file: str, text: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(text)
    assert class_names(tmp_path / file, FOLDERS) == ["tench", "goldfish"]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("a.json", '{"n01440764": "tench"}', "not n01443537"),
        ("a.json", '["tench"]', "does not name 2 classes"),
        ("a.json", '{"n01440764": 1, "n01443537": 2}', "does not name 2 classes"),
        ("a.json", "7", "does not name 2 classes"),
        ("a.txt", "tench\ngoldfish\ncock\n", "does not name 2 classes"),
        ("a.json", '{"n01440764"', "no whole JSON"),
    ],
)
def test_names_that_do_not_fit_the_folders_are_an_error(
    file: str, text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(DataError, match=message):
        class_names(tmp_path / file, FOLDERS)


def test_a_file_of_names_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    _folders(tmp_path, "cat", "dog")
    with pytest.raises(DataError, match=r"names\.txt"):
        Classification(classes="names.txt").open(Data(tmp_path))
