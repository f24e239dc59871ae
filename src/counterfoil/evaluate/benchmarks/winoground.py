"""Winoground: two photos and two captions of the same words in another order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, stored
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Thrush et al., Winoground, CVPR 2022; https://huggingface.co/datasets/facebook/winoground",
    licence="META IMAGES RESEARCH LICENSE, to be accepted on that page; must not be passed on",
    get="hf download facebook/winoground --repo-type dataset --local-dir {data}/winoground, "
    "and unzip its images there",
)
_FIELDS = ("id", "image_0", "image_1", "caption_0", "caption_1")
_TAGS = ("tag", "secondary_tag", "collapsed_tag", "num_main_preds")


@dataclass(frozen=True, kw_only=True)
class Winoground:
    """400 squares; each tag is a part of its own ("tag Object", "collapsed_tag Both")."""

    def open(self, data: Data) -> Benchmark:
        """From the hub's files: Parquet, or examples.jsonl with a folder of pictures."""
        records = hub_records(data, "winoground", ORIGIN, _FIELDS)

        def items() -> Iterator[Item]:
            for _, record in records():
                yield Item(
                    key=str(record["id"]),
                    pictures=tuple(
                        stored(data, "winoground", record[name]) for name in ("image_0", "image_1")
                    ),
                    texts=(record["caption_0"], record["caption_1"]),
                    owners=(0, 1),
                    parts=tuple(f"{tag} {record[tag]}" for tag in _TAGS if record.get(tag) not in (None, "")),
                )

        return Benchmark(
            name="winoground",
            items=items,
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )
