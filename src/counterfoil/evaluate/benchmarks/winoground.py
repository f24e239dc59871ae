"""Winoground: two photos and two captions of the same words in another order."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, squares
from counterfoil.evaluate.records import Record
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Thrush et al., Winoground, CVPR 2022; https://huggingface.co/datasets/facebook/winoground",
    licence="META IMAGES RESEARCH LICENSE, to be accepted on that page; must not be passed on",
    get="hf download facebook/winoground --repo-type dataset --local-dir {data}/winoground, "
    "and unzip its images there",
)
_FIELDS = ("id", "image_0", "image_1", "caption_0", "caption_1")
_TAGS = ("tag", "secondary_tag", "collapsed_tag", "num_main_preds")
_CELLS = (("image_0", "caption_0"), ("image_1", "caption_1"))


def _parts(record: Record) -> tuple[str, ...]:
    return tuple(f"{tag} {record[tag]}" for tag in _TAGS if record.get(tag) not in (None, ""))


@dataclass(frozen=True, kw_only=True)
class Winoground:
    """400 squares; each tag is a part of its own ("tag Object", "collapsed_tag Both")."""

    def open(self, data: Data) -> Benchmark:
        """From the hub's files: Parquet, or examples.jsonl with a folder of pictures."""
        records = hub_records(data, "winoground", ORIGIN, _FIELDS)
        return Benchmark(
            name="winoground",
            items=lambda: squares(data, "winoground", records, _CELLS, key="id", parts=_parts),
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )
