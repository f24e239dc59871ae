"""A table for open_clip, in NegCLIP's form: foils.tsv beside the pictures.

| column | holds |
|---|---|
| (no name) | number of the line, from 0 |
| title | a caption |
| filepath | its picture, relative to the table |
| neg_caption | list of captions that are false of that picture |
| neg_image | list of lines whose pictures the caption is false of |

A line is a true caption with the original, or the negative caption of a two-way foil with its own
picture; each names the other as its negative. open_clip reads `title` and `filepath`; NegCLIP's
loader all four.

Source: the form of train_neg_clip.tsv, https://github.com/vinid/neg_clip
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from counterfoil.export.export import PictureFiles, groups, tell, two_way
from counterfoil.shards import Row, whole_folder


class Line(NamedTuple):
    """A line of the table, without its number."""

    title: str
    filepath: str
    neg_caption: list[str]
    neg_image: list[int]


@dataclass(frozen=True, kw_only=True)
class OpenClip:
    """The table with tabs between columns, as open_clip expects them."""

    def write(self, dataset: Path, out: Path) -> int:
        """See `Export`: a record is a line; text-only foils are further negative captions."""
        written = unanswered = 0
        with (
            whole_folder(out) as folder,
            (folder / "foils.tsv").open("w", encoding="utf-8", newline="") as file,
        ):
            table = csv.writer(file, delimiter="\t", lineterminator="\n")
            table.writerow(("", *Line._fields))
            for number, row in groups(dataset):
                for line in _lines(row, number, PictureFiles(folder), written):
                    table.writerow((written, *line))
                    written += 1
                answered = {foil["caption"] for foil in row["foils"] or []}
                unanswered += sum(caption not in answered for caption in row["captions"] or [])
        tell(out, f"{written:,} lines", f"{unanswered:,} captions without a foil" if unanswered else "")
        return written


def _lines(row: Row, number: int, pictures: PictureFiles, first: int) -> Iterator[Line]:
    """The lines of a group: true captions, then the counterfoils.

    NegCLIP's loader draws one of `neg_image`: a caption that only text answers gets the pictures of
    its group's other foils, which differ from the original too. The list is empty only where the
    group has no picture but the original.
    """
    answers: dict[str, list[str]] = {}
    for foil in row["foils"] or []:
        answers.setdefault(foil["caption"], []).append(foil["negative_caption"])
    if not answers:
        return
    titles = list(answers)
    pictured = two_way(row)
    counterfoils = {place: first + len(titles) + i for i, (place, _) in enumerate(pictured)}
    original = pictures.original(number, row)
    for title in titles:
        own = [counterfoils[place] for place, foil in pictured if foil["caption"] == title]
        yield Line(title, original, answers[title], own or list(counterfoils.values()))
    for place, foil in pictured:
        truth = first + titles.index(foil["caption"])
        picture = pictures.negative(number, place, foil)
        yield Line(foil["negative_caption"], picture, [foil["caption"]], [truth])
