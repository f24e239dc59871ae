"""Small pictures: encoded pictures in, files named by their content out, each made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image


class Thumbnail(NamedTuple):
    """A small picture's path under the report's folder, and its size in pixels."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Thumbnails:
    """Makes the small pictures of one report.

    Args:
        folder: the report's folder.
        side: longest side in pixels.
        quality: of the JPEG files; the same for original and negative.
        used: paths handed out so far.
    """

    folder: Path
    side: int = 448
    quality: int = 84
    used: set[str] = field(default_factory=set)

    def add(self, data: bytes | None) -> Thumbnail | None:
        """The small picture of an encoded one; None where there is none, or it cannot be read."""
        if data is None:
            return None
        name = blake2b(data, digest_size=12, salt=f"{self.side}/{self.quality}".encode()).hexdigest()
        path = f"pictures/{name[:2]}/{name[2:]}.jpg"
        size = _size(self.folder / path) or self._make(data, self.folder / path)
        if size is None:
            return None
        self.used.add(path)
        return Thumbnail(path, *size)

    def _make(self, data: bytes, path: Path) -> tuple[int, int] | None:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
        if picture is None:
            return None
        height, width = picture.shape[:2]
        shrunk = min(1.0, self.side / max(height, width))
        size = max(1, round(width * shrunk)), max(1, round(height * shrunk))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        _, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".tmp")
        draft.write_bytes(encoded.tobytes())
        draft.replace(path)
        return size


def _size(path: Path) -> tuple[int, int] | None:
    """Width and height of a picture that is there already, from its header."""
    try:
        with Image.open(path) as picture:
            return picture.size
    except FileNotFoundError:
        return None
