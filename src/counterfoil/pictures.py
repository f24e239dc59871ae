"""Pictures in and out: files to upright RGB pixels and back, and regions at their size."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps
from pycocotools import mask as run_lengths

from counterfoil.errors import DataError
from counterfoil.records import Box, ImageFile, Mask, Pixels, Region


def decode(image: ImageFile, max_pixels: int = 50_000_000, max_side: int = 1024) -> Pixels:
    """Read a picture: upright (EXIF), RGB, its longer side at most `max_side`.

    Raises:
        DataError: the file is missing, is no picture, is cut off, or has more than `max_pixels`.
    """
    try:
        data = Path(image.path).read_bytes() if image.data is None else image.data
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > max_pixels:
                raise DataError(
                    f"{image.path}: {picture.width} x {picture.height} is over {max_pixels} pixels"
                )
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise DataError(f"{image.path}: {error}") from error
    upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    return np.asarray(upright)


def encode(pixels: Pixels, quality: int = 95) -> bytes:
    """Write a picture as JPEG without chroma subsampling: original and negative alike."""
    flags = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), flags)
    return data.tobytes()


def region_mask(region: Region, height: int, width: int) -> Mask:
    """The mask of a region at a picture's size; its box, filled, where no outline is known."""
    if region.outline is None:
        mask = np.zeros((height, width), bool)
        left, top, right, bottom = to_pixels(region.box, height, width)
        mask[top:bottom, left:right] = True
        return mask
    outline = region.outline
    mask = run_lengths.decode({"size": [outline.height, outline.width], "counts": outline.counts})
    if mask.shape != (height, width):
        mask = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    return mask.astype(bool)


def to_pixels(box: Box, height: int, width: int) -> tuple[int, int, int, int]:
    """A box in whole pixels (left, top, right, bottom), at least one pixel large, inside the picture."""
    left = min(max(round(box[0] * width), 0), width - 1)
    top = min(max(round(box[1] * height), 0), height - 1)
    right = min(max(round(box[2] * width), left + 1), width)
    bottom = min(max(round(box[3] * height), top + 1), height)
    return left, top, right, bottom
