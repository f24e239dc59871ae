"""Where the files of benchmarks lie: found under one folder, never downloaded."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from counterfoil.errors import DataError
from counterfoil.evaluate.pictures import Cropped, Stored
from counterfoil.records import ImageFile

_COCO_2014 = re.compile(r"COCO_(?:train|val)2014_(?=\d{12}\.jpg$)")


@dataclass(frozen=True)
class Origin:
    """Where a benchmark comes from.

    Args:
        source: paper or URL.
        licence: of its files; what has to be accepted before they are had.
        get: the command that gets them, with {data} for the folder of data.
    """

    source: str
    licence: str
    get: str


@dataclass(frozen=True)
class Data:
    """The folder that `--data` names. Files are found by their names, wherever they lie in it.

    Of several with one name, the one in the folder of the benchmark's own name is taken.
    """

    root: Path | None = None

    def file(self, benchmark: str, name: str, origin: Origin) -> Path:
        """A file of a benchmark.

        Args:
            benchmark: its name.
            name: the file's, or its last few folders with it ("filtered/swap.json").
            origin: what to tell those who lack it.

        Raises:
            DataError: it is not there, or several are.
        """
        found = self.find(benchmark, name)
        if found is None:
            where = f"under {self.root}" if self.root else "anywhere: name a folder with --data"
            get = origin.get.format(data=self.root or "DATA")
            raise DataError(
                f"{benchmark} needs {name}, which is not {where}. Get it: {get} (licence: {origin.licence})"
            )
        return found

    def find(self, benchmark: str, name: str) -> Path | None:
        """The same, or None where it is not there.

        Raises:
            DataError: several are.
        """
        ending = "/" + name.lstrip("/")
        paths = [path for path in self._paths.get(Path(name).name, []) if f"/{path}".endswith(ending)]
        own = [path for path in paths if benchmark in Path(path).parts] or paths
        if len(own) > 1:
            raise DataError(
                f"{benchmark}: {name} is there several times, as {own[0]} and {own[1]} under {self.root}: "
                f"keep the right one in a folder called {benchmark}"
            )
        return Path(self.root or "", own[0]) if own else None

    def parquet(self, benchmark: str, within: str = "") -> list[Path]:
        """The Parquet or Arrow files in a benchmark's own folder whose path has `within` in it, in order."""
        names = [name for name in self._paths if name.endswith((".parquet", ".arrow"))]
        paths = sorted(path for name in names for path in self._paths[name])
        return [
            Path(self.root or "", path) for path in paths if benchmark in Path(path).parts and within in path
        ]

    def picture(self, benchmark: str, name: str) -> Stored:
        """A picture of a benchmark, there or not: scorers that look tell which are missing.

        A photo of COCO 2014 is found under its name of 2017 too: the photos are the same. Some records
        name pictures by URLs, or without the ending. Where the folders that a record names are not there,
        the name alone will do in the benchmark's own folder, or where it is long enough to be no other's.

        Raises:
            DataError: what a record has for a name is no text.
        """
        if not isinstance(name, str):
            raise DataError(f"{benchmark}: a record has {str(name)[:80]} for a picture, which is no name")
        *folders, bare = PurePosixPath(name).parts or ("",)
        told = ["/".join((*folders[first:], bare)) for first in range(len(folders) or 1)]
        for known in (*told, bare, _COCO_2014.sub("", bare)):
            for ending in ("", ".jpg", ".png", ".jpeg"):
                found = self.find(benchmark, known + ending)
                if found and (known in told or _tells(bare) or benchmark in found.parts):
                    return Stored(ImageFile(str(found)))
        return Stored(ImageFile(str(Path(self.root or "", benchmark, bare))))

    def part(self, benchmark: str, name: str, box: Sequence[Any]) -> Cropped:
        """What is within a box of a picture.

        Args:
            benchmark: as for `picture`.
            name: the whole picture's.
            box: left, top, width and height in pixels, as numbers or as their digits.

        Raises:
            DataError: they are not.
        """
        try:
            left, top, width, height = (int(float(side)) for side in box)
        except (TypeError, ValueError, OverflowError) as error:
            raise DataError(f"{benchmark}: the box {box!r} of {name} is no four numbers") from error
        return Cropped(of=self.picture(benchmark, name), left=left, top=top, width=width, height=height)

    @cached_property
    def _paths(self) -> Mapping[str, list[str]]:
        """Paths under the root by the names of their files, in order."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self._files()):
            found[Path(path).name].append(path)
        return found

    def _files(self) -> Iterator[str]:
        if self.root is None:
            return
        if not self.root.is_dir():
            raise DataError(f"--data {self.root} is no folder")
        seen: set[str] = set()
        for folder, folders, names in os.walk(self.root, followlinks=True):
            real = os.path.realpath(folder)
            if real in seen:  # a link to a folder around itself
                folders.clear()
                continue
            seen.add(real)
            yield from (os.path.relpath(Path(folder, name), self.root) for name in names)


def _tells(name: str) -> bool:
    """Whether a picture's name is nobody else's; "1.jpg" may be anybody's."""
    return len(PurePosixPath(name).stem) >= 6


NO_DATA = Data()
"""For benchmarks that need no files."""
