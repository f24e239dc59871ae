"""GNM's annotation: annotation.json, a list with one record for each negative picture; and its test set.

| field | holds |
|---|---|
| origin_name | file of the original picture |
| name | "image:item:short" |
| source | path of the original, relative to the annotation |
| item, short, desc | what the fact was; what it became, briefly and at length, where somebody said more |
| save | path of the negative picture |
| tag2text_caption | the true caption that the foil answers |
| original_captions | captions of the original |
| captions | captions of the negative picture |
| itm_score | one score a caption, where a matcher scored it (scores "itm.0", "itm.1" ...), else [] |
| iva_score | share of pixels changed, in percent (a score named "iva"), else null |

Source: the release beside "Enhancing Multimodal Compositional Reasoning of Visual Language Models
with Generative Negative Mining", WACV 2024, arXiv 2311.03964.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.export.export import PictureFiles, groups, scores, tell, two_way
from counterfoil.shards import Row, whole_folder

Records = Callable[[Row, int, PictureFiles], Iterator[dict[str, Any]]]
"""What stands in the list for a row, by its number."""

MOST = 4
"""Pictures of a group of the test set."""


@dataclass(frozen=True, kw_only=True)
class Gnm:
    """The annotation with the pictures beside it."""

    def write(self, dataset: Path, out: Path) -> int:
        """See `Export`: a record is a two-way foil; text-only foils have no place."""
        return _write(dataset, out, "annotation.json", _records, "variations")


@dataclass(frozen=True, kw_only=True)
class GnmTest:
    """The form of the test set: the original with up to three variations of one of its facts a group."""

    def write(self, dataset: Path, out: Path) -> int:
        """See `Export`: a record is a group; neither text-only foils nor a fourth variation have a place."""
        return _write(dataset, out, "test.json", _groups, "groups")


def _write(dataset: Path, out: Path, name: str, records: Records, what: str) -> int:
    written = text_only = 0
    with whole_folder(out) as folder, (folder / name).open("w", encoding="utf-8") as file:
        file.write("[")
        for number, row in groups(dataset):
            for record in records(row, number, PictureFiles(folder)):
                file.write(",\n" if written else "\n")
                file.write(json.dumps(record))
                written += 1
            text_only += len(row["foils"] or []) - len(two_way(row))
        file.write("\n]\n")
    tell(out, f"{written:,} {what}", f"{text_only:,} text-only foils" if text_only else "")
    return written


def _records(row: Row, number: int, pictures: PictureFiles) -> Iterator[dict[str, Any]]:
    names: Counter[str] = Counter()
    pictured = two_way(row)
    source = pictures.original(number, row) if pictured else ""
    for place, foil in pictured:
        name = f"{Path(source).stem}:{foil['before']}:{foil['after']}"
        names[name] += 1
        measured = scores(foil)
        captions = _captions(foil)
        yield {
            "origin_name": Path(source).name,
            "name": name if names[name] == 1 else f"{name}:{names[name]}",
            "source": source,
            "item": foil["before"],
            "short": foil["after"],
            "desc": foil.get("description") or foil["after"],
            "save": pictures.negative(number, place, foil),
            "tag2text_caption": foil["caption"],
            "original_captions": row["captions"] or [],
            "captions": captions,
            "itm_score": [measured[f"itm.{n}"] for n in range(len(captions)) if f"itm.{n}" in measured],
            "iva_score": measured.get("iva"),
        }


def _groups(row: Row, number: int, pictures: PictureFiles) -> Iterator[dict[str, Any]]:
    def fact(numbered: tuple[int, Row]) -> tuple[str, str]:
        return numbered[1]["before"], numbered[1]["caption"]

    for (_, caption), foils in itertools.groupby(sorted(two_way(row), key=fact), fact):
        chosen = list(itertools.islice(foils, MOST - 1))
        members = [(pictures.original(number, row), caption)]
        members += [(pictures.negative(number, n, f), f["negative_caption"]) for n, f in chosen]
        record: dict[str, Any] = {"num_sample": len(members)}
        for n, (picture, text) in enumerate(members):
            record |= {f"image_{n}": picture, f"caption_{n}": text}
        yield record


def _captions(foil: Row) -> list[str]:
    """Of the negative picture; datasets of older versions have one."""
    return [foil["negative_caption"], *(foil.get("also_negative") or [])]
