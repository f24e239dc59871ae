"""The demo's photos and their annotations: true to the format, to the pictures, and to each other."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as run_lengths

from counterfoil import demo
from counterfoil.demo import ANNOTATIONS, annotated_photos, demo_source
from counterfoil.errors import DataError
from counterfoil.records import Sample
from counterfoil.sources.coco import Coco

pytest.importorskip("skimage", reason="the photos come with scikit-image: pip install 'counterfoil[demo]'")
# pycocotools 2.0.11 decodes through an __array__ that NumPy 2 calls old
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Annotations = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_source(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def captions(folder: Path) -> Annotations:
    return _read(folder / "annotations" / "captions_demo.json")


@pytest.fixture(scope="module")
def instances(folder: Path) -> Annotations:
    return _read(folder / "annotations" / "instances_demo.json")


def test_every_photo_and_both_annotation_files_lie_in_the_folder(folder: Path) -> None:
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    photos = {f"images/{photo['file_name']}" for photo in annotated_photos()}
    assert len(photos) >= 6
    assert names == photos | {f"annotations/{name}" for name in ANNOTATIONS}


def test_photos_have_the_size_that_the_annotations_state(folder: Path, instances: Annotations) -> None:
    for photo in instances["images"]:
        with Image.open(folder / "images" / photo["file_name"]) as picture:
            assert picture.size == (photo["width"], photo["height"])


def test_a_coco_source_reads_every_photo_with_its_captions_and_regions(
    folder: Path, instances: Annotations
) -> None:
    samples = list(Coco(path=str(folder)).read())
    assert len(samples) == len(instances["images"])
    for sample in samples:
        assert isinstance(sample, Sample)
        assert len(sample.captions) == 5
        assert sample.licence
    regions = [region for sample in samples for region in getattr(sample, "regions", ())]
    assert len(regions) == len(instances["annotations"])


def test_writing_twice_gives_the_same_bytes(tmp_path: Path, folder: Path) -> None:
    again = demo_source(demo_source(tmp_path / "demo"))
    for file in folder.rglob("*.*"):
        assert (again / file.relative_to(folder)).read_bytes() == file.read_bytes()


def test_every_photo_has_a_licence_that_is_named(captions: Annotations) -> None:
    named = {licence["id"] for licence in captions["licenses"] if licence["name"] and licence["url"]}
    assert {photo["license"] for photo in captions["images"]} == named


def test_both_files_speak_of_the_same_photos(captions: Annotations, instances: Annotations) -> None:
    assert captions["images"] == instances["images"]
    assert captions["licenses"] == instances["licenses"]


def test_every_photo_has_five_captions_of_their_own(captions: Annotations) -> None:
    texts = [caption["caption"] for caption in captions["annotations"]]
    assert len(set(texts)) == len(texts) == 5 * len(captions["images"])
    for photo in captions["images"]:
        assert sum(caption["image_id"] == photo["id"] for caption in captions["annotations"]) == 5
    assert all(8 <= len(text.split()) <= 15 and text.endswith(".") for text in texts)


def test_ids_are_unique_and_lead_somewhere(captions: Annotations, instances: Annotations) -> None:
    photos = {photo["id"] for photo in instances["images"]}
    categories = {category["id"] for category in instances["categories"]}
    for annotations in (captions["annotations"], instances["annotations"]):
        assert len({one["id"] for one in annotations}) == len(annotations)
        assert {one["image_id"] for one in annotations} == photos
    assert {one["category_id"] for one in instances["annotations"]} <= categories


def test_categories_are_the_80_of_coco_and_own_ones_beyond_their_ids(instances: Annotations) -> None:
    numbers = [category["id"] for category in instances["categories"]]
    names = [category["name"] for category in instances["categories"]]
    assert len(set(numbers)) == len(set(names)) == len(numbers)
    assert sum(number <= 90 for number in numbers) == 80
    used = {one["category_id"] for one in instances["annotations"]}
    assert {number for number in numbers if number > 90} <= used


def test_outlines_lie_inside_their_photos(instances: Annotations) -> None:
    for one, width, height in _sized(instances):
        if one["iscrowd"]:
            assert one["segmentation"]["size"] == [height, width]
            continue
        corners = _corners(one)
        assert corners.min() >= 0
        assert corners[:, 0].max() <= width
        assert corners[:, 1].max() <= height


def test_stated_areas_are_those_of_the_outlines(instances: Annotations) -> None:
    for one, width, height in _sized(instances):
        mask = _mask(one, height, width)
        assert one["area"] == mask.sum() > 100


def test_stated_boxes_are_those_of_the_outlines(instances: Annotations) -> None:
    for one, width, height in _sized(instances):
        rows, columns = np.nonzero(_mask(one, height, width))
        left, top, across, down = one["bbox"]
        edges = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert np.abs(np.array([left, top, left + across, top + down]) - edges).max() <= 1.5


def test_the_coins_are_twenty_four_and_do_not_touch(instances: Annotations) -> None:
    coin = next(c["id"] for c in instances["categories"] if c["name"] == "coin")
    masks = [_mask(one, h, w) for one, w, h in _sized(instances) if one["category_id"] == coin]
    assert len(masks) == 24
    assert np.sum(masks, axis=0).max() == 1


def test_without_scikit_image_the_error_names_the_extra(tmp_path: Path) -> None:
    program = (
        f"from pathlib import Path; from counterfoil.demo import *; demo_source(Path({str(tmp_path)!r}))"
    )
    only_ours = {"PYTHONPATH": str(Path(demo.__file__).parents[1])}
    command = [sys.executable, "-S", "-c", program]
    run = subprocess.run(command, env=only_ours, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "DataError: scikit-image is not installed" in run.stderr
    assert "pip install 'counterfoil[demo]'" in run.stderr
    assert not list(tmp_path.iterdir())


def test_without_torch_the_demo_mines_and_says_what_training_needs(tmp_path: Path) -> None:
    program = """
import sys
sys.modules["torch"] = None
from counterfoil.cli import main
main()
"""
    command = [sys.executable, "-c", program, "demo", "--out", str(tmp_path / "demo"), "--workers", "0"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[-2] == f"Report: {tmp_path / 'demo' / 'foils' / 'report' / 'index.html'}"
    assert told[-1] == (
        "The demo's training is left out: models need torch, not installed: pip install 'counterfoil[torch]'"
    )
    assert not (tmp_path / "demo" / "lab").exists()


def test_a_folder_that_is_a_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("here already")
    with pytest.raises(DataError, match=r"taken.*Choose another folder"):
        demo_source(tmp_path / "taken")


def _read(path: Path) -> Annotations:
    annotations: Annotations = json.loads(path.read_bytes())
    return annotations


def _sized(instances: Annotations) -> list[tuple[Annotations, int, int]]:
    sizes = {photo["id"]: (photo["width"], photo["height"]) for photo in instances["images"]}
    return [(one, *sizes[one["image_id"]]) for one in instances["annotations"]]


def _corners(one: Annotations) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.concatenate([np.reshape(polygon, (-1, 2)) for polygon in one["segmentation"]])


def _mask(one: Annotations, height: int, width: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    runs = run_lengths.frPyObjects(one["segmentation"], height, width)
    mask: np.ndarray[Any, np.dtype[np.uint8]] = run_lengths.decode(
        runs if one["iscrowd"] else run_lengths.merge(runs)
    )
    return mask
