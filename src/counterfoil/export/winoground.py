"""Winoground's quads: examples.jsonl beside the pictures, one line for each two-way foil.

`id` counts from 0; `image_0` with `caption_0` is the original pair, `image_1` with `caption_1` the
foil's; `tag` is the operation and the kind, `collapsed_tag` the kind, `secondary_tag` empty. `key`
names the foil, `group` its sample: quads of a sample belong on the same side of a split.
`num_main_preds` (main predicates of the captions) is left out: nobody counted them.

Source: the columns of the data set facebook/winoground.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.export.export import PictureFiles, groups, tell, two_way
from counterfoil.shards import Row, whole_folder


@dataclass(frozen=True, kw_only=True)
class Winoground:
    """The quads with the pictures beside them."""

    def write(self, dataset: Path, out: Path) -> int:
        """See `Export`: a record is a two-way foil; text-only foils have no place."""
        written = text_only = 0
        with whole_folder(out) as folder, (folder / "examples.jsonl").open("w", encoding="utf-8") as file:
            for number, row in groups(dataset):
                for quad in _quads(row, number, PictureFiles(folder)):
                    file.write(json.dumps({"id": written, **quad}) + "\n")
                    written += 1
                text_only += len(row["foils"] or []) - len(two_way(row))
        tell(out, f"{written:,} quads", f"{text_only:,} text-only foils" if text_only else "")
        return written


def _quads(row: Row, number: int, pictures: PictureFiles) -> Iterator[dict[str, Any]]:
    pictured = two_way(row)
    original = pictures.original(number, row) if pictured else ""
    for place, foil in pictured:
        yield {
            "image_0": original,
            "image_1": pictures.negative(number, place, foil),
            "caption_0": foil["caption"],
            "caption_1": foil["negative_caption"],
            "tag": f"{foil['operation']} {foil['kind']}",
            "secondary_tag": "",
            "collapsed_tag": foil["kind"],
            "key": foil["key"],
            "group": row["key"],
        }
