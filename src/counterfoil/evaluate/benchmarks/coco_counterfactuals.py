"""COCO-Counterfactuals: two made pictures and two captions, one noun apart.

Lines of {"id", "image_0", "image_1", "caption_0", "caption_1"}; the pictures' names come without ".jpg".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.records import Record, line_records
from counterfoil.evaluate.verdicts import QUAD_CHANCE, Recall, recall_chance, two_by_two

ORIGIN = Origin(
    source="Le et al., COCO-Counterfactuals, NeurIPS 2023; https://huggingface.co/datasets/Intel/COCO-Counterfactuals",
    licence="CC-BY-4.0, with conditions to be accepted on that page",
    get="hf download Intel/COCO-Counterfactuals --repo-type dataset --local-dir {data}/coco_counterfactuals, "
    "and unzip images.zip there",
)
_CELLS = ("0", "1")


@dataclass(frozen=True, kw_only=True)
class CocoCounterfactuals:
    """17,410 squares; or, with `pool`, retrieval both ways in one gallery of all their pictures and captions.

    Args:
        pool: one gallery of twice as many pictures as there are squares.
        share: of the squares, drawn by chance. Published retrieval draws 30 % by a seed that is not told,
            so its numbers cannot be had again.
        seed: of that chance.
    """

    pool: bool = False
    share: float = 1.0
    seed: int = 0

    def open(self, data: Data) -> Benchmark:
        """From examples.jsonl."""
        path = data.file("coco_counterfactuals", "examples.jsonl", ORIGIN)
        fields = ("id", *(f"{what}_{cell}" for what in ("image", "caption") for cell in _CELLS))
        every = [_with_key(record, f"{path}, line {int(n) + 1}") for n, record in line_records(path, *fields)]
        some = Random(self.seed).sample(every, round(self.share * len(every))) if self.share < 1 else every
        if not some:
            raise DataError(f"{path}: no squares in a share of {self.share} of {len(every)}")
        squares = [_square(data, record) for record in some]
        gallery = _gallery(squares)
        return Benchmark(
            name="coco_counterfactuals-pool" if self.pool else "coco_counterfactuals",
            items=lambda: [gallery] if self.pool else squares,
            verdict=Recall() if self.pool else two_by_two,
            chance=recall_chance(gallery.owners) if self.pool else QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


def _with_key(record: Record, where: str) -> Record:
    if not str(record["id"]):
        raise DataError(f"{where}: its id is empty")
    return record


def _square(data: Data, record: Record) -> Item:
    return Item(
        key=str(record["id"]),
        pictures=tuple(data.picture("coco_counterfactuals", record[f"image_{cell}"]) for cell in _CELLS),
        texts=tuple(record[f"caption_{cell}"] for cell in _CELLS),
        owners=(0, 1),
    )


def _gallery(squares: Sequence[Item]) -> Item:
    pictures = tuple(picture for square in squares for picture in square.pictures)
    texts = tuple(text for square in squares for text in square.texts)
    return Item(key="pool", pictures=pictures, texts=texts, owners=tuple(range(len(texts))))
