"""GNM's files: the annotation of its training set, and its test set; photos with their variations.

| training, one record a variation | |
|---|---|
| source, origin_name | the original's path, and its file name |
| save | the variation's path |
| item, short, desc | what was changed; what it became, briefly and at length |
| tag2text_caption, original_captions | of the original |
| captions, itm_score, iva_score | of the variation, with a score a caption |

| test, one record a group | |
|---|---|
| num_sample | pictures of the group, two or more |
| image_0, caption_0 ... | a picture's path and its caption; the first counts as the original |

Source: https://github.com/ugorsahin/Generative-Negative-Mining
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from counterfoil.errors import DataError
from counterfoil.records import ImageFile, Rejected, Sample, Variation
from counterfoil.sources.admit import Found, admit, refuse, tidy
from counterfoil.sources.files import load_json, picture_folder

_TEXTS = ("origin_name", "source", "save", "item", "short", "tag2text_caption")


@dataclass(frozen=True, kw_only=True)
class Gnm:
    """Photos with variations, which the recipe `given` takes as they are.

    Args:
        path: the JSON file.
        images: folder of the originals, by their file names; "" for the paths in the file, from its folder.
        variations: the same of the variations.
    """

    path: str
    images: str = ""
    variations: str = ""

    recipe: ClassVar[str] = "given"

    def read(self) -> Iterator[Sample | Rejected]:
        """The originals in the order of the file, each with its variations.

        Raises:
            DataError: the file is none of the two forms.
        """
        groups: dict[str, list[dict[str, Any]]] = {}
        for number, record in enumerate(self._records()):
            key = f"{Path(self.path).name}[{number}]"
            if fault := _fault(record):
                yield refuse(key, "bad_annotation", fault)
            elif "num_sample" in record:
                groups[key] = _of_group(record)
            else:
                groups.setdefault(record["source"], []).append(record)
        found = [self._found(entries[0]) for entries in groups.values()]
        for entries, sample in zip(groups.values(), admit(found), strict=True):
            if isinstance(sample, Rejected):  # no variation stands without its original
                yield sample
            else:
                yield from self._with_variations(sample, entries)

    def _records(self) -> list[Any]:
        records = load_json(Path(self.path))
        known = [r for r in records if isinstance(r, dict)] if isinstance(records, list) else []
        if not any("num_sample" in r or "save" in r for r in known):
            raise DataError(
                f'{self.path}: neither a list of records with "save" (training) nor with "num_sample" (test)'
            )
        return list(records)

    def _found(self, entry: dict[str, Any]) -> Found:
        captions = dict.fromkeys([*entry["original_captions"], entry["tag2text_caption"]])
        name = entry["origin_name"] if self.images else entry["source"]
        return Found(name, list(captions), picture_folder(self.images, Path(self.path).parent))

    def _with_variations(self, sample: Sample, entries: list[dict[str, Any]]) -> Iterator[Sample | Rejected]:
        there = [(entry, self._image(entry)) for entry in entries]
        for entry, image in there:
            if image is None:
                yield refuse(sample.key, "missing_picture", f"{entry['save']} is not there", part=True)
        made = tuple(_variation(entry, image) for entry, image in there if image is not None)
        yield replace(sample, variations=made)

    def _image(self, entry: dict[str, Any]) -> ImageFile | None:
        name = Path(entry["save"]).name if self.variations else entry["save"]
        path = picture_folder(self.variations, Path(self.path).parent) / name
        return ImageFile(str(path)) if path.is_file() else None


def _variation(entry: dict[str, Any], image: ImageFile) -> Variation:
    scores = {f"itm.{n}": float(value) for n, value in enumerate(entry.get("itm_score") or [])}
    if scores:
        scores["itm.mean"] = math.fsum(scores.values()) / len(scores)
    if entry.get("iva_score") is not None:
        scores["iva"] = float(entry["iva_score"])
    return Variation(
        image=image,
        caption=tidy(entry["tag2text_caption"]),
        captions=tuple(map(tidy, entry["captions"])),
        before=tidy(entry["item"]),
        after=tidy(entry["short"]),
        description=tidy(entry.get("desc") or entry["short"]),
        scores=tuple(sorted(scores.items())),
    )


def _of_group(record: dict[str, Any]) -> list[dict[str, Any]]:
    """A group of the test set as records of variations of its first picture."""
    size = record["num_sample"]
    original = {
        "source": record["image_0"],
        "origin_name": Path(record["image_0"]).name,
        "tag2text_caption": record["caption_0"],
        "original_captions": [record["caption_0"]],
        "item": "",
        "short": "",
    }
    return [
        original | {"save": record[f"image_{n}"], "captions": [record[f"caption_{n}"]]}
        for n in range(1, size)
    ]


def _fault(record: Any) -> str | None:
    """What a record lacks or has of another type."""
    if not isinstance(record, dict):
        return f"an object is wanted, this is {type(record).__name__}"
    if "num_sample" in record:
        size = record["num_sample"]
        if not isinstance(size, int) or size < 2:
            return f"num_sample is {size!r}, not a number of two or more"
        names = [f"{what}_{n}" for n in range(size) for what in ("image", "caption")]
    else:
        names = list(_TEXTS)
        for name in ("original_captions", "captions"):
            if not _is_list(record.get(name), str) or not record[name]:
                return f"{name} is {record.get(name)!r:.80}, not a list of texts"
        if not _is_list(record.get("itm_score") or [], float | int):
            return f"itm_score is {record['itm_score']!r:.80}, not a list of numbers"
        if not isinstance(record.get("iva_score") or 0, float | int):
            return f"iva_score is {record['iva_score']!r:.80}, not a number"
    wrong = next((n for n in names if not isinstance(record.get(n), str) or not record[n]), None)
    return f"{wrong} is {record.get(wrong)!r:.80}, not a text" if wrong else None


def _is_list(value: Any, kind: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)
