"""WebDataset: tar files in which the members KEY.jpg, KEY.txt and KEY.json are one sample."""

from __future__ import annotations

import itertools
import json
import math
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from counterfoil.errors import DataError
from counterfoil.records import Rejected, Sample
from counterfoil.sources.admit import Found, admit, as_list, refuse
from counterfoil.sources.files import PICTURES
from counterfoil.storage import place

MAX_MEMBER = 1 << 28
"""Bytes of a member of a tar; what is larger is no photo and no caption."""

MAX_TARS = 1_000_000
"""Tars that a pattern may stand for."""

_NUMBERS = r"\{(\d{1,9})\.\.(\d{1,9})\}"

TARS = (".tar", ".tar.gz", ".tgz")


class _Member(NamedTuple):
    key: str
    suffix: str
    name: str
    data: bytes | None


@dataclass(frozen=True, kw_only=True)
class WebDataset:
    """Tars read from start to end, nothing written to disk: members of a key follow each other.

    Captions are those of KEY.json ("captions" or "caption"), else the lines of KEY.txt; the licence
    is that of KEY.json ("licence" or "license").

    Args:
        path: a tar, a folder of tars, or a pattern such as "cc3m-{00000..00331}.tar"; of this machine, or of
            an object store ("s3://bucket/tars").
    """

    path: str

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples, in the order of the tars.

        Raises:
            DataError: there is no tar, or one is damaged or cut off.
        """
        yield from admit(itertools.chain.from_iterable(_found(tar) for tar in self._tars()))

    def _tars(self) -> list[Path]:
        path = place(self.path)
        if path.is_dir():
            tars = sorted(file for file in path.iterdir() if file.name.endswith(TARS))
        else:
            tars = [place(name) for name in expand(self.path)]
        if missing := [tar for tar in tars if not tar.is_file()]:
            raise DataError(f"{missing[0]} is not there ({len(missing)} of {len(tars)} tars are not)")
        if not tars:
            raise DataError(f"{path} holds no tar: name a tar, a folder of tars, or a-{{000..010}}.tar")
        return tars


def expand(pattern: str) -> list[str]:
    """The names that a pattern with braces stands for.

    Example:
        >>> expand("a-{08..10}.tar")
        ['a-08.tar', 'a-09.tar', 'a-10.tar']
    """
    braces = re.search(_NUMBERS, pattern)
    if braces is None:
        return [pattern]
    if math.prod(int(last) - int(first) + 1 for first, last in re.findall(_NUMBERS, pattern)) > MAX_TARS:
        raise DataError(f"{pattern} stands for more than {MAX_TARS:,} tars")
    first, last = braces.groups()
    head, tail = pattern[: braces.start()], pattern[braces.end() :]
    numbers = (str(n).zfill(len(first)) for n in range(int(first), int(last) + 1))
    return [name for number in numbers for name in expand(f"{head}{number}{tail}")]


def _found(tar: Path) -> Iterator[Found | Rejected]:
    for key, members in itertools.groupby(_members(tar), key=lambda member: member.key):
        yield _one(key, tar, {member.suffix: member for member in members})


def _one(key: str, tar: Path, members: dict[str, _Member]) -> Found | Rejected:
    picture = next((member for suffix, member in members.items() if suffix in PICTURES), None)
    if picture is None:
        return refuse(key, "missing_picture", f"{tar.name} has {', '.join(members)} of {key}, but no picture")
    if picture.data is None:
        return refuse(key, "picture_too_large", f"{picture.name} in {tar.name} is over {MAX_MEMBER:,} bytes")
    try:
        facts = json.loads(_text(members, ".json") or "{}")
        if not isinstance(facts, dict):
            return refuse(key, "bad_text", f"{key}.json in {tar.name} is no JSON object")
        captions = as_list(facts.get("captions", facts.get("caption"))) if _says(facts) else []
        lines = captions or _text(members, ".txt").splitlines()
    except (ValueError, RecursionError) as error:
        return refuse(key, "bad_text", f"{key} in {tar.name}: {error}")
    licence = facts.get("licence", facts.get("license"))
    return Found(picture.name, lines, tar, picture.data, key, licence if isinstance(licence, str) else "")


def _says(facts: dict[str, Any]) -> bool:
    return bool(facts.get("captions") or facts.get("caption"))


def _text(members: dict[str, _Member], suffix: str) -> str:
    member = members.get(suffix)
    return (member.data or b"").decode("utf-8-sig") if member else ""


def _members(tar: Path) -> Iterator[_Member]:
    """The files in a tar with their bytes; bytes are None where there are too many."""
    at = "its start"
    try:
        with tar.open("rb") as file, tarfile.open(fileobj=file, mode="r|*") as stream:
            while (info := stream.next()) is not None:
                stream.members.clear()  # type: ignore[attr-defined]  # or it remembers all it saw
                if info.isfile():
                    yield _member(info, stream.extractfile(info))
                    at = info.name
            if tar.suffix == ".tar" and file.seek(0, SEEK_END) % 512:
                raise tarfile.ReadError("the file ends within a block")
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise DataError(f"{tar}, after {at}: {error}. The tar is damaged or cut off: get it again") from error


def _member(info: tarfile.TarInfo, content: IO[bytes] | None) -> _Member:
    name = PurePosixPath(info.name)
    stem, dot, suffix = name.name.partition(".")
    small = content is not None and info.size <= MAX_MEMBER
    data = content.read() if content is not None and small else None
    return _Member(str(name.parent / stem), (dot + suffix).lower(), info.name, data)
