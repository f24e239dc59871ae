"""The drawn world as a source: samples that decode, exact regions, and settings that are checked."""

import re

import cv2
import numpy as np
import pytest
from worlds import covered, scenes

from counterfoil.errors import CounterfoilError, DataError, RecipeError
from counterfoil.mine.decode import Decode
from counterfoil.mine.stage import Run
from counterfoil.records import Pictured, Sample
from counterfoil.sources import open_source
from counterfoil.sources.drawn import Drawn
from counterfoil.world.paint import footprint, paint
from counterfoil.world.splits import SPLITS, held_out


def decoded(samples: list[Sample], run: Run) -> list[Pictured]:
    return [picture for picture in Decode().load(run)(samples) if isinstance(picture, Pictured)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(0, tmp_path_factory.mktemp("run"))


@pytest.mark.parametrize("split", SPLITS)
def test_samples_are_the_splits_scenes_in_order(split: str) -> None:
    samples = list(Drawn(path=split, number=20).read())
    assert [sample.key for sample in samples] == [f"{split}-0-{index:06}" for index in range(20)]
    for sample, dealt in zip(samples, scenes(split, 20), strict=True):
        assert sample.captions == tuple(caption.text for caption in dealt.captions)
        assert [region.label for region in sample.regions] == [item.shape for item in dealt.drawing.items]


@pytest.mark.parametrize("size", [32, 64, 100, 512])
def test_pictures_are_coded_without_loss(size: int, run: Run) -> None:
    samples = list(Drawn(path="train", number=8, size=size).read())
    pictures = decoded(samples, run)
    assert len(pictures) == 8
    for picture, dealt in zip(pictures, scenes("train", 8), strict=True):
        assert (picture.pixels == paint(dealt.drawing, size)).all()
        plain = cv2.imdecode(np.frombuffer(picture.image.data or b"", np.uint8), cv2.IMREAD_COLOR)
        assert plain is not None
        assert (plain[..., ::-1] == picture.pixels).all()


@pytest.mark.parametrize("size", [64, 200])
def test_regions_are_the_pixels_of_which_something_is_seen(size: int, run: Run) -> None:
    pictures = decoded(list(Drawn(path="train", number=120, size=size).read()), run)
    hidden = 0
    for picture, dealt in zip(pictures, scenes("train", 120), strict=True):
        items = dealt.drawing.items
        for index, item in enumerate(items):
            seen = footprint(item, size)
            for later in items[index + 1 :]:
                seen &= ~footprint(later, size)
            mask = picture.mask(index)
            assert mask.shape == (size, size)
            assert (mask == seen).all(), (dealt.key, index)
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            left, top, right, bottom = (side * size for side in picture.regions[index].box)
            assert [left, top] == pytest.approx([columns[0], rows[0]])
            assert [right, bottom] == pytest.approx([columns[-1] + 1, rows[-1] + 1])
            hidden += mask.sum() < footprint(item, size).sum()
    assert hidden > 10


def test_a_region_covers_what_its_border_encloses() -> None:
    for sample, dealt in zip(
        Drawn(path="train", number=60, size=128).read(), scenes("train", 60), strict=True
    ):
        items = dealt.drawing.items
        for region, item in zip(sample.regions, items, strict=True):
            hidden = any((covered(item, 128) & covered(other, 128)).any() for other in items if other != item)
            box = *item.polygon.min(0), *item.polygon.max(0)
            # the border's box, and a pixel of shade
            assert hidden or region.box == pytest.approx(box, abs=1.5 / 128), (dealt.key, region)


def test_settings_are_typed_by_the_fields() -> None:
    source = open_source("drawn:train", {"size": "128", "number": "3", "seed": "5"})
    assert source == Drawn(path="train", size=128, number=3, seed=5)
    samples = [sample for sample in source.read() if isinstance(sample, Sample)]
    assert [sample.key for sample in samples] == ["train-5-000000", "train-5-000001", "train-5-000002"]
    picture = cv2.imdecode(np.frombuffer(samples[0].image.data or b"", np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (128, 128, 3)


def test_reading_twice_gives_the_same_bytes() -> None:
    source = Drawn(path="held_out", number=15)
    assert list(source.read()) == list(source.read())


def test_no_scenes_are_no_samples() -> None:
    assert list(Drawn(path="train", number=0).read()) == []


def test_the_card_says_what_was_held_out() -> None:
    about = Drawn(path="test", seed=4, number=2000, size=96).about
    assert "2,000 scenes" in about
    assert "'test' (seed 4, 96 pixels)" in about
    assert str(held_out(4)) in about


@pytest.mark.parametrize(
    ("split", "near"), [("trian", "train"), ("heldout", "held_out"), ("valid", "validation")]
)
def test_an_unknown_split_names_the_known_ones_and_the_nearest(split: str, near: str) -> None:
    with pytest.raises(
        DataError, match=f"{split}': did you mean '{near}'.*held_out, test, train, validation"
    ):
        open_source(f"drawn:{split}")


@pytest.mark.parametrize("split", ["", "elephant", "TRAIN "])
def test_a_split_that_is_like_none_names_the_known_ones(split: str) -> None:
    with pytest.raises(DataError, match="held_out, test, train, validation"):
        open_source(f"drawn:{split}")


@pytest.mark.parametrize("size", [0, 31, 513, 10_000, -64])
def test_a_size_that_nothing_is_drawn_at_is_refused_before_anything_is_drawn(size: int) -> None:
    with pytest.raises(DataError, match=f"32 to 512 pixels wide, not {size}"):
        open_source("drawn:train", {"size": str(size)})


@pytest.mark.parametrize("setting", [{"number": "-1"}, {"seed": "-7"}])
def test_numbers_below_zero_are_refused(setting: dict[str, str]) -> None:
    with pytest.raises(DataError, match=next(iter(setting.values()))):
        open_source("drawn:train", setting)


@pytest.mark.parametrize("setting", [{"size": "big"}, {"number": "1.5"}, {"seed": "None"}])
def test_a_setting_of_another_type_is_refused(setting: dict[str, str]) -> None:
    ((name, value),) = setting.items()
    with pytest.raises(CounterfoilError, match=name) as caught:
        open_source("drawn:train", setting)
    assert re.search(re.escape(value), str(caught.value))


def test_an_unknown_setting_names_the_known_ones() -> None:
    with pytest.raises(RecipeError, match=r"'sise': did you mean 'size'.*number.*seed.*size"):
        open_source("drawn:train", {"sise": "64"})
