"""GNM's annotation: annotation.json, a list with one record for each negative picture.

| field | holds |
|---|---|
| origin_name | file of the original picture |
| name | "image:item:short" |
| source | path of the original, relative to the annotation |
| item, short, desc | what the fact was; what it became; the same again, for there is no longer description |
| save | path of the negative picture |
| tag2text_caption | the true caption that the foil answers |
| original_captions | captions of the original |
| captions | captions of the negative picture |
| itm_score | one score a caption, where a matcher scored it (score names ending in "itm"), else [] |
| iva_score | share of pixels changed, in percent (a score named "iva"), else null |

Source: the release beside "Enhancing Multimodal Compositional Reasoning of Visual Language Models
with Generative Negative Mining", WACV 2024, arXiv 2311.03964.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.export.export import PictureFiles, groups, scores, tell, two_way
from counterfoil.shards import Row, whole_folder


@dataclass(frozen=True, kw_only=True)
class Gnm:
    """The annotation with the pictures beside it."""

    def write(self, dataset: Path, out: Path) -> int:
        """See `Export`: a record is a two-way foil; text-only foils have no place."""
        written = text_only = 0
        with whole_folder(out) as folder, (folder / "annotation.json").open("w", encoding="utf-8") as file:
            file.write("[")
            for number, row in groups(dataset):
                for record in _records(row, number, PictureFiles(folder)):
                    file.write(",\n" if written else "\n")
                    file.write(json.dumps(record))
                    written += 1
                text_only += len(row["foils"] or []) - len(two_way(row))
            file.write("\n]\n")
        tell(out, f"{written:,} variations", f"{text_only:,} text-only foils" if text_only else "")
        return written


def _records(row: Row, number: int, pictures: PictureFiles) -> Iterator[dict[str, Any]]:
    names: Counter[str] = Counter()
    pictured = two_way(row)
    source = pictures.original(number, row) if pictured else ""
    for place, foil in pictured:
        name = f"{Path(source).stem}:{foil['before']}:{foil['after']}"
        names[name] += 1
        measured = scores(foil)
        yield {
            "origin_name": Path(source).name,
            "name": name if names[name] == 1 else f"{name}:{names[name]}",
            "source": source,
            "item": foil["before"],
            "short": foil["after"],
            "desc": foil["after"],
            "save": pictures.negative(number, place, foil),
            "tag2text_caption": foil["caption"],
            "original_captions": row["captions"] or [],
            "captions": [foil["negative_caption"]],
            "itm_score": [value for score, value in measured.items() if score.endswith("itm")][:1],
            "iva_score": measured.get("iva"),
        }
