"""WebDataset tars: one sample a group, so that no shuffle or split can part a group.

000000017.jpg              the original picture
000000017.txt              its first caption
000000017.json             key, first caption, captions, licence, and the foils, as in the dataset's columns
000000017.negative-2.jpg   the picture of its third foil; a text-only foil has none
"""

from __future__ import annotations

import io
import itertools
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.export.export import PER_FOLDER, groups, scores, tell, two_way
from counterfoil.shards import Row, whole_folder


@dataclass(frozen=True, kw_only=True)
class WebDataset:
    """Tars of at most `per_tar` groups, named 00000.tar and on."""

    per_tar: int = PER_FOLDER

    def write(self, dataset: Path, out: Path) -> int:
        """See `Export`: a record is a group; text-only foils are in its JSON."""
        num_groups = num_foils = 0
        with whole_folder(out) as folder:
            for shard, block in itertools.groupby(groups(dataset), lambda pair: pair[0] // self.per_tar):
                with tarfile.open(folder / f"{shard:05}.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
                    for number, row in block:
                        for suffix, data in _members(row):
                            _add(tar, f"{number:09}.{suffix}", data)
                        num_groups += 1
                        num_foils += len(row["foils"] or [])
        tell(out, f"{num_groups:,} groups with {num_foils:,} foils")
        return num_groups


def _members(row: Row) -> Iterator[tuple[str, bytes]]:
    captions = row["captions"] or [""]
    yield "jpg", row["image"]["bytes"]
    yield "txt", captions[0].encode()
    yield "json", json.dumps(_described(row)).encode()
    for place, foil in two_way(row):
        yield _negative(place), foil["negative_image"]["bytes"]


def _described(row: Row) -> dict[str, Any]:
    foils = [
        foil
        | {"scores": scores(foil), "negative_image": _negative(place) if foil["negative_image"] else None}
        for place, foil in enumerate(row["foils"] or [])
    ]
    captions = row["captions"] or []
    first = captions[0] if captions else ""
    return {
        "key": row["key"],
        "caption": first,
        "captions": captions,
        "licence": row["licence"],
        "foils": foils,
    }


def _negative(place: int) -> str:
    return f"negative-{place}.jpg"


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)  # its date and owner are zero: the same dataset gives the same bytes
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))
