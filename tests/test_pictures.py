"""Pictures in and out, proved on drawn pictures whose every pixel is known."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps
from pycocotools import mask as run_lengths

from counterfoil.errors import DataError
from counterfoil.pictures import PictureError, decode, encode, encode_png, region_mask
from counterfoil.records import ImageFile, Patch, Pixels, Region, RunLengths

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(height: int = 40, width: int = 60) -> Image.Image:
    """Red and green above, blue and white below."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for y, row in enumerate(((RED, GREEN), (BLUE, WHITE))):
        for x, colour in enumerate(row):
            pixels[y * height // 2 : (y + 1) * height // 2, x * width // 2 : (x + 1) * width // 2] = colour
    return Image.fromarray(pixels)


def corners(pixels: Pixels) -> list[tuple[int, ...]]:
    return [tuple(int(v) for v in pixels[y, x]) for y in (4, -5) for x in (4, -5)]


def held(picture: Image.Image, form: str = "PNG", **options: object) -> ImageFile:
    data = io.BytesIO()
    picture.save(data, form, **options)
    return ImageFile(f"drawn.{form.lower()}", data.getvalue())


def reason(image: ImageFile, **limits: int) -> str:
    with pytest.raises(PictureError) as caught:
        decode(image, **limits)
    assert image.path in str(caught.value)
    return caught.value.reason


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def test_a_picture_is_read_from_a_file_and_from_bytes_alike(tmp_path: Path) -> None:
    quarters().save(tmp_path / "a.png")
    from_file = decode(ImageFile(str(tmp_path / "a.png")))
    from_bytes = decode(ImageFile("a.png", (tmp_path / "a.png").read_bytes()))
    assert corners(from_file) == [RED, GREEN, BLUE, WHITE]
    assert (from_file == from_bytes).all()
    assert from_file.shape == (40, 60, 3)
    assert from_file.dtype == np.uint8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_set_upright(orientation: int) -> None:
    """How each orientation stores a picture is worked out from the standard's own words."""
    # "0th row is at the visual ...; 0th column is at the visual ..."
    ways: dict[int, Callable[[Pixels], Pixels]] = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: a[:, ::-1].swapaxes(0, 1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: a[::-1].swapaxes(0, 1),
    }
    upright = np.asarray(quarters())
    exif = Image.Exif()
    exif[274] = orientation
    turned = Image.fromarray(np.ascontiguousarray(ways[orientation](upright)))
    image = held(turned, exif=exif)
    assert (decode(image) == upright).all()
    assert image.data is not None
    assert (np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(image.data)))) == upright).all()


