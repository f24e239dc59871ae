"""Pictures in and out: files to upright RGB pixels and back, and regions at their size."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from counterfoil.errors import DataError
from counterfoil.records import Box, ImageFile, Mask, Patch, Pixels, Region, RunLengths, Same

Fault = Literal[
    "missing_picture", "not_a_picture", "truncated_picture", "picture_too_large", "picture_too_small"
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
"""Why a picture cannot be had."""

# others run programs (EPS), need more than a file, or are no photos
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
_SMOOTH = ("L", "RGB", "CMYK", "RGBA", "LA")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by its EXIF orientation (tag 274)."""


_STRIP = 2048
"""So many bytes of a PNG's rows at most, or one row, are packed by themselves: worth a table of codes."""


class PictureError(DataError):
    """A picture that cannot be had; `reason` says why in a word."""

    def __init__(self, reason: Fault, message: str) -> None:
        super().__init__(message)
        self.reason: Fault = reason


def decode(
    image: ImageFile, max_pixels: int = 50_000_000, max_side: int = 1024, min_side: int = 16
) -> Pixels:
    """Read a picture: upright (EXIF), RGB, its longer side at most `max_side`.

    Of an animation the first frame; transparent parts on white; 16 bits scaled to 8. The size is
    checked before anything is decoded.

    Raises:
        PictureError: the file is missing, is no picture, is cut off, has more than `max_pixels`, or
            its shorter side would have less than `min_side`.
    """
    # what a damaged file makes Pillow warn of, it then refuses or reads: the caller's filters decide nothing
    with warnings.catch_warnings(action="ignore"), _open(image) as picture:
        _check_size(image, picture, max_pixels, max_side, min_side)
        try:
            return np.asarray(_upright(picture, max_side))
        except Exception as error:  # each of Pillow's formats has its own errors for damaged data
            raise PictureError("truncated_picture", f"{image.path}: {error}") from error


def encode(pixels: Pixels, patch: Patch | None = None, quality: int = 95) -> bytes:
    """Write a picture, or what a patch makes of it, as JPEG without chroma subsampling: all of them alike."""
    flags = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    _, data = cv2.imencode(".jpg", _as_bgr(pixels, patch), flags)
    return data.tobytes()


def _as_bgr(pixels: Pixels, patch: Patch | None) -> NDArray[Any]:
    """The picture, with a patch painted on it, as OpenCV writes it."""
    if patch is not None and patch.pixels.shape == pixels.shape:
        return cv2.cvtColor(patch.pixels, cv2.COLOR_RGB2BGR)
    canvas = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    if patch is not None:
        canvas[patch.window()] = cv2.cvtColor(patch.pixels, cv2.COLOR_RGB2BGR)
    return canvas


