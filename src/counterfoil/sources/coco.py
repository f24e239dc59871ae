"""COCO: a file of captions, optionally one of instances, and a folder of pictures."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from counterfoil.errors import DataError
from counterfoil.records import Region, Rejected, Sample
from counterfoil.sources.admit import Found, admit, key_of, refuse
from counterfoil.sources.annotations import Annotations, Entry, read_annotations
from counterfoil.sources.files import picture_folder
from counterfoil.sources.regions import read_region


@dataclass(frozen=True, kw_only=True)
class Coco:
    """Captions and instances of one or several splits. Keys are file names without suffix.

    A region that is no region is rejected (key: the picture's, "#", the annotation's id) while its
    sample goes on without it.

    Args:
        path: a folder with annotations/captions_*.json (or the files in the folder itself), each with
            its instances_*.json where there is one; or a captions file.
        captions: a captions file, in place of what the folder has.
        instances: an instances file for it.
        images: the folder of the pictures; "" to look in images/, in the folder of the split's name
            (train2017/), and in the folder itself.
    """

    path: str = ""
    captions: str = ""
    instances: str = ""
    images: str = ""

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples, in the order of the caption files.

        Raises:
            DataError: there is no captions file, or one that cannot be read.
        """
        yield from admit(chain.from_iterable(self._split(*files) for files in self._files()))

    def _files(self) -> list[tuple[Path, Path | None]]:
        captions = self.captions or (self.path if Path(self.path).is_file() else "")
        if captions:
            return [(Path(captions), Path(self.instances) if self.instances else None)]
        folders = (Path(self.path, "annotations"), Path(self.path))
        found = next((files for f in folders if (files := sorted(f.glob("captions*.json")))), [])
        if not found:
            raise DataError(
                f"{self.path}: no annotations/captions_*.json in it. Name the folder above annotations/, "
                "or the files: captions=..., instances=..., images=..."
            )
        return [(file, Path(self.instances) if self.instances else _instances(file)) for file in found]

    def _split(self, captions: Path, instances: Path | None) -> Iterator[Found | Rejected]:
        words = read_annotations(captions)
        shapes = read_annotations(instances) if instances else Annotations()
        yield from words.faults
        yield from shapes.faults
        folders = [picture_folder(self.images, Path())] if self.images else _picture_folders(captions)
        licences = shapes.licences | words.licences
        for number, picture in (words.pictures | shapes.pictures).items():
            regions = yield from _regions(picture, shapes)
            yield Found(
                name=picture["file_name"],
                captions=[entry.get("caption") for entry in words.said.pop(number, [])],
                folder=_holding(folders, picture["file_name"]),
                licence=_licence(picture, licences),
                regions=regions,
            )
        yield from words.leftovers(captions)
        yield from shapes.leftovers(instances or captions)


def _regions(picture: Entry, shapes: Annotations) -> Generator[Rejected, None, tuple[Region, ...]]:
    """Yield the bad regions of a picture; return the good ones."""
    good: list[Region] = []
    for entry in shapes.said.pop(picture["id"], []):
        try:
            good.append(read_region(entry, shapes.labels, picture.get("height"), picture.get("width")))
        except ValueError as error:
            key = f"{key_of(picture['file_name'])}#{entry.get('id', '?')}"
            yield refuse(key, "bad_region", str(error), part=True)
    return tuple(good)


def _licence(picture: Entry, licences: dict[Any, str]) -> str:
    licence = picture.get("license", "")
    known = licences.get(licence, "") if isinstance(licence, int | str) else ""
    return known or (licence if isinstance(licence, str) else "")


def _instances(captions: Path) -> Path | None:
    file = captions.with_name(captions.name.replace("captions", "instances", 1))
    return file if file.is_file() else None


def _picture_folders(captions: Path) -> list[Path]:
    """Where the pictures of a captions file may be, in this order."""
    top = captions.parent.parent if captions.parent.name == "annotations" else captions.parent
    split = captions.stem.removeprefix("captions").strip("_")
    return [top / "images" / split, top / split, top / "images", top]


def _holding(folders: list[Path], name: str) -> Path:
    """The first folder that has the picture; where none has it, the last: the folder above all others."""
    for folder in folders:
        try:
            if (folder / name).is_file():
                return folder
        except (OSError, ValueError):  # no possible name: what admits pictures says so
            break
    return folders[-1]
