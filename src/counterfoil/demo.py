"""The demo's photos: real ones that come inside scikit-image's wheel, annotated in COCO's format.

A folder's name goes in; out comes that folder, which a COCO source reads: images/ holds copies of the
photos, annotations/ their captions and outlines. Nothing is downloaded, and scikit-image not imported.
examples/photos/README.md says what is on the photos, whose they are, and how they were annotated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from counterfoil.errors import DataError

ANNOTATIONS = ("captions_demo.json", "instances_demo.json")
_INSTALL = "install the demo's photos with: pip install 'counterfoil[demo]'"


def demo_source(folder: Path) -> Path:
    """Write the photos and their annotations as COCO lies on disk, over what is there of them.

    Returns:
        The folder, for a COCO source to read.

    Raises:
        DataError: scikit-image is not installed, has no such photos, or the folder cannot be written.
    """
    files = list(_files())
    try:
        for name, data in files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise DataError(f"{error.filename}: {error.strerror}. Choose another folder") from error
    return folder


def annotated_photos() -> list[dict[str, Any]]:
    """What the annotations say of each photo: file name, size, licence, and the hash of its bytes."""
    photos: list[dict[str, Any]] = json.loads((_annotations() / ANNOTATIONS[0]).read_bytes())["images"]
    return photos


def _files() -> Iterator[tuple[str, bytes]]:
    """Everything of the demo: its name in the folder, and its bytes."""
    pictures = _pictures()
    for photo in annotated_photos():
        yield f"images/{photo['file_name']}", _picture(pictures / photo["file_name"], photo["sha256"])
    for name in ANNOTATIONS:
        yield f"annotations/{name}", (_annotations() / name).read_bytes()


def _annotations() -> Path:
    """Where the annotations lie: in the installed package, or in the checkout that it runs from."""
    installed = Path(__file__).parent / "examples"
    checkout = Path(__file__).parents[2] / "examples" / "photos" / "annotations"
    return installed if installed.is_dir() else checkout


def _pictures() -> Path:
    """The folder in which scikit-image keeps its photos; found without importing it."""
    package = find_spec("skimage")
    if package is None or package.origin is None:
        raise DataError(f"scikit-image is not installed: {_INSTALL}")
    return Path(package.origin).parent / "data"


def _picture(path: Path, digest: str) -> bytes:
    """A photo's bytes. Outlines fit one picture only, so another one of that name is refused."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}. To mend scikit-image, {_INSTALL}") from error
    if sha256(data).hexdigest() != digest:
        raise DataError(f"{path} is not the photo that was annotated. To mend scikit-image, {_INSTALL}")
    return data