def test_damaged_exif_leaves_a_picture_as_it_is() -> None:
    data = held(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffrubbish").data
    assert decode(ImageFile("a.jpg", data)).shape == (40, 60, 3)


def test_grey_becomes_rgb() -> None:
    pixels = decode(held(Image.new("L", (20, 20), 77)))
    assert pixels.shape == (20, 20, 3)
    assert (pixels == 77).all()


@pytest.mark.parametrize(("form", "kind"), [("PNG", np.uint16), ("TIFF", np.uint16), ("TIFF", np.int32)])
def test_sixteen_bits_are_scaled_and_not_clipped(form: str, kind: type) -> None:
    ramp: NDArray[Any] = (
        np.repeat(np.array([0, 257, 128 * 257, 65535], np.int64), 20)[None].repeat(20, 0).astype(kind)
    )
    pixels = decode(held(Image.fromarray(ramp), form))
    assert pixels[0, ::20, 0].tolist() == [0, 1, 128, 255]


def test_big_endian_sixteen_bits_are_scaled_too() -> None:
    grey = np.full((20, 20), 100 * 257, ">u2")
    assert (decode(held(Image.fromarray(grey), "TIFF")) == 100).all()


def test_cmyk_keeps_its_colours() -> None:
    for colour in (RED, GREEN, BLUE, WHITE):
        pixels = decode(held(Image.new("RGB", (32, 32), colour).convert("CMYK"), "JPEG", quality=100))
        assert np.abs(pixels.astype(int) - colour).max() <= 3


def test_palette_with_a_transparent_colour_lies_on_white() -> None:
    picture = Image.new("P", (20, 20), 0)
    picture.putpalette([*RED, *BLUE])
    picture.paste(1, (0, 0, 10, 20))
    pixels = decode(held(picture, transparency=0))
    assert tuple(pixels[10, 5]) == BLUE
    assert tuple(pixels[10, 15]) == WHITE


@pytest.mark.parametrize(("alpha", "seen"), [(0, WHITE), (255, RED), (51, (255, 204, 204))])
def test_transparency_lets_white_through(alpha: int, seen: tuple[int, ...]) -> None:
    assert (decode(held(Image.new("RGBA", (20, 20), (*RED, alpha)))) == seen).all()


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken(form: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
    image = held(frames[0], form, save_all=True, append_images=frames[1:], lossless=True)
    assert (decode(image) == RED).all()


def test_a_large_picture_is_shrunk_to_its_longer_side() -> None:
    pixels = decode(held(quarters(400, 600), "JPEG", quality=95), max_side=150)
    assert pixels.shape == (100, 150, 3)
    for seen, true in zip(corners(pixels), (RED, GREEN, BLUE, WHITE), strict=True):
        assert np.abs(np.subtract(seen, true)).max() <= 4


def test_a_small_picture_is_not_enlarged() -> None:
    assert decode(held(quarters()), max_side=1024).shape == (40, 60, 3)


@pytest.mark.parametrize("side", [8_000, 11_000, 14_000, 60_000])
def test_a_huge_picture_is_refused_before_it_is_decoded(side: int) -> None:
    """Under, at and over Pillow's own limits, and whatever the caller does with warnings."""
    for action in ("error", "ignore"):
        with warnings.catch_warnings():
            warnings.simplefilter(action)
            assert reason(ImageFile("bomb.png", huge_png(side, side))) == "picture_too_large"


def test_a_limit_on_pixels_is_kept_to_the_pixel() -> None:
    assert decode(held(quarters()), max_pixels=2400).shape == (40, 60, 3)
    assert reason(held(quarters()), max_pixels=2399) == "picture_too_large"


@pytest.mark.parametrize(
    ("size", "limits"), [((1, 1), {}), ((15, 900), {}), ((100, 2000), {"max_side": 300})]
)
def test_a_sliver_is_refused(size: tuple[int, int], limits: dict[str, int]) -> None:
    assert reason(held(Image.new("RGB", size)), **limits) == "picture_too_small"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_a_picture_cut_off_anywhere_is_refused(form: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = held(Image.fromarray(noise), form).data
    assert data is not None
    for kept in (0, 5, 20, 200, len(data) // 2, len(data) * 4 // 5):
        assert reason(ImageFile("cut", data[:kept])) in ("truncated_picture", "not_a_picture")
    assert reason(ImageFile("cut", data[: len(data) // 2])) == "truncated_picture" or form in ("WEBP", "TIFF")


def test_a_text_file_named_jpg_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_text("this is no picture")
    assert reason(ImageFile(str(file))) == "not_a_picture"


def test_a_program_that_calls_itself_a_picture_is_not_run(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n%%EndComments\nshowpage\n")
    assert reason(ImageFile(str(file))) == "not_a_picture"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert reason(ImageFile(str(tmp_path / "a.jpg"))) == "missing_picture"
    assert reason(ImageFile(str(tmp_path))) == "missing_picture"


def test_a_picture_error_is_a_data_error() -> None:
    with pytest.raises(DataError, match="none of JPEG"):
        decode(ImageFile("a.jpg", b""))


def test_jpegs_are_written_without_chroma_subsampling_and_the_same_each_time() -> None:
    pixels = np.asarray(quarters())
    data = encode(pixels)
    with Image.open(io.BytesIO(data)) as picture:
        sampling = [(layer[1], layer[2]) for layer in picture.layer]  # type: ignore[attr-defined]
    assert sampling == [(1, 1), (1, 1), (1, 1)]
    assert data == encode(pixels.copy())
    assert np.abs(decode(ImageFile("a.jpg", data)).astype(int) - pixels).mean() < 1


def test_a_jpeg_with_a_patch_is_that_of_the_picture_with_the_patch_on_it() -> None:
    pixels = noisy(40, 60, 1)
    part = Patch(left=20, top=7, pixels=noisy(9, 30, 2), mask=np.ones((9, 30), bool))
    for patch in (part, Patch.whole(noisy(40, 60, 3))):
        assert encode(pixels, patch) == encode(patch.onto(pixels))
    assert (pixels == noisy(40, 60, 1)).all()


def noisy(height: int, width: int, seed: int) -> Pixels:
    """A slope with grain, no two alike."""
    grain = np.random.default_rng(seed).integers(0, 9, (height, width, 3))
    return (grain + np.linspace(0, 240, width)[:, None]).astype(np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (64, 64), (50, 200), (3, 2000)])
def test_every_decoder_reads_the_pixels_of_a_png(shape: tuple[int, int]) -> None:
    pixels = noisy(*shape, seed=0)
    data = encode_png(pixels)
    assert (np.asarray(Image.open(io.BytesIO(data))) == pixels).all()
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert read is not None
    assert np.array_equal(read, pixels)
    assert (decode(ImageFile("a.png", data), min_side=1, max_side=4000) == pixels).all()


@pytest.mark.parametrize("size", [(1, 1), (5, 9), (30, 64), (64, 64)])
def test_a_patch_is_written_as_if_the_picture_had_been_so_before(size: tuple[int, int]) -> None:
    pixels = noisy(64, 64, seed=1)
    for top, left in ((0, 0), (64 - size[0], 64 - size[1]), ((64 - size[0]) // 3, (64 - size[1]) // 2)):
        patch = Patch(left=left, top=top, pixels=noisy(*size, seed=2), mask=np.ones(size, bool))
        assert encode_png(pixels, patch) == encode_png(patch.onto(pixels))


def test_pngs_of_a_group_share_the_bytes_of_the_rows_that_are_the_same() -> None:
    pixels = noisy(64, 64, seed=3)
    patch = Patch(left=10, top=30, pixels=noisy(4, 8, seed=4), mask=np.ones((4, 8), bool))
    before, after = encode_png(pixels), encode_png(pixels, patch)
    upper = next(
        place for place, pair in enumerate(zip(before[60:], after[60:], strict=False)) if len({*pair}) > 1
    )
    assert upper > len(before) // 3
    assert before[-len(before) // 3 : -30] == after[-len(before) // 3 : -30]


def test_a_mask_is_the_outline_at_the_size_of_the_picture() -> None:
    drawn = np.zeros((40, 60), np.uint8)
    drawn[10:20, 30:60] = 1
    counts = run_lengths.encode(np.asfortranarray(drawn))["counts"]
    region = Region(label="cup", box=(0.5, 0.25, 1, 0.5), outline=RunLengths(40, 60, counts))
    assert (region_mask(region, 40, 60) == drawn).all()
    assert (region_mask(region, 20, 30) == cv2.resize(drawn, (30, 20), interpolation=cv2.INTER_AREA)).all()
    assert region_mask(region, 40, 60).flags.c_contiguous


def test_a_region_without_an_outline_is_its_box() -> None:
    mask = region_mask(Region(label="cup", box=(0.5, 0.25, 1, 0.5)), 40, 60)
    assert mask.sum() == 10 * 30
    assert mask[10:20, 30:60].all()
