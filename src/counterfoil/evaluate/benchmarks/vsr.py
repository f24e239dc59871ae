"""VSR: does a sentence about where things are hold of a photo?

Lines of {"image", "caption", "label" (0 or 1), "relation", ...}; the photos are COCO's of 2017. A dual
encoder has no threshold for "holds", so it is asked in two ways that need none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.records import Record, line_records
from counterfoil.evaluate.verdicts import Margins, Owners, Scores, choice, pictures_of_texts

ORIGIN = Origin(
    source="Liu et al., Visual Spatial Reasoning, TACL 2023; https://github.com/cambridgeltl/visual-spatial-reasoning",
    licence="Apache-2.0; the photos are COCO's",
    get="git clone https://github.com/cambridgeltl/visual-spatial-reasoning {data}/vsr",
)


@dataclass(frozen=True, kw_only=True)
class Vsr:
    """Accuracy as the paper has it of CLIP, or a choice between two photos. Relations are parts.

    The paper lets CLIP choose between the caption with " (True)" and with " (False)" behind it: what it has
    is near chance and says as much of these two words as of the photo. With `pairs` the question is of which
    of two photos the caption holds: one that people said it holds of and one that they said it does not.

    Args:
        split: "random" or "zeroshot".
        subset: "test" or "dev".
        pairs: the second question, of captions that have photos of both kinds. Each photo is asked once of a
            caption, so that answers are independent.
    """

    split: str = "random"
    subset: str = "test"
    pairs: bool = False

    def open(self, data: Data) -> Benchmark:
        """From splits/SPLIT/SUBSET.jsonl, or SPLIT_SUBSET.jsonl."""
        path = data.find("vsr", f"{self.split}_{self.subset}.jsonl")
        path = path or data.file("vsr", f"{self.split}/{self.subset}.jsonl", ORIGIN)

        def items() -> Iterator[Item]:
            return (_pairs if self.pairs else _statements)(data, path)

        return Benchmark(
            name="vsr-pairs" if self.pairs else "vsr",
            items=items,
            verdict=_image if self.pairs else choice,
            chance={"image" if self.pairs else "accuracy": 1 / 2},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


def _image(score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
    return {"image": pictures_of_texts(score_NIT, owner_T)}


def _statements(data: Data, path: Path) -> Iterator[Item]:
    for key, record in _records(path):
        yield Item(
            key=key,
            pictures=(data.picture("vsr", record["image"]),),
            texts=(f"{record['caption']} (True)", f"{record['caption']} (False)"),
            owners=(0, -1) if record["label"] else (-1, 0),
            parts=(record["relation"],),
        )


def _pairs(data: Data, path: Path) -> Iterator[Item]:
    of_caption: defaultdict[str, tuple[list[Record], list[Record]]] = defaultdict(lambda: ([], []))
    for _, record in _records(path):
        of_caption[record["caption"]][record["label"]].append(record)
    numbers = count()
    for caption, (wrong, right) in of_caption.items():
        for holds, fails in zip(right, wrong, strict=False):
            yield Item(
                key=str(next(numbers)),
                pictures=tuple(data.picture("vsr", record["image"]) for record in (holds, fails)),
                texts=(caption,),
                owners=(0,),
                parts=(holds["relation"],),
            )


def _records(path: Path) -> Iterator[tuple[str, Record]]:
    for key, record in line_records(path, "image", "caption", "label", "relation"):
        if record["label"] not in (0, 1):
            raise DataError(f"{path}, line {int(key) + 1}: label is {record['label']!r}, neither 0 nor 1")
        yield key, record
