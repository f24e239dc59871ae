"""The stage that reads pictures: a batch of samples in, pictures or refusals out."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from counterfoil.mine.decode import Decode
from counterfoil.mine.stage import Run, check_conserved
from counterfoil.pictures import FAULTS
from counterfoil.records import ImageFile, Pictured, Region, Rejected, RunLengths, Sample
from counterfoil.sources.coco import Coco


def sample(key: str, width: int, height: int, *regions: Region, orientation: int = 1) -> Sample:
    exif = Image.Exif()
    exif[274] = orientation
    data = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(data, "PNG", exif=exif)
    return Sample(key=key, image=ImageFile(key, data.getvalue()), captions=("A wall.",), regions=regions)


def whole(width: int, height: int) -> Region:
    outline = RunLengths(height, width, b"0")
    return Region(label="wall", box=(0, 0, 1, 1), outline=outline)


def one(decode: Decode, given: Sample) -> Pictured | Rejected:
    (out,) = decode.load(Run(0, Path()))([given])
    assert isinstance(out, Pictured | Rejected)
    return out


def test_a_sample_gains_its_pixels_and_keeps_the_rest() -> None:
    given = sample("a", 60, 40, Region(label="wall", box=(0, 0, 1, 1)))
    out = one(Decode(), given)
    assert isinstance(out, Pictured)
    assert (out.height, out.width) == (40, 60)
    assert (out.key, out.captions, out.regions, out.image) == (
        "a",
        given.captions,
        given.regions,
        given.image,
    )


def test_every_fault_is_a_reason_and_the_rest_of_the_batch_goes_on(tmp_path: Path) -> None:
    good = sample("good", 60, 40)
    data = good.image.data or b""
    images = {
        "missing_picture": ImageFile(str(tmp_path / "none.png")),
        "not_a_picture": ImageFile("a.jpg", b"a text"),
        "truncated_picture": ImageFile("a.png", data[:-30]),
        "picture_too_large": sample("", 70, 70).image,
        "picture_too_small": sample("", 1, 1).image,
    }
    assert tuple(images) == FAULTS
    batch = [good] + [Sample(key=key, image=image, captions=("A.",)) for key, image in images.items()]
    out = Decode(max_pixels=4800).load(Run(0, Path()))(batch)
    check_conserved("decode", batch, out)
    assert isinstance(out[0], Pictured)
    assert [(r.reason, r.stage, r.record) for r in out[1:]] == [(s.key, "decode", s) for s in batch[1:]]


@pytest.mark.parametrize(
    ("annotated", "orientation", "kept"),
    [
        ((60, 40), 1, 1),
        ((40, 60), 6, 1),
        ((60, 40), 6, 0),
        ((120, 80), 1, 1),
        ((61, 40), 1, 1),
        ((64, 40), 1, 0),
    ],
)
def test_regions_of_another_frame_are_dropped(
    annotated: tuple[int, int], orientation: int, kept: int
) -> None:
    out = one(Decode(), sample("a", 60, 40, whole(*annotated), orientation=orientation))
    assert isinstance(out, Pictured)
    assert len(out.regions) == kept


def test_real_photos_decode_with_all_their_regions(shared_data: Path) -> None:
    samples = [s for s in Coco(path=str(shared_data / "coco_mini")).read() if isinstance(s, Sample)]
    for given in samples:
        out = one(Decode(max_side=320), given)
        assert isinstance(out, Pictured)
        assert max(out.height, out.width) == 320
        assert out.regions == given.regions
        for number, region in enumerate(out.regions):
            mask = out.mask(number)
            assert mask.shape == (out.height, out.width)
            assert mask.sum() / mask.size == pytest.approx(np.mean(mask), abs=1e-9)
            assert mask.mean() <= region.area + 0.01