def encode_bmp(pixels: Pixels) -> bytes:
    """Write a picture as BMP, which costs next to nothing: to hand it on, not to keep it."""
    return cv2.imencode(".bmp", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()


def encode_png(pixels: Pixels, patch: Patch | None = None) -> bytes:
    """Write a picture, or what a patch makes of it, as PNG: without loss.

    Strips of rows are packed each by itself, so that only those that a patch changes are packed again, and
    the others are the same bytes in every picture of a group, which a dataset stores but once. Coded for
    speed, as grain hardly packs any better.
    """
    height, width, _ = pixels.shape
    strips = _packed(Same(pixels))
    if patch is not None:
        now = zip(strips, _strips(patch.onto(pixels)), strict=True)
        strips = [strip if rows == strip[0] else (rows, _pack(rows)) for strip, rows in now]
    # what ends the last strip is an empty block, and the sum of what was packed
    total = zlib.adler32(b"".join(rows for rows, _ in strips))
    data = b"".join((b"\x78\x01", *(packed for _, packed in strips), b"\x03\x00", total.to_bytes(4)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, told) for name, told in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return b"".join((len(data).to_bytes(4), name, data, zlib.crc32(data, zlib.crc32(name)).to_bytes(4)))


@lru_cache(1)
def _packed(same: Same) -> list[tuple[bytes, bytes]]:
    """The strips of a picture, each with what it is packed to."""
    return [(rows, _pack(rows)) for rows in _strips(same.value)]


def _strips(pixels: Pixels) -> Iterator[bytes]:
    """Rows as PNG filters them, some at a time: a byte that says "from the left", and all differences."""
    height, width, bands = pixels.shape
    rows = np.empty((height, 1 + width * bands), np.uint8)
    rows[:, 0] = 1
    flat = pixels.reshape(height, width * bands)
    rows[:, 1 : 1 + bands] = flat[:, :bands]
    np.subtract(flat[:, bands:], flat[:, :-bands], out=rows[:, 1 + bands :])
    step = max(_STRIP // rows.shape[1], 1)
    return (rows[start : start + step].tobytes() for start in range(0, height, step))


def _pack(rows: bytes) -> bytes:
    """Deflated up to a whole byte, so that strips can stand after one another."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, 6, zlib.Z_HUFFMAN_ONLY)
    return packer.compress(rows) + packer.flush(zlib.Z_SYNC_FLUSH)


@lru_cache(128)
def region_mask(region: Region, height: int, width: int) -> Mask:
    """The mask of a region at a picture's size, read-only; its box, filled, where no outline is known.

    Those of the last few pictures are kept: every stage asks for the same few again.
    """
    outline = region.outline
    if outline is None:
        mask = _filled(region.box, height, width)
    elif (outline.height, outline.width) == (height, width):
        mask = _drawn(outline)
    else:
        whole = region_mask(region, outline.height, outline.width).view(np.uint8)
        mask = np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
    mask.flags.writeable = False
    return mask.view(np.bool_)


def expand(counts: bytes) -> NDArray[np.int64]:
    """COCO's compressed run lengths as numbers: pixels outside, inside, outside ..., column by column.

    A character less 48 has six bits: five of the number, least first, and one that says that more
    follow; the last five are signed. From the fourth on, a number is told as its difference from
    the one two before it. Ours, because pycocotools trusts damaged counts, and takes thrice as long
    to draw them.

    Raises:
        ValueError: the counts are damaged.
    """
    numbers: list[int] = []
    number = shift = 0
    for character in counts:
        code = character - 48
        if not 0 <= code < 64 or shift > 30:
            raise ValueError("compressed run lengths are damaged")
        number |= (code & 31) << shift
        shift += 5
        if code & 32:
            continue
        if code & 16:
            number -= 1 << shift
        numbers.append(number + numbers[-2] if len(numbers) > 2 else number)
        number = shift = 0
    if shift or not numbers:
        raise ValueError("compressed run lengths are damaged")
    return np.array(numbers, np.int64)


def to_pixels(box: Box, height: int, width: int) -> tuple[int, int, int, int]:
    """A box in whole pixels (left, top, right, bottom), at least one pixel large, inside the picture."""
    left = min(max(round(box[0] * width), 0), width - 1)
    top = min(max(round(box[1] * height), 0), height - 1)
    right = min(max(round(box[2] * width), left + 1), width)
    bottom = min(max(round(box[3] * height), top + 1), height)
    return left, top, right, bottom


def _filled(box: Box, height: int, width: int) -> NDArray[np.uint8]:
    """A box's mask, 1 inside."""
    mask = np.zeros((height, width), np.uint8)
    left, top, right, bottom = to_pixels(box, height, width)
    mask[top:bottom, left:right] = 1
    return mask


def _drawn(outline: RunLengths) -> NDArray[np.uint8]:
    """An outline's mask, 1 inside, row by row like all pictures."""
    runs = expand(outline.counts)
    inside = (np.arange(len(runs)) & 1).astype(np.uint8)
    columns = np.repeat(inside, runs).reshape(outline.width, outline.height)
    return np.asarray(cv2.transpose(columns), np.uint8)


def _open(image: ImageFile) -> Image.Image:
    try:
        return Image.open(image.path if image.data is None else io.BytesIO(image.data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise PictureError("not_a_picture", f"{image.path} is none of {', '.join(_FORMATS)}") from error
    except Image.DecompressionBombError as error:
        raise PictureError("picture_too_large", f"{image.path}: {error}") from error
    except OSError as error:
        reason: Fault = "missing_picture" if error.errno else "truncated_picture"
        raise PictureError(reason, f"{image.path}: {error.strerror or error}") from error
    except Exception as error:  # each of Pillow's formats has its own errors for damaged headers
        raise PictureError("truncated_picture", f"{image.path}: {error}") from error


def _check_size(
    image: ImageFile, picture: Image.Image, max_pixels: int, max_side: int, min_side: int
) -> None:
    size = f"{image.path}: {picture.width} x {picture.height}"
    if picture.width * picture.height > max_pixels:
        raise PictureError("picture_too_large", f"{size} is over {max_pixels:,} pixels")
    shorter, longer = sorted(picture.size)
    if shorter * min(1.0, max_side / longer) < min_side:
        raise PictureError(
            "picture_too_small", f"{size}, its longer side at most {max_side}, is under {min_side} pixels"
        )


def _upright(picture: Image.Image, max_side: int) -> Image.Image:
    """Decode, shrink, turn and colour. Shrunk first: JPEG then decodes at a fraction of the work."""
    whole = picture if picture.mode in _SMOOTH and not _has_holes(picture) else _plain(picture)
    whole.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    turn = _TURNS.get(_orientation(picture))
    whole = whole if turn is None else whole.transpose(turn)
    if whole.mode in ("RGBA", "LA"):
        return _on_white(whole)
    return whole if whole.mode == "RGB" else whole.convert("RGB")


def _has_holes(picture: Image.Image) -> bool:
    """Whether one of the picture's colours, rather than a band, is transparent."""
    return "transparency" in picture.info


def _plain(picture: Image.Image) -> Image.Image:
    """Eight bits a band and no palette, so that pixels can be averaged."""
    if picture.mode.startswith("I") or picture.mode == "F":
        white = 1.0 if picture.mode == "F" else 65535.0
        grey = np.asarray(picture).astype(np.float32) * (255 / white)
        return Image.fromarray(np.rint(grey.clip(0, 255)).astype(np.uint8))
    holes = _has_holes(picture) or picture.mode in ("PA", "La", "RGBa")
    return picture.convert("RGBA" if holes else "RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("RGB")


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(274, 1))
    except Exception:  # damaged EXIF says nothing: the picture itself is sound
        return 1
