"""COCO folders and files, good and bad, and the real thing."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as run_lengths
from pycocotools.coco import COCO

from counterfoil.errors import DataError
from counterfoil.pictures import region_mask
from counterfoil.records import Rejected, Sample
from counterfoil.sources.coco import Coco

SQUARE = [10, 10, 20, 10, 20, 20, 10, 20]
CATEGORIES = [{"id": 1, "name": "dog"}, {"id": 2, "name": "cat"}]


def picture(number: int, **more: object) -> dict[str, Any]:
    return {"id": number, "file_name": f"{number}.jpg", "width": 40, "height": 30} | more


def thing(number: int, picture: int = 1, **more: object) -> dict[str, Any]:
    fixed = {"id": number, "image_id": picture, "category_id": 1, "iscrowd": 0}
    return fixed | {"bbox": [10, 10, 10, 10], "segmentation": [SQUARE]} | more


def write(
    folder: Path,
    pictures: list[Any],
    captions: list[Any],
    things: list[Any] | None = None,
    split: str = "val",
) -> Path:
    """A COCO folder with (empty) picture files."""
    (folder / "annotations").mkdir(parents=True, exist_ok=True)
    (folder / "images").mkdir(exist_ok=True)
    for entry in pictures:
        if isinstance(entry, dict) and "/" not in str(entry.get("file_name")):
            (folder / "images" / str(entry.get("file_name"))).write_bytes(b"")
    words = {
        "images": pictures,
        "annotations": captions,
        "licenses": [{"id": 4, "name": "Attribution License"}],
    }
    (folder / "annotations" / f"captions_{split}.json").write_text(json.dumps(words))
    if things is not None:
        shapes = {"images": pictures, "annotations": things, "categories": CATEGORIES}
        (folder / "annotations" / f"instances_{split}.json").write_text(json.dumps(shapes))
    return folder


def said(number: int, caption: object = "A dog.") -> dict[str, Any]:
    return {"id": 100 + number, "image_id": number, "caption": caption}


def read(source: Coco) -> tuple[list[Sample], list[tuple[str, str]]]:
    """The samples, and keys and reasons of what was refused."""
    out = list(source.read())
    refused = [(one.key, one.reason) for one in out if isinstance(one, Rejected)]
    return [one for one in out if isinstance(one, Sample)], refused


def test_captions_regions_and_licence_come_together(tmp_path: Path) -> None:
    folder = write(
        tmp_path, [picture(1, license=4)], [said(1), said(1, "Two.")], [thing(7), thing(8, iscrowd=1)]
    )
    (sample,), refused = read(Coco(path=str(folder)))
    assert refused == []
    assert (sample.key, sample.captions, sample.licence) == ("1", ("A dog.", "Two."), "Attribution License")
    assert [(region.label, region.crowd) for region in sample.regions] == [("dog", False), ("dog", True)]
    assert sample.regions[0].box == (0.25, 1 / 3, 0.5, 2 / 3)
    assert Path(sample.image.path) == folder / "images" / "1.jpg"


def test_a_polygon_and_both_forms_of_run_lengths_draw_the_same_mask(tmp_path: Path) -> None:
    mask = np.zeros((30, 40), np.uint8)
    mask[10:20, 10:20] = 1
    packed = run_lengths.encode(np.asfortranarray(mask))["counts"].decode()
    plain = [10 * 30 + 10, *[10, 20] * 9, 10, 30 * 20 + 10]
    forms: list[Any] = [[SQUARE], *({"size": [30, 40], "counts": counts} for counts in (packed, plain))]
    folder = write(
        tmp_path, [picture(1)], [said(1)], [thing(i, segmentation=form) for i, form in enumerate(forms)]
    )
    (sample,), _ = read(Coco(path=str(folder)))
    for region in sample.regions:
        assert (region_mask(region, 30, 40) == mask).all()


def test_several_polygons_are_one_mask(tmp_path: Path) -> None:
    far = [30, 10, 35, 10, 35, 20, 30, 20]
    folder = write(tmp_path, [picture(1)], [said(1)], [thing(1, segmentation=[SQUARE, far])])
    (sample,), _ = read(Coco(path=str(folder)))
    assert region_mask(sample.regions[0], 30, 40).sum() == 100 + 50


def test_all_splits_of_a_folder_are_read_each_with_its_pictures(tmp_path: Path) -> None:
    for split, number in (("train2017", 1), ("val2017", 2)):
        write(tmp_path, [picture(number)], [said(number)], [thing(1, number)], split)
        (tmp_path / split).mkdir()
        (tmp_path / "images" / f"{number}.jpg").rename(tmp_path / split / f"{number}.jpg")
    samples, refused = read(Coco(path=str(tmp_path)))
    assert [(s.key, Path(s.image.path).parent.name) for s in samples] == [
        ("1", "train2017"),
        ("2", "val2017"),
    ]
    assert refused == []


def test_files_can_be_named_one_by_one(tmp_path: Path) -> None:
    folder = write(tmp_path, [picture(1)], [said(1)], [thing(1)])
    words, shapes = (str(folder / "annotations" / f"{kind}_val.json") for kind in ("captions", "instances"))
    named = Coco(captions=words, instances=shapes, images=str(folder / "images"))
    assert read(named) == read(Coco(path=str(folder)))
    (sample,), _ = read(Coco(path=words))
    assert sample.regions == ()


BAD_REGIONS: dict[str, dict[str, Any]] = {
    "unknown category": {"category_id": 9},
    "category of the wrong type": {"category_id": [1]},
    "box outside": {"bbox": [50, 10, 10, 10]},
    "box empty": {"bbox": [10, 10, 0, 10]},
    "box negative": {"bbox": [10, 10, -5, 10]},
    "box of three": {"bbox": [1, 2, 3]},
    "box of text": {"bbox": ["1", "2", "3", "4"]},
    "box not a number": {"bbox": [10, 10, float("nan"), 10]},
    "box infinite": {"bbox": [10, 10, float("inf"), 10]},
    "box too large for a float": {"bbox": [10, 10, 10**400, 10]},
    "no box and no mask": {"bbox": None, "segmentation": None},
    "polygon outside": {"segmentation": [[50, 10, 60, 10, 60, 20]]},
    "polygon far outside": {"segmentation": [[1e9, 1e9, 2e9, 1e9, 2e9, 2e9]]},
    "polygon of two corners": {"segmentation": [[1, 1, 9, 9]]},
    "polygon of odd numbers": {"segmentation": [[1, 1, 9, 9, 1, 9, 3]]},
    "polygon not a number": {"segmentation": [[1, 1, float("nan"), 9, 1, 9]]},
    "polygon empty": {"segmentation": [[]]},
    "polygon not nested": {"segmentation": SQUARE},
    "mask of text": {"segmentation": "a mask"},
    "mask of nothing": {"segmentation": {"size": [30, 40], "counts": [1200]}},
    "mask of another size": {"segmentation": {"size": [40, 30], "counts": [0, 1200]}},
    "mask without a size": {"segmentation": {"counts": [0, 1200]}},
    "mask too short": {"segmentation": {"size": [30, 40], "counts": [0, 1199]}},
    "mask too long": {"segmentation": {"size": [30, 40], "counts": [0, 10**12]}},
    "mask negative": {"segmentation": {"size": [30, 40], "counts": [1300, -200, 100]}},
    "mask of fractions": {"segmentation": {"size": [30, 40], "counts": [0.5, 1199.5]}},
    "packed mask cut off": {"segmentation": {"size": [30, 40], "counts": "`"}},
    "packed mask empty": {"segmentation": {"size": [30, 40], "counts": ""}},
    "packed mask of other letters": {"segmentation": {"size": [30, 40], "counts": "\u05db\x01"}},
    "packed mask without an end": {"segmentation": {"size": [30, 40], "counts": "o" * 5_000 + "0"}},
}


@pytest.mark.parametrize("fault", BAD_REGIONS)
def test_a_bad_region_is_refused_while_its_sample_goes_on(fault: str, tmp_path: Path) -> None:
    folder = write(tmp_path, [picture(1)], [said(1)], [thing(7), thing(8) | BAD_REGIONS[fault], thing(9)])
    out = list(Coco(path=str(folder)).read())
    refused = [one for one in out if isinstance(one, Rejected)]
    assert [(one.key, one.reason, one.part) for one in refused] == [("1#8", "bad_region", True)]
    assert refused[0].detail
    assert [len(one.regions) for one in out if isinstance(one, Sample)] == [2]


@pytest.mark.parametrize(
    "size", [{"width": None}, {"height": "30"}, {"width": 0}, {"width": 10**6, "height": 10**6}]
)
def test_regions_of_a_picture_without_a_size_are_refused(size: dict[str, object], tmp_path: Path) -> None:
    folder = write(tmp_path, [picture(1) | size], [said(1)], [thing(7)])
    (sample,), refused = read(Coco(path=str(folder)))
    assert (sample.regions, refused) == ((), [("1#7", "bad_region")])


def test_a_region_may_lack_its_mask_or_its_box(tmp_path: Path) -> None:
    things = [thing(1, segmentation=[]), thing(2, bbox=None), thing(3, bbox=[-5, 10, 10, 90])]
    (sample,), refused = read(Coco(path=str(write(tmp_path, [picture(1)], [said(1)], things))))
    assert refused == []
    boxed, masked, clipped = sample.regions
    assert boxed.outline is None
    assert masked.box == boxed.box
    assert clipped.box == (0, 1 / 3, 5 / 40, 1)


def test_what_names_unknown_pictures_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, [picture(1)], [said(1), said(2)], [thing(7, 3), thing(8)])
    (sample,), refused = read(Coco(path=str(folder)))
    assert len(sample.regions) == 1
    assert refused == [
        ("captions_val.json#102", "unknown_picture"),
        ("instances_val.json#7", "unknown_picture"),
    ]


def test_entries_of_the_wrong_type_are_refused(tmp_path: Path) -> None:
    pictures: list[Any] = [
        picture(1),
        "2.jpg",
        {"id": 3},
        {"id": [4], "file_name": "4.jpg"},
        picture(5, file_name=5),
    ]
    folder = write(tmp_path, pictures, [said(1), None, {"caption": "A."}, {"image_id": {}}])
    (sample,), refused = read(Coco(path=str(folder)))
    assert sample.key == "1"
    assert [key for key, _ in refused] == [
        *(f"captions_val.json:images[{i}]" for i in (1, 2, 3, 4)),
        *(f"captions_val.json:annotations[{i}]" for i in (1, 2, 3)),
    ]
    assert {reason for _, reason in refused} == {"bad_annotation"}


def test_duplicate_ids_and_names_are_refused(tmp_path: Path) -> None:
    pictures = [picture(1), picture(1, file_name="other.jpg"), picture(2, file_name="1.jpg")]
    (sample,), refused = read(Coco(path=str(write(tmp_path, pictures, [said(1), said(2)]))))
    assert sample.captions == ("A dog.",)
    assert refused == [("captions_val.json:images[1]", "duplicate_key"), ("1", "duplicate_key")]


def test_names_that_lead_outside_are_refused(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/passwd", "none/none.jpg"]
    pictures = [picture(i, file_name=name) for i, name in enumerate(names)]
    folder = write(tmp_path, pictures, [said(i) for i in range(3)])
    samples, refused = read(Coco(path=str(folder)))
    assert samples == []
    assert [reason for _, reason in refused] == ["path_outside", "path_outside", "missing_picture"]


def test_a_folder_of_pictures_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = write(tmp_path, [picture(1)], [said(1)])
    with pytest.raises(DataError, match="none is no folder: set images"):
        read(Coco(path=str(folder), images=str(tmp_path / "none")))


def test_captions_of_the_wrong_type_count_as_none(tmp_path: Path) -> None:
    captions = [said(1, None), said(1, 7), said(2, ["A."]), said(3, "x" * 20_000)]
    samples, refused = read(Coco(path=str(write(tmp_path, [picture(i) for i in (1, 2, 3)], captions))))
    assert samples == []
    assert refused == [("1", "no_caption"), ("2", "no_caption"), ("3", "caption_too_long")]


def cut(text: str) -> str:
    return text[: len(text) // 2]


def without_images(text: str) -> str:
    return json.dumps({"annotations": json.loads(text)["annotations"]})


@pytest.mark.parametrize("kind", ["captions", "instances"])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut, r"line 1, column \d+: .* cut off or damaged: get it again"),
        (lambda _: "", r"line 1, column 1"),
        (lambda _: "[1, 2]", 'has no list "images"'),
        (lambda _: "7", 'has no list "images"'),
        (lambda _: '{"images": {}, "annotations": []}', 'has no list "images"'),
        (without_images, 'has no list "images"'),
        (lambda _: '{"images": []}', 'has no list "annotations"'),
        (lambda _: "[" * 100_000, "nested too deeply|line 1"),
    ],
)
def test_a_bad_file_is_one_clear_error(
    kind: str, damage: Callable[[str], str], message: str, tmp_path: Path
) -> None:
    folder = write(tmp_path, [picture(1)], [said(1)], [thing(1)])
    file = folder / "annotations" / f"{kind}_val.json"
    file.write_text(damage(file.read_text()))
    with pytest.raises(DataError, match=message) as caught:
        read(Coco(path=str(folder)))
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "captions.json").write_bytes(b'{"images": "\xff"}')
    with pytest.raises(DataError, match="Save it as UTF-8"):
        read(Coco(path=str(tmp_path)))


def test_a_folder_without_captions_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Name the folder above annotations/"):
        read(Coco(path=str(tmp_path)))
    with pytest.raises(DataError, match="No such file"):
        read(Coco(captions=str(tmp_path / "none.json")))


def test_the_real_photos_are_read_whole(shared_data: Path) -> None:
    samples, refused = read(Coco(path=str(shared_data / "coco_mini")))
    assert refused == []
    assert len(samples) == 51
    assert sum(len(sample.captions) for sample in samples) == 255
    assert sum(len(sample.regions) for sample in samples) == 333
    assert sum(bool(sample.regions) for sample in samples) == 26
    assert sum(region.crowd for sample in samples for region in sample.regions) == 5
    assert {sample.licence for sample in samples} == {"Attribution License", "Attribution-ShareAlike License"}


def test_real_masks_equal_those_of_pycocotools(shared_data: Path) -> None:
    folder = shared_data / "coco_mini"
    samples, _ = read(Coco(path=str(folder)))
    shapes = COCO(str(folder / "annotations" / "instances_train2017.json"))
    with_regions = [sample for sample in samples if sample.regions]
    for sample in with_regions:
        things = shapes.imgToAnns[int(sample.key)]
        entry = shapes.imgs[int(sample.key)]
        for region, true in zip(sample.regions, things, strict=True):
            packed = shapes.annToRLE(true)
            assert region.outline is not None
            assert region.outline.counts == packed["counts"]
            with warnings.catch_warnings(action="ignore"):  # pycocotools' own, on numpy 2
                drawn = shapes.annToMask(true)
            assert (region_mask(region, entry["height"], entry["width"]) == drawn).all()
            assert region.label == shapes.cats[true["category_id"]]["name"]
