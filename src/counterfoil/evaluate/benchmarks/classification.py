"""Zero-shot classification of the pictures in a folder of classes: FOLDER/CLASS/PICTURE.jpg."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.class_names import class_names, read_lines
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.verdicts import Top
from counterfoil.records import ImageFile

ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm"))
ORIGIN = Origin(
    source="a folder of classes",
    licence="the pictures'",
    get="a folder for each class, with its pictures in it: {data}/classification/CLASS/PICTURE.jpg",
)


@dataclass(frozen=True, kw_only=True)
class Classification:
    """Top-1 and, of more than five classes, top-5. Two classes of one name are always a tie.

    Args:
        name: of the benchmark, and of its own folder under that of data, where what follows is found.
        folder: of the classes' folders.
        classes: the file of the classes' names (see `class_names`); "" for the folders' names, with spaces
            for underscores.
        templates: what a name is put into.
        template_file: one a line, in place of `templates`; "" for none.
        origin: of the pictures.
    """

    name: str = "classification"
    folder: str = ""
    classes: str = ""
    templates: tuple[str, ...] = ("a photo of a {}.",)
    template_file: str = ""
    origin: Origin = ORIGIN

    def open(self, data: Data) -> Benchmark:
        """All pictures, class by class.

        Raises:
            DataError: no folder of classes, a class without a name, or a template without {}.
        """
        home = Path(data.root or "", self.name)
        folders = self._folders(home, data)
        keys = [folder.name for folder in folders]
        names = (
            class_names(home / self.classes, keys)
            if self.classes
            else [key.replace("_", " ") for key in keys]
        )
        templates = self._templates(home)
        ks = [k for k in Top().ks if k < len(folders)]
        return Benchmark(
            name=self.name,
            items=lambda: _items(folders, tuple(names), templates),
            verdict=Top(ks=ks),
            chance={f"top-{k}": k / len(folders) for k in ks},
            source=self.origin.source,
            licence=self.origin.licence,
            general=True,
        )

    def _folders(self, home: Path, data: Data) -> list[Path]:
        place = home / self.folder
        found = sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
        if len(found) < 2:
            get = self.origin.get.format(data=data.root or "DATA")
            raise DataError(
                f"{self.name}: {place} has {len(found)} folders of classes. Get it: {get} "
                f"(licence: {self.origin.licence})"
            )
        return found

    def _templates(self, home: Path) -> tuple[str, ...]:
        templates = tuple(read_lines(home / self.template_file)) if self.template_file else self.templates
        if not templates or any(template.count("{}") != 1 for template in templates):
            raise DataError(
                f"{self.name}: {templates} are no templates: each has one {{}} for the class's name"
            )
        return templates


def _items(folders: Sequence[Path], names: tuple[str, ...], templates: tuple[str, ...]) -> Iterator[Item]:
    for number, folder in enumerate(folders):
        owners = tuple(0 if place == number else -1 for place in range(len(folders)))
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in ENDINGS:
                yield Item(
                    key=f"{folder.name}/{path.name}",
                    pictures=(Stored(ImageFile(str(path))),),
                    texts=names,
                    owners=owners,
                    templates=templates,
                )
